import { z } from 'zod';
import { GROUP_ATTRIBUTES, type AttributeValue, type MirrorGroup } from '../../core/mirror-rows.js';
import type { GroupSearch } from '../../ports/directory.js';
import type { GraphCaller, GraphSide } from './graph-caller.js';
import { objectId } from './object-id.js';
import { badPage, readEnvelope, readJson } from './page-envelope.js';

const SELECT = `$select=${['id', ...GROUP_ATTRIBUTES].join(',')}`;
const MOST_PER_PAGE = 999;
/** Pages may be empty and still go on; more than these are not waited for. */
const MOST_PAGES = 10;

const group = z.looseObject({ id: objectId });

/**
 * Groups whose display name has words that begin so, as Graph finds them
 * (https://learn.microsoft.com/graph/search-query-parameter), or the one of that id.
 */
export async function searchGroups(
  caller: GraphCaller,
  side: GraphSide,
  text: string,
  { securityOnly, limit }: GroupSearch,
): Promise<readonly MirrorGroup[]> {
  const wanted = text.trim();
  if (wanted === '' || limit < 1) return [];
  if (z.guid().safeParse(wanted).success) {
    const found = await readGroup(caller, side, wanted.toLowerCase());
    return found === null || (securityOnly && found.attributes['securityEnabled'] !== true) ? [] : [found];
  }
  const top = Math.min(limit, MOST_PER_PAGE);
  const search = encodeURIComponent(`"displayName:${escaped(wanted)}"`);
  // With a filter beside the search, Graph wants the count asked for as well (concepts/aad-advanced-queries.md).
  const filter = securityOnly ? `&$filter=${encodeURIComponent('securityEnabled eq true')}&$count=true` : '';
  let address: string | null = `${side.origin}/v1.0/groups?$search=${search}${filter}&${SELECT}&$top=${top}`;
  const found: MirrorGroup[] = [];
  for (let pages = 0; address !== null && found.length < limit && pages < MOST_PAGES; pages += 1) {
    const origin = { address, graphOrigin: side.origin };
    // The next link does not carry the header on (concepts/paging.md).
    const headers = { ConsistencyLevel: 'eventual' };
    const page = readEnvelope(await caller.call(side, { method: 'get', address, headers }), origin);
    const groups = z.array(group).safeParse(page.value);
    if (!groups.success) throw badPage(origin, 'an element has no usable id');
    found.push(...groups.data.map(toGroup));
    address = page.nextLink;
  }
  return found.slice(0, limit);
}

/** Within the quotes of a clause, a quote and a backslash are escaped by a backslash. */
function escaped(text: string): string {
  return text.replace(/[\\"]/g, '\\$&');
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
