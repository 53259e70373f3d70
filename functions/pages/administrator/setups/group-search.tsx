import type { MirrorGroup } from '../../../../shared/core/mirror-rows.js';
import type { Scope } from '../../../../shared/core/setup/setup.js';
import type { Tenant } from '../../../../shared/core/tenant.js';
import { searchGroups } from '../../../../shared/use-cases/search-groups.js';
import type { PageCall } from '../../page.js';
import type { SetupPagesDependencies } from './ports.js';

/** Groups that were found by what was searched for, one page of them. */
export interface GroupsFound {
  readonly search: string;
  /** Counted from 1. */
  readonly page: number;
  readonly groups: readonly MirrorGroup[];
  readonly more: boolean;
  readonly complete: boolean;
}

const PER_PAGE = 20;
const MOST_PAGES = 40;
const LONGEST_SEARCH = 256;

/** Looks for what the address, or the form that was shown with it, asks for. */
export async function groupsFound(
  ports: SetupPagesDependencies,
  { tenantId }: Tenant,
  types: Scope['groupTypes'],
  { query, form }: PageCall,
): Promise<GroupsFound> {
  const search = (query.get('search') ?? form.get('search') ?? '').trim().slice(0, LONGEST_SEARCH);
  const asked = Number(query.get('page') ?? form.get('page') ?? '1');
  const page = Number.isInteger(asked) && asked >= 1 && asked <= MOST_PAGES ? asked : 1;
  const wish = { text: search === '' ? null : search, types, limit: page * PER_PAGE };
  const found = await searchGroups(ports, tenantId, wish);
  const groups = found?.groups.slice((page - 1) * PER_PAGE) ?? [];
  return {
    search,
    page,
    groups,
    more: found?.more === true && page < MOST_PAGES,
    complete: found?.complete ?? false,
  };
}

/** What of a search a form carries along, so that it is shown again where something was wrong. */
export function SearchKept({ found }: { readonly found: GroupsFound }) {
  return (
    <>
      <input type="hidden" name="search" value={found.search} />
      <input type="hidden" name="page" value={String(found.page)} />
    </>
  );
}

export interface GroupSearchProps {
  readonly path: string;
  readonly found: GroupsFound;
  /** Parameters of the address that stay. */
  readonly keeping?: Readonly<Record<string, string>>;
}

/** The field to search by. */
export function GroupSearch({ path, found, keeping = {} }: GroupSearchProps) {
  return (
    <form method="get" action={path} role="search">
      {Object.entries(keeping).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <label for="search">Search groups</label>
      <p class="hint" id="search-hint">
        Part of a name, or the object id of a group.
      </p>
      <input
        type="search"
        id="search"
        name="search"
        value={found.search}
        aria-describedby="search-hint"
        autocomplete="off"
        spellcheck={false}
      />
      <button type="submit" class="second">
        Search
      </button>
    </form>
  );
}

/** What the search says besides the groups, with the ways to more of them. */
export function SearchEnd({ path, found, keeping = {} }: GroupSearchProps) {
  const at = (page: number) =>
    `${path}?${new URLSearchParams({ ...keeping, search: found.search, page: String(page) }).toString()}`;
  return (
    <>
      {found.groups.length === 0 && <p>No other group was found.</p>}
      {!found.complete && (
        <p class="hint">
          There may be others: not all groups were read yet, or Microsoft did not answer. Search by the
          beginning of a word, or by object id.
        </p>
      )}
      {(found.page > 1 || found.more) && (
        <p>
          {found.page > 1 && <a href={at(found.page - 1)}>Groups before</a>}{' '}
          {found.more && <a href={at(found.page + 1)}>More groups</a>}
        </p>
      )}
    </>
  );
}

export interface GroupChoicesProps {
  readonly found: GroupsFound;
  readonly type: 'checkbox' | 'radio';
  /** Name of the field. */
  readonly name: string;
  readonly chosen: ReadonlySet<string>;
  /** Id of what is told to be wrong with the choice; null for nothing. */
  readonly problem: string | null;
}

/** The groups found, to choose from. */
export function GroupChoices({ found, type, name, chosen, problem }: GroupChoicesProps) {
  return (
    <>
      {found.groups.map((group) => (
        <label key={group.id} class="choice">
          <input
            type={type}
            name={name}
            value={group.id}
            checked={chosen.has(group.id)}
            {...(problem === null ? {} : { 'aria-describedby': problem })}
          />{' '}
          {groupName(group)} <code>{group.id}</code>
        </label>
      ))}
    </>
  );
}

function groupName({ attributes }: MirrorGroup): string {
  const { displayName } = attributes;
  return typeof displayName === 'string' && displayName.trim() !== ''
    ? displayName
    : 'a group without a name';
}

/** Names of groups of the tenant by id; those that were not read are left out. */
export async function namesOfGroups(
  { mirror }: SetupPagesDependencies,
  { tenantId, bucketCount }: Tenant,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (bucketCount === null || ids.length === 0) return new Map();
  const rows = await mirror.readGroups({ tenantId, bucketCount }, [...new Set(ids)]);
  return new Map([...rows].map(([id, group]) => [id, groupName(group)]));
}
