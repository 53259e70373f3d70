import type { MirrorUser } from '../../../../shared/core/mirror-rows.js';
import type { Person } from '../../../../shared/core/people/person.js';
import type { ListRequest } from '../../../../shared/ports/mirror.js';
import type { SearchedPage } from '../../../../shared/ports/searched-page.js';
import { listUsers } from '../../../../shared/use-cases/list-users.js';
import { listPeople } from '../../../../shared/use-cases/people/list-people.js';
import type { PageCall } from '../../page.js';
import type { SetupPagesDependencies } from './ports.js';
import { noSuchSetup, type SetupVisit } from './visit.js';

/** Among whom is searched: the people of the setup, or the users of the directory. */
export type Among = 'people' | 'directory';

/** What the address of the page asks for. */
export interface PeopleAsked {
  readonly search: string;
  readonly among: Among;
  readonly after: string | null;
}

/** Somebody in the list. */
export interface PersonRow {
  readonly directoryId: string;
  readonly name: string;
  readonly mail: string | null;
  /** Null for a user of the directory, whose standing the list does not know. */
  readonly status: Pick<Person, 'status' | 'statusReason' | 'removalHeld'> | null;
}

export interface PeopleFound {
  readonly rows: readonly PersonRow[];
  /** Position to go on from; null at the end. */
  readonly next: string | null;
  /** Of a search: false while not everybody can be searched yet. Null without a search. */
  readonly complete: boolean | null;
}

export const LONGEST_SEARCH = 128;
const LONGEST_POSITION = 4_000;
const PER_PAGE = 25;
/** Reads for one page: those of a search may find few each. */
const MOST_READS = 8;

export function peopleAsked({ query }: PageCall): PeopleAsked {
  const after = query.get('after') ?? '';
  return {
    search: (query.get('search') ?? '').trim().slice(0, LONGEST_SEARCH),
    among: query.get('among') === 'directory' ? 'directory' : 'people',
    after: after === '' ? null : after.slice(0, LONGEST_POSITION),
  };
}

/** Returns one page of whom was asked for, filled as far as a page that is waited for can be. */
export async function peopleFound(
  ports: SetupPagesDependencies,
  { stored }: SetupVisit,
  { search, among, after }: PeopleAsked,
): Promise<PeopleFound> {
  const { tenantId, setupId } = stored.value;
  if (among === 'directory')
    return await filled(after, async (request) => {
      const page = await listUsers(ports, tenantId, { ...request, deleted: false, search });
      if (page === null) throw noSuchSetup();
      return { ...page, rows: page.rows.map(rowOfUser) };
    });
  return await filled(after, async (request) => {
    const outcome = await listPeople(ports, { tenantId, setupId }, { search }, request);
    if (outcome.kind !== 'found') throw noSuchSetup();
    return { ...outcome.page, rows: outcome.page.rows.map(rowOfPerson) };
  });
}

async function filled(
  after: string | null,
  read: (request: ListRequest) => Promise<SearchedPage<PersonRow>>,
): Promise<PeopleFound> {
  const rows: PersonRow[] = [];
  let position = after;
  let complete: boolean | null = null;
  for (let reads = 0; reads < MOST_READS; reads += 1) {
    const page = await read({ after: position, limit: PER_PAGE - rows.length });
    rows.push(...page.rows);
    position = page.next;
    complete = page.complete;
    if (position === null || rows.length >= PER_PAGE) break;
  }
  return { rows, next: position, complete };
}

function rowOfPerson({ directoryId, displayName, mail, ...status }: Person): PersonRow {
  return { directoryId, name: displayName ?? NO_NAME, mail, status };
}

function rowOfUser({ id, attributes }: MirrorUser): PersonRow {
  return { directoryId: id, name: nameOfUser(attributes), mail: text(attributes['mail']), status: null };
}

const NO_NAME = 'somebody without a name';

export function nameOfUser(attributes: MirrorUser['attributes']): string {
  return text(attributes['displayName']) ?? text(attributes['userPrincipalName']) ?? NO_NAME;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}
