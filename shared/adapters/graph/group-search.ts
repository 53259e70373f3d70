import { z } from 'zod';
import { GROUP_ATTRIBUTES, type AttributeValue, type MirrorGroup } from '../../core/mirror-rows.js';
import type { GroupsFound, GroupSearch } from '../../ports/directory.js';
import type { GraphCaller, GraphSide } from './graph-caller.js';
import { objectId } from './object-id.js';
import { badPage, readEnvelope, readJson } from './page-envelope.js';

const SELECT = `$select=${['id', ...GROUP_ATTRIBUTES].join(',')}`;
const MOST_PER_PAGE = 999;
/** Pages may be empty and still go on; more than these are not waited for. */
const MOST_PAGES = 10;

const group = z.looseObject({ id: objectId });

/** A list of groups that Graph is asked for. */
interface GroupQuery {
  /** Without `$select` and `$top`. */
  readonly options: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Groups whose display name has words that begin so, as Graph finds them, or the one of that id. Two lists are asked
 * for side by side: `$search` knows every word but is answered from an index that lags behind the directory, a
 * filter on the beginning of the name is not.
 *
 * Sources: https://learn.microsoft.com/graph/search-query-parameter, concepts/aad-advanced-queries.md
 */
export async function searchGroups(
  caller: GraphCaller,
  side: GraphSide,
  text: string,
  search: GroupSearch,
): Promise<GroupsFound> {
  const wanted = text.trim();
  if (search.limit < 1) return { groups: [], isAll: false };
  if (z.guid().safeParse(wanted).success) {
    const found = await readGroup(caller, side, wanted.toLowerCase());
    const fits = found !== null && (!search.securityOnly || found.attributes['securityEnabled'] === true);
    return { groups: fits ? [found] : [], isAll: true };
  }
  const lists = await Promise.allSettled(
    queriesFor(wanted, search).map((query) => readList(caller, side, query, search.limit)),
  );
  return merged(lists, search.limit);
}

function queriesFor(text: string, { securityOnly }: GroupSearch): readonly GroupQuery[] {
  const security = securityOnly ? ['securityEnabled eq true'] : [];
  if (text === '') return [{ options: filterOf(security), headers: {} }];
  const phrase = encodeURIComponent(`"displayName:${text.replace(/[\\"]/g, '\\$&')}"`);
  const begins = `startswith(displayName,'${text.replaceAll("'", "''")}')`;
  return [
    {
      // With a filter beside the search, Graph demands that the count is asked for as well.
      options: [`$search=${phrase}`, ...filterOf(security), ...(securityOnly ? ['$count=true'] : [])],
      headers: { ConsistencyLevel: 'eventual' },
    },
    { options: filterOf([begins, ...security]), headers: {} },
  ];
}

function filterOf(terms: readonly string[]): readonly string[] {
  return terms.length === 0 ? [] : [`$filter=${encodeURIComponent(terms.join(' and '))}`];
}

/** What one list found is an answer even if the other was refused, just not all of it. */
function merged(lists: readonly PromiseSettledResult<GroupsFound>[], limit: number): GroupsFound {
  const answered = lists.flatMap((list) => (list.status === 'fulfilled' ? [list.value] : []));
  const refused = lists.find((list) => list.status === 'rejected');
  if (answered.length === 0 && refused !== undefined) throw refused.reason;
  const found = new Map(answered.flatMap(({ groups }) => groups).map((each) => [each.id, each]));
  const isAll = refused === undefined && answered.every((list) => list.isAll) && found.size <= limit;
  return { groups: [...found.values()].slice(0, limit), isAll };
}

async function readList(
  caller: GraphCaller,
  side: GraphSide,
  { options, headers }: GroupQuery,
  limit: number,
): Promise<GroupsFound> {
  const top = `$top=${Math.min(limit, MOST_PER_PAGE)}`;
  let address: string | null = `${side.origin}/v1.0/groups?${[...options, SELECT, top].join('&')}`;
  const groups: MirrorGroup[] = [];
  for (let pages = 0; address !== null && groups.length < limit && pages < MOST_PAGES; pages += 1) {
    const origin = { address, graphOrigin: side.origin };
    // The next link does not carry the header on (concepts/paging.md).
    const page = readEnvelope(await caller.call(side, { method: 'get', address, headers }), origin);
    const printed = z.array(group).safeParse(page.value);
    if (!printed.success) throw badPage(origin, 'an element has no usable id');
    groups.push(...printed.data.map(toGroup));
    address = page.nextLink;
  }
  return { groups, isAll: address === null };
}

async function readGroup(caller: GraphCaller, side: GraphSide, id: string): Promise<MirrorGroup | null> {
  const address = `${side.origin}/v1.0/groups/${id}?${SELECT}`;
  const text = await caller.callIfThere(side, { method: 'get', address });
  if (text === null) return null;
  const origin = { address, graphOrigin: side.origin };
  const parsed = group.safeParse(readJson(text, origin));
  if (!parsed.success) throw badPage(origin, 'it is no group');
  return toGroup(parsed.data);
}

function toGroup(printed: z.infer<typeof group>): MirrorGroup {
  const attributes: Record<string, Exclude<AttributeValue, null>> = {};
  for (const name of GROUP_ATTRIBUTES) {
    const value = printed[name] as AttributeValue | undefined;
    if (value !== undefined && value !== null) attributes[name] = value;
  }
  return { id: printed.id, presence: 'live', attributes };
}
