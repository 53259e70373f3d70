import { readFirstReading } from '../../../../shared/use-cases/read-first-reading.js';
import type { FirstReading } from '../../../../shared/core/first-reading.js';
import { htmlAnswer } from '../../html-answer.js';
import type { Page } from '../../page.js';
import { personPath, setupPath, setupRoute } from '../addresses.js';
import type { Door } from '../door.js';
import { NothingRead } from '../nothing-read.js';
import { SetupFrame } from './parts.js';
import {
  LONGEST_SEARCH,
  peopleAsked,
  peopleFound,
  type PeopleAsked,
  type PeopleFound,
  type PersonRow,
} from './people-found.js';
import { standingWords } from './person-words.js';
import type { SetupPagesDependencies } from './ports.js';
import { visitSetup, type SetupVisit } from './visit.js';

/** Who is in a setup, page by page, and the search for somebody who is not. */
export function peoplePage(ports: SetupPagesDependencies, door: Door): Page {
  return {
    name: 'administratorPeopleOfSetup',
    method: 'GET',
    path: setupRoute('people'),
    async answer(call) {
      const visit = await visitSetup(ports, door, call, 'look');
      const asked = peopleAsked(call);
      const [found, reading] = await Promise.all([
        peopleFound(ports, visit, asked),
        readFirstReading(ports, visit.stored.value.tenantId),
      ]);
      return htmlAnswer(<PeopleList {...{ visit, asked, found, reading }} />);
    },
  };
}

interface PeopleListProps {
  readonly visit: SetupVisit;
  readonly asked: PeopleAsked;
  readonly found: PeopleFound;
  readonly reading: FirstReading;
}

function PeopleList(props: PeopleListProps) {
  const { visit, asked, found, reading } = props;
  const { setupId, state } = visit.stored.value;
  return (
    <SetupFrame visit={visit} title="People">
      <NothingRead visitor={visit.visitor} reading={reading} setupId={setupId} />
      <p>
        {state === 'saved' ? 'This setup has no people before it is started. ' : ''}
        Choose a name to see why that person is in or not, and what the person has.
      </p>
      <Search {...props} />
      {found.complete === false && (
        <p class="hint">Not everybody can be found yet: search again in some minutes.</p>
      )}
      {found.rows.length === 0 ? (
        <p>{nobody(asked, found)}</p>
      ) : (
        <Rows visit={visit} asked={asked} rows={found.rows} />
      )}
      <More {...props} />
    </SetupFrame>
  );
}

function nobody({ search, after }: PeopleAsked, { next }: PeopleFound): string {
  if (next !== null) return 'Nobody was found so far.';
  if (search !== '') return 'Nobody was found. Search by the beginning of a name, mail address or user name.';
  return after === null ? 'There is nobody yet.' : 'That was the end of the list.';
}

/** By GET, so that the list can be reloaded and nothing is changed by it. */
function Search({ visit, asked }: PeopleListProps) {
  const { tenantId, setupId } = visit.stored.value;
  return (
    <form method="get" action={setupPath(tenantId, setupId, 'people')} role="search">
      <label for="search">Name, mail address or user name</label>
      <p class="hint" id="search-hint">
        The beginning of each word is enough.
      </p>
      <input
        type="search"
        id="search"
        name="search"
        value={asked.search}
        maxLength={LONGEST_SEARCH}
        aria-describedby="search-hint"
        autocomplete="off"
        spellcheck={false}
      />
      <label for="among">Among</label>
      <select id="among" name="among">
        <option value="people" selected={asked.among === 'people'}>
          the people of this setup
        </option>
        <option value="directory" selected={asked.among === 'directory'}>
          everybody in the directory
        </option>
      </select>
      <button type="submit" class="second">
        Search
      </button>
    </form>
  );
}

interface RowsProps {
  readonly visit: SetupVisit;
  readonly asked: PeopleAsked;
  readonly rows: readonly PersonRow[];
}

function Rows({ visit, asked, rows }: RowsProps) {
  const { tenantId, setupId } = visit.stored.value;
  const ofSetup = asked.among === 'people';
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Mail address</th>
          {ofSetup && <th scope="col">Status</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ directoryId, name, mail, status }) => (
          <tr key={directoryId}>
            <td>
              <a href={personPath(tenantId, setupId, directoryId)}>{name}</a>
            </td>
            <td>{mail ?? 'none'}</td>
            {ofSetup && <td>{status === null ? '' : standingWords(status)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function More({ visit, asked: { search, among, after }, found: { next } }: PeopleListProps) {
  const { tenantId, setupId } = visit.stored.value;
  const here = setupPath(tenantId, setupId, 'people');
  const query = new URLSearchParams({ search, among });
  return (
    <p>
      {after !== null && <a href={`${here}?${query.toString()}`}>Back to the beginning</a>}{' '}
      {next !== null && (
        <a href={`${here}?${new URLSearchParams({ search, among, after: next }).toString()}`}>More people</a>
      )}
    </p>
  );
}
