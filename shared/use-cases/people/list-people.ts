import { searchTokensOf } from '../../core/search-words.js';
import type { Person } from '../../core/people/person.js';
import type { ListRequest } from '../../ports/mirror.js';
import type { People, PeopleFilter } from '../../ports/people.js';
import { searched, type SearchedPage } from '../../ports/searched-page.js';
import type { SyncStates } from '../../ports/sync-state.js';
import { setupInSight, shownPeopleOf, type NotInSight, type SetupsInSight } from './setup-in-sight.js';

/** All that are given must hold. */
export interface PeopleWanted {
  readonly role?: string | undefined;
  /** `{kind}:{id}`. */
  readonly membership?: string | undefined;
  readonly organizationalUnit?: string | undefined;
  readonly segment?: string | undefined;
  readonly status?: Person['status'] | undefined;
  /** By the beginning of words of name, mail and user name. */
  readonly search?: string | undefined;
}

export type ListPeopleOutcome = { readonly kind: 'found'; readonly page: SearchedPage<Person> } | NotInSight;

/** People of a setup as the product sees them; removed ones only where that status is asked for. */
export async function listPeople(
  ports: SetupsInSight & {
    readonly people: Pick<People, 'list'>;
    readonly syncStates: Pick<SyncStates, 'read'>;
  },
  { tenantId, setupId }: { readonly tenantId: string; readonly setupId: string },
  wanted: PeopleWanted,
  request: ListRequest,
): Promise<ListPeopleOutcome> {
  const found = await setupInSight(ports, tenantId, setupId);
  if (found.kind !== 'found') return found;
  const { scope, setup } = found;
  const filter = filterFor(wanted);
  const isSearch = filter.kind === 'search';
  if (scope === null)
    return { kind: 'found', page: { rows: [], next: null, complete: isSearch ? true : null } };
  const read = () => ports.people.list(scope, setupId, { ...request, filter });
  const page = isSearch ? await searched(ports, tenantId, read) : { ...(await read()), complete: null };
  const rows = page.rows.filter((person) => fits(person, wanted)).map(await shownPeopleOf(ports, setup));
  return { kind: 'found', page: { ...page, rows } };
}

/** What finds fewest: the rest is looked at person by person. */
function filterFor({
  role,
  membership,
  organizationalUnit,
  segment,
  status,
  search,
}: PeopleWanted): PeopleFilter {
  const tokens = searchTokensOf(search ?? '');
  if (tokens.length > 0) return { kind: 'search', tokens };
  if (role !== undefined) return { kind: 'role', roleId: role };
  if (membership !== undefined) return { kind: 'membership', membership };
  if (organizationalUnit !== undefined) return { kind: 'organizationalUnit', unitId: organizationalUnit };
  if (segment !== undefined) return { kind: 'segment', segmentId: segment };
  return status === undefined ? { kind: 'all' } : { kind: 'status', status };
}

function fits(person: Person, wanted: PeopleWanted): boolean {
  const { role, membership, organizationalUnit, segment, status } = wanted;
  return (
    (role === undefined || person.roles.some(({ id }) => id === role)) &&
    (membership === undefined || person.memberships.some(({ kind, id }) => `${kind}:${id}` === membership)) &&
    (organizationalUnit === undefined || person.organizationalUnits.includes(organizationalUnit)) &&
    (segment === undefined || person.segments.includes(segment)) &&
    (status === undefined ? person.status !== 'removed' : person.status === status)
  );
}
