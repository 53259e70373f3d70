import type { Explanation } from '../../../../shared/core/people/explanation.js';
import { Notice } from '../../layout.js';
import { setupPath } from '../addresses.js';
import { Instant } from '../instant.js';
import { SetupFrame } from './parts.js';
import { PersonGrants } from './person-grants.js';
import { checkWords, seenWords, standingWords, verdictWords } from './person-words.js';
import type { SetupVisit } from './visit.js';

export interface OnePersonProps {
  readonly visit: SetupVisit;
  readonly name: string;
  readonly explanation: Explanation;
  /** False while something that the setup needs was not read. */
  readonly exact: boolean;
  readonly giftNames: ReadonlyMap<string, string>;
}

/** Why one user is in or out, how the person stands, what the person has, and which attributes are shared. */
export function OnePerson(props: OnePersonProps) {
  const { visit, name, explanation, exact, giftNames } = props;
  const { tenantId, setupId, document } = visit.stored.value;
  return (
    <SetupFrame visit={visit} title={name}>
      <p>
        <a href={setupPath(tenantId, setupId, 'people')}>All people of this setup</a>
      </p>
      <Verdict {...props} />
      {!exact && <p>The directory was not read completely yet, so this may still change.</p>}
      <Standing explanation={explanation} />
      <h2>What the person has</h2>
      <PersonGrants grants={explanation.grants} document={document} giftNames={giftNames} />
      <Checks explanation={explanation} />
      <Attributes explanation={explanation} />
      <p class="hint">
        Object id in Entra: <code>{explanation.directoryId}</code>
      </p>
    </SetupFrame>
  );
}

function Verdict({ visit, explanation }: OnePersonProps) {
  const { visitor, stored } = visit;
  const isIn = explanation.verdict === 'in';
  const isWaiting = isIn && explanation.person === null && stored.value.state !== 'started';
  return (
    <Notice tone={isIn ? 'good' : 'neutral'}>
      <p>
        <strong>{isIn ? 'In this setup.' : 'Not in this setup.'}</strong>{' '}
        {verdictWords(explanation, visitor.invitedBy)}
      </p>
      {isWaiting && <p>The person is added once the setup is started.</p>}
    </Notice>
  );
}

const REMOVAL_WORDS = {
  staged: 'is decided within minutes',
  held: 'is held until the operator approves it',
  approved: 'is approved and carried out next',
  going: 'is carried out next',
} as const;

function Standing({ explanation }: Pick<OnePersonProps, 'explanation'>) {
  const { person, match, recordError, override, removal, tooLarge } = explanation;
  return (
    <dl>
      <dt>Now</dt>
      <dd>
        {person === null ? (
          'no person of this setup'
        ) : (
          <>
            {standingWords(person)}, since <Instant at={person.statusSince} />
          </>
        )}
      </dd>
      {person?.deleteAfter != null && (
        <>
          <dt>Is removed</dt>
          <dd>
            on <Instant at={person.deleteAfter} />
          </dd>
        </>
      )}
      {removal !== null && (
        <>
          <dt>{removal.reason === 'groupsVanished' ? 'Loss of what deleted groups gave' : 'Removal'}</dt>
          <dd>{REMOVAL_WORDS[removal.kind]}</dd>
        </>
      )}
      {override?.holds === true && (
        <>
          <dt>Kept</dt>
          <dd>
            by a decision of the operator, <Instant at={override.decidedAt} />
          </dd>
        </>
      )}
      {match !== null && (
        <>
          <dt>Record of the product</dt>
          <dd>{match.recordId}</dd>
        </>
      )}
      {recordError !== null && (
        <>
          <dt>The product reports</dt>
          <dd>{recordError}</dd>
        </>
      )}
      {tooLarge !== null && (
        <>
          <dt>Not up to date</dt>
          <dd>{tooLarge.what} is longer than Rollcall keeps. Shorten it in Entra.</dd>
        </>
      )}
    </dl>
  );
}

function Checks({ explanation: { checks } }: { readonly explanation: Explanation }) {
  const asked = checks.filter(({ result }) => result !== 'notAsked');
  return (
    <section>
      <h2>What was checked</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">The user</th>
            <th scope="col">Answer</th>
          </tr>
        </thead>
        <tbody>
          {asked.map((check) => (
            <tr key={check.check}>
              <th scope="row">{checkWords(check)}</th>
              <td>
                {check.result === 'passed' ? 'yes' : 'no'}
                {check.paths.length > 0 && `: ${check.paths.map(({ text }) => text).join('; ')}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const LONGEST_VALUE = 500;

function Attributes({ explanation: { fields } }: { readonly explanation: Explanation }) {
  if (fields.length === 0) return null;
  return (
    <section>
      <h2>Attributes</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Attribute</th>
            <th scope="col">What the product is shown</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ to, seen }) => (
            <tr key={to}>
              <th scope="row">{to}</th>
              <td>{shortened(seenWords(seen))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function shortened(text: string): string {
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`;
}
