import { z } from 'zod';
import { AccessRefused, NotFound, RequestRefused } from '../../core/failures.js';
import type { Edge } from '../../core/mirror-rows.js';
import type { Resource } from '../../core/resource.js';
import { BASE_ATTRIBUTES } from '../../core/selection.js';
import { parseDeltaPage, TRACKED_RELATIONSHIP } from './delta-page-parser.js';
import type { DeltaElement, DeltaPage } from '../../core/delta-page.js';
import type { GraphCaller, GraphSide } from './graph-caller.js';
import { memberType, objectId } from './object-id.js';
import { watched } from './hidden-sight.js';
import { badPage, readJson } from './page-envelope.js';
import { listedPage, pagedList } from './paged-list.js';
import type { HiddenSight, ListedPage } from '../../ports/directory.js';

const GROUP_TYPE = '#microsoft.graph.group';

/** A fresh round, reading everything: the query is given once and travels in the links from then on. */
function deltaStart(
  side: GraphSide,
  resource: Resource,
  attributes: readonly string[],
  references: boolean,
): string {
  const { relationship } = TRACKED_RELATIONSHIP[resource];
  const selected = ['id', ...attributes, ...(references ? [relationship] : [])];
  return `${side.origin}/v1.0/${resource}/delta?$select=${selected.map(encodeURIComponent).join(',')}`;
}

export async function readDeltaPage(
  caller: GraphCaller,
  side: GraphSide,
  resource: Resource,
  link: string | null,
  attributes: readonly string[] = BASE_ATTRIBUTES[resource],
  references = true,
): Promise<DeltaPage & HiddenSight> {
  const address = link ?? deltaStart(side, resource, attributes, references);
  const { side: asked, seesHidden } = watched(side);
  const text = await caller.call(asked, { method: 'get', address, purpose: 'delta' });
  const page = parseDeltaPage(text, resource, attributes, { address, graphOrigin: side.origin });
  const elements = references ? page.elements : page.elements.map(withoutReferences);
  return { ...page, elements, seesHidden: seesHidden() };
}

/** A link that began with members tells them still. */
function withoutReferences(element: DeltaElement): DeltaElement {
  return element.kind === 'present' ? { ...element, references: null } : element;
}

/** Delta serves a filter on ids alone, joined by `or` (api-reference/v1.0/api/group-delta.md). */
export async function readMembersDeltaPage(
  caller: GraphCaller,
  side: GraphSide,
  groupIds: readonly string[],
  link: string | null,
): Promise<DeltaPage & HiddenSight> {
  const address = link ?? membersDeltaStart(side, groupIds);
  const { side: asked, seesHidden } = watched(side);
  const text = await caller.call(asked, { method: 'get', address, purpose: 'delta' });
  const page = parseDeltaPage(text, 'groups', [], { address, graphOrigin: side.origin });
  return { ...page, seesHidden: seesHidden() };
}

function membersDeltaStart(side: GraphSide, groupIds: readonly string[]): string {
  if (!groupIds.every((id) => objectId.safeParse(id).success)) {
    throw new RequestRefused('Not an id that can stand in a filter', 0, 'InvalidId');
  }
  const filter = groupIds.map((id) => `id eq '${id.replaceAll("'", "''")}'`).join(' or ');
  return `${side.origin}/v1.0/groups/delta?$select=id,members&$filter=${encodeURIComponent(filter)}`;
}

/** Null where the directory does not serve counts (concepts/aad-advanced-queries.md). */
export async function countObjects(
  caller: GraphCaller,
  side: GraphSide,
  resource: Resource,
): Promise<number | null> {
  const address = `${side.origin}/v1.0/${resource}/$count`;
  const headers = { Accept: 'text/plain', ConsistencyLevel: 'eventual' };
  try {
    const text = await caller.call(side, { method: 'get', address, headers });
    const count = /^\s*(\d{1,15})\s*$/.exec(text)?.[1];
    if (count === undefined) throw badPage({ address, graphOrigin: side.origin }, 'it is no count');
    return Number(count);
  } catch (error) {
    if (isNotServed(error)) return null;
    throw error;
  }
}

