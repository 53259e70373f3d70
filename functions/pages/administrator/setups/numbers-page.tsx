import {
  NUMBER_REASONS,
  NUMBER_REMARKS,
  type NumberReason,
  type NumberRemark,
} from '../../../../shared/core/people/numbers.js';
import {
  explainNumbers,
  type ExplainedNumbers,
} from '../../../../shared/use-cases/people/explain-numbers.js';
import type { FirstReading } from '../../../../shared/core/first-reading.js';
import { readFirstReading } from '../../../../shared/use-cases/read-first-reading.js';
import { htmlAnswer } from '../../html-answer.js';
import type { Page } from '../../page.js';
import { setupRoute } from '../addresses.js';
import type { Door } from '../door.js';
import { isNothingRead, NothingRead } from '../nothing-read.js';
import { SetupFrame } from './parts.js';
import type { SetupPagesDependencies } from './ports.js';
import { noSuchSetup, visitSetup, type SetupVisit } from './visit.js';

/** Why there are as many people as there are. */
export function numbersPage(ports: SetupPagesDependencies, door: Door): Page {
  return {
    name: 'administratorNumbersOfSetup',
    method: 'GET',
    path: setupRoute('numbers'),
    async answer(call) {
      const visit = await visitSetup(ports, door, call, 'look');
      const { tenantId, setupId } = visit.stored.value;
      const reading = await readFirstReading(ports, tenantId);
      if (isNothingRead(reading)) return htmlAnswer(<NotReadYet visit={visit} reading={reading} />);
      const outcome = await explainNumbers(ports, { tenantId, setupId, groupId: null });
      if (outcome.kind === 'notMirrored') return htmlAnswer(<NotReadYet visit={visit} reading={reading} />);
      if (outcome.kind !== 'found') throw noSuchSetup();
      return htmlAnswer(<Numbers visit={visit} numbers={outcome.numbers} />);
    },
  };
}

const REASON_WORDS: Readonly<Record<NumberReason, string>> = {
  nestedGroup: 'nested groups, whose members are counted instead',
  device: 'devices',
  servicePrincipal: 'service principals',
  contact: 'contacts',
  otherObject: 'other objects that are no users',
  softDeleted: 'deleted users, whom Entra hides too',
  notMirrored: 'not read yet, or gone since',
  outsideRootGroup: 'in a mapped group only, in none of those that are in',
  excluded: 'in an excluded group',
  roomOrShared: 'rooms, equipment and shared mailboxes',
  disabled: 'disabled accounts',
  guest: 'guests',
  filtered: 'left out by the filter',
  otherConnection: 'left out by the connection attribute',
  noRecord: 'without a record to match',
  conflict: 'in a conflict of matching',
};

const REMARK_WORDS: Readonly<Record<NumberRemark, string>> = {
  noMail: 'without a mail address',
  conflict: 'fit several records',
  disabledAccount: 'with a disabled account',
  guestAccount: 'guests',
};

function NotReadYet({ visit, reading }: { readonly visit: SetupVisit; readonly reading: FirstReading }) {
  return (
    <SetupFrame visit={visit} title="The numbers">
      {isNothingRead(reading) ? (
        <NothingRead visitor={visit.visitor} reading={reading} setupId={visit.stored.value.setupId} />
      ) : (
        <p>Not all members of the setup's groups were read yet. Look again in a few minutes.</p>
      )}
    </SetupFrame>
  );
}

function Numbers({ visit, numbers }: { readonly visit: SetupVisit; readonly numbers: ExplainedNumbers }) {
  const { entra, people, reasons, remarks } = numbers;
  const out = NUMBER_REASONS.filter((reason) => reasons[reason].count > 0);
  const worth = NUMBER_REMARKS.filter((remark) => remarks[remark].count > 0);
  return (
    <SetupFrame visit={visit} title="The numbers">
      <dl>
        <dt>Entra shows</dt>
        <dd>{entra}</dd>
        <dt>People here</dt>
        <dd>{people}</dd>
      </dl>
      {out.length > 0 && (
        <section>
          <h2>Who is not counted here</h2>
          <table>
            <tbody>
              {out.map((reason) => (
                <tr key={reason}>
                  <th scope="row">{REASON_WORDS[reason]}</th>
                  <td>{reasons[reason].count}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {worth.length > 0 && (
        <section>
          <h2>Of the people here</h2>
          <table>
            <tbody>
              {worth.map((remark) => (
                <tr key={remark}>
                  <th scope="row">{REMARK_WORDS[remark]}</th>
                  <td>{remarks[remark].count}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </SetupFrame>
  );
}
