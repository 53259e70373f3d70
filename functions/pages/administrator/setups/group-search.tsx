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

/** Fields of a form with a search: its buttons, and the page and text that are shown. */
const FIND = 'find';
const PAGE = 'page';
const SHOWN_PAGE = 'shownPage';
const SHOWN_SEARCH = 'shownSearch';

/** Whether a form was sent to search, so that nothing is to be saved. */
export function isSearch(form: URLSearchParams): boolean {
  return form.has(FIND) || form.has(PAGE);
}

/** Looks for the groups that the address or the form asks for. */
export async function groupsFound(
  ports: SetupPagesDependencies,
  { tenantId }: Tenant,
  types: Scope['groupTypes'],
  call: PageCall,
): Promise<GroupsFound> {
  const { search, page } = askedFor(call);
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

/** A new search begins at its first page; the ways to other pages are those of the search that is shown. */
function askedFor({ query, form }: PageCall): { readonly search: string; readonly page: number } {
  const turns = form.get(PAGE);
  const typed = form.get('search') ?? query.get('search') ?? '';
  const search = (turns === null ? typed : (form.get(SHOWN_SEARCH) ?? '')).trim().slice(0, LONGEST_SEARCH);
  const asked = Number(turns ?? (form.has(FIND) ? '1' : (form.get(SHOWN_PAGE) ?? '1')));
  return { search, page: Number.isInteger(asked) && asked >= 1 && asked <= MOST_PAGES ? asked : 1 };
}

/**
 * The field to search by, within the form that chooses: a search keeps whatever else was entered. Its button has to be
 * the form's first, which is the one that the Enter key presses.
 */
export function GroupSearchField({ found }: { readonly found: GroupsFound }) {
  return (
    <>
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
      <input type="hidden" name={SHOWN_SEARCH} value={found.search} />
      <input type="hidden" name={SHOWN_PAGE} value={String(found.page)} />
    </>
  );
}

export function SearchButton() {
  return (
    <button type="submit" class="second" name={FIND} value="yes">
      Search
    </button>
  );
}

/** What the search says besides the groups, with the ways to more of them, within the same form. */
export function SearchEnd({ found }: { readonly found: GroupsFound }) {
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
        <p class="turns">
          {found.page > 1 && <TurnButton page={found.page - 1} label="Groups before" />}{' '}
          {found.more && <TurnButton page={found.page + 1} label="More groups" />}
        </p>
      )}
    </>
  );
}

function TurnButton({ page, label }: { readonly page: number; readonly label: string }) {
  return (
    <button type="submit" class="quiet" name={PAGE} value={String(page)}>
      {label}
    </button>
  );
}

export interface GroupChoicesProps {
  readonly found: GroupsFound;
  readonly type: 'checkbox' | 'radio';
  /** Name of the field. */
  readonly name: string;
  /** Names of the groups that were chosen before, by id; those not found now stay choices too. Null: not known. */
  readonly chosen: ReadonlyMap<string, string | null>;
  /** Id of what is said to be wrong with the choice; null for nothing. */
  readonly problem: string | null;
}

/** The groups to choose from: the ones chosen before, whatever was searched for since, then those found. */
export function GroupChoices({ found, type, name, chosen, problem }: GroupChoicesProps) {
  const others = found.groups.filter(({ id }) => !chosen.has(id));
  const choices = [
    ...[...chosen].map(([id, groupName]) => ({ id, label: groupName ?? NAME_UNKNOWN, checked: true })),
    ...others.map((group) => ({ id: group.id, label: groupName(group), checked: false })),
  ];
  return (
    <>
      {choices.map(({ id, label, checked }) => (
        <label key={id} class="choice">
          <input
            type={type}
            name={name}
            value={id}
            checked={checked}
            {...(problem === null ? {} : { 'aria-describedby': problem })}
          />{' '}
          {label} <code>{id}</code>
        </label>
      ))}
    </>
  );
}

/** Returns a group's name with its id, or says that the name is not known yet. */
export function named(id: string, names: ReadonlyMap<string, string>): string {
  return `${names.get(id) ?? NAME_UNKNOWN} (${id})`;
}

/** Stands beside the id of a group that neither the mirror nor the directory could name. */
export const NAME_UNKNOWN = 'a group whose name is not known yet';

function groupName({ attributes }: MirrorGroup): string {
  const { displayName } = attributes;
  return typeof displayName === 'string' && displayName.trim() !== ''
    ? displayName
    : 'a group without a name';
}