function isNotServed(error: unknown): boolean {
  if (error instanceof NotFound) return true;
  if (error instanceof AccessRefused) return error.status === 403;
  return error instanceof RequestRefused && (error.status === 400 || error.status === 501);
}

export async function objectExists(
  caller: GraphCaller,
  side: GraphSide,
  resource: Resource,
  id: string,
): Promise<boolean> {
  const address = `${objectAddress(side, resource, id)}?$select=id`;
  return (await caller.callIfThere(side, { method: 'get', address })) !== null;
}

export async function listDeletedItems(
  caller: GraphCaller,
  side: GraphSide,
  resource: Resource,
  link: string | null,
): Promise<ListedPage<string>> {
  const type = resource === 'users' ? 'user' : 'group';
  const first = `${side.origin}/v1.0/directory/deletedItems/microsoft.graph.${type}?$select=id&$top=999`;
  const page = await listedPage(caller, side, link ?? first);
  return { items: page.items.map((object) => object.id), next: page.next };
}

/** Null where the object is gone. Directory roles and administrative units it belongs to are left out. */
export async function listGroupsOf(
  caller: GraphCaller,
  side: GraphSide,
  member: { readonly kind: 'user' | 'group'; readonly id: string },
): Promise<({ readonly groupIds: readonly string[] } & HiddenSight) | null> {
  const { side: asked, seesHidden } = watched(side);
  const resource = member.kind === 'user' ? 'users' : 'groups';
  const address = `${objectAddress(side, resource, member.id)}/memberOf?$select=id&$top=999`;
  const groupIds: string[] = [];
  let seesAll = true;
  try {
    for await (const page of pagedList(caller, asked, address)) {
      seesAll &&= seesHidden();
      for (const object of page) if (object['@odata.type'] === GROUP_TYPE) groupIds.push(object.id);
    }
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
  return { groupIds, seesHidden: seesAll };
}

/** A list that breaks off says nothing of who is not on it, so a 404 is thrown, not taken for its end. */
export async function listMembersOf(
  caller: GraphCaller,
  side: GraphSide,
  groupId: string,
  link: string | null,
): Promise<ListedPage<Edge> & HiddenSight> {
  const { side: asked, seesHidden } = watched(side);
  const first = `${objectAddress(side, 'groups', groupId)}/members?$select=id&$top=999`;
  const page = await listedPage(caller, asked, link ?? first);
  const items = page.items.map((object) => ({
    groupId,
    memberId: object.id,
    memberType: memberType(object['@odata.type'] ?? TRACKED_RELATIONSHIP.groups.defaultType),
  }));
  return { items, next: page.next, seesHidden: seesHidden() };
}

const userWithManager = z.looseObject({ id: z.string(), manager: z.looseObject({ id: objectId }).nullish() });

/** Null where the user is gone. The user itself is read, since `/manager` answers 404 for both. */
export async function readManagerOf(
  caller: GraphCaller,
  side: GraphSide,
  userId: string,
): Promise<{ readonly managerId: string | null } | null> {
  const address = `${objectAddress(side, 'users', userId)}?$select=id&$expand=manager($select=id)`;
  const text = await caller.callIfThere(side, { method: 'get', address });
  if (text === null) return null;
  const origin = { address, graphOrigin: side.origin };
  const user = userWithManager.safeParse(readJson(text, origin));
  if (!user.success) throw badPage(origin, 'it is no user with a manager');
  return { managerId: user.data.manager?.id ?? null };
}

/** An id that would change the path's meaning is refused before anything is sent. */
export function objectAddress(side: GraphSide, resource: Resource, id: string): string {
  if (!objectId.safeParse(id).success) {
    throw new RequestRefused('Not an id that can stand in an address', 0, 'InvalidId');
  }
  return `${side.origin}/v1.0/${resource}/${encodeURIComponent(id)}`;
}
