import type { Setup } from '../../../../shared/core/setup/setup.js';
import { listPeople } from '../../../../shared/use-cases/people/list-people.js';
import { listSetups } from '../../../../shared/use-cases/setups/list-setups.js';
import type { FirstReading } from '../../../../shared/core/first-reading.js';
import { readFirstReading } from '../../../../shared/use-cases/read-first-reading.js';
import { htmlAnswer } from '../../html-answer.js';
import type { Page } from '../../page.js';
import { sessionPath, sessionRoute, setupPath } from '../addresses.js';
import type { Door, Visitor } from '../door.js';
import { Frame } from '../frame.js';
import { NothingRead } from '../nothing-read.js';
import type { SetupPagesDependencies } from './ports.js';
import { enterForSetups, noSuchSetup, STATE_WORDS } from './visit.js';

const SETUPS_SHOWN = 20;

interface Listed {
  readonly setup: Setup;
  readonly people: string;
  readonly needsAttention: boolean;
}

/** The setups of the tenant, with their states and people. */
export function listPage(ports: SetupPagesDependencies, door: Door): Page {
  return {
    name: 'administratorSetups',
    method: 'GET',
    path: sessionRoute('setups'),
    async answer(call) {
      const visitor = await enterForSetups(door, call, 'look');
      const { tenantId } = visitor.tenant;
      const after = call.query.get('after') ?? null;
      const reading = await readFirstReading(ports, tenantId);
      const page = await listSetups(ports, tenantId, { after, limit: SETUPS_SHOWN });
      if (page === null) throw noSuchSetup();
      const setups = await Promise.all(
        page.rows.map(async ({ setup: { value }, attention }) => {
          return { setup: value, people: await peopleOf(ports, value), needsAttention: attention.length > 0 };
        }),
      );
      return htmlAnswer(<Setups visitor={visitor} reading={reading} setups={setups} next={page.next} />);
    },
  };
}

const PEOPLE_PER_PAGE = 500;
const MOST_PAGES = 4;

/** How many people are active, counted as far as a page that is waited for can. */
export async function peopleOf(
  ports: SetupPagesDependencies,
  { tenantId, setupId }: Pick<Setup, 'tenantId' | 'setupId'>,
): Promise<string> {
  let people = 0;
  let after: string | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const request = { after, limit: PEOPLE_PER_PAGE };
    const outcome = await listPeople(ports, { tenantId, setupId }, { status: 'active' }, request);
    if (outcome.kind !== 'found') return '0';
    people += outcome.page.rows.length;
    after = outcome.page.next;
    if (after === null) return String(people);
  }
  return `${people} or more`;
}

interface SetupsProps {
  readonly visitor: Visitor;
  readonly reading: FirstReading;
  readonly setups: readonly Listed[];
  readonly next: string | null;
}

function Setups({ visitor, reading, setups, next }: SetupsProps) {
  const { tenantId } = visitor.tenant;
  const here = sessionPath(tenantId, 'setups');
  return (
    <Frame visitor={visitor} page="setups" title="What is synced">
      <p>
        A setup says who of the directory is in, what their groups give them, and which attributes are shared.
      </p>
      <NothingRead visitor={visitor} reading={reading} setupId={null} />
      {setups.length === 0 ? (
        <p>There is no setup {next === null ? 'yet' : 'in this part of the list'}.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Setup</th>
              <th scope="col">State</th>
              <th scope="col">People</th>
            </tr>
          </thead>
          <tbody>
            {setups.map(({ setup, people, needsAttention }) => (
              <tr key={setup.setupId}>
                <td>
                  <a href={setupPath(tenantId, setup.setupId)}>{setup.document.designation}</a>
                </td>
                <td>
                  {STATE_WORDS[setup.state]}
                  {needsAttention && ', needs attention'}
                </td>
                <td>{people}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {next !== null && (
        <p>
          <a href={`${here}?after=${encodeURIComponent(next)}`}>More setups</a>
        </p>
      )}
      <p>
        <a class={setups.length === 0 ? 'button' : 'button second'} href={sessionPath(tenantId, 'new-setup')}>
          Make a setup
        </a>
      </p>
    </Frame>
  );
}
