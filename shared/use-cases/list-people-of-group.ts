import type { MirrorUser } from '../core/mirror-rows.js';
import { readMembersStates, type MembersStatePorts } from '../ports/members-states.js';
import type { ListPage, ListRequest, Mirror } from '../ports/mirror.js';
import type { Tenants } from '../ports/registry.js';
import type { TenantScope } from '../ports/scope.js';

export type ListPeopleOfGroupOutcome =
  | { readonly kind: 'found'; readonly page: ListPage<MirrorUser> }
  | { readonly kind: 'tenantNotFound' }
  | { readonly kind: 'groupNotFound' }
  /** The mirror does not hold its members, since no setup needs them. */
  | { readonly kind: 'notMirrored' }
  /** The position to continue from is none of this list. */
  | { readonly kind: 'unknownPosition' };

/**
 * The users of a live group, directly or through groups, each once: group by group, breadth first.
 *
 * A page reads members of one group only and holds no more than itself and the ids of the groups met so far; what
 * an earlier group has listed already is told from the index by member. A page of a nested group walks again
 * through the groups before it, to find which one is next.
 */
export async function listPeopleOfGroup(
  ports: { readonly tenants: Tenants; readonly mirror: Mirror } & MembersStatePorts,
  tenantId: string,
  groupId: string,
  request: ListRequest,
): Promise<ListPeopleOfGroupOutcome> {
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null) return { kind: 'tenantNotFound' };
  const { bucketCount } = tenant.value;
  if (bucketCount === null) return { kind: 'groupNotFound' };
  const scope = { tenantId, bucketCount };
  const root = (await ports.mirror.readGroups(scope, [groupId])).get(groupId);
  if (root?.presence !== 'live') return { kind: 'groupNotFound' };
  if ((await readMembersStates(ports, tenantId))(groupId) === 'none') return { kind: 'notMirrored' };
  const position = request.after === null ? START : readPosition(request.after);
  if (position === null) return { kind: 'unknownPosition' };
  const page = await pageAt(ports.mirror, scope, groupId, position, request.limit);
  return { kind: 'found', page };
}

/** `walked`: how many groups of the breadth-first order lie behind; `after`: where in the next one. */
interface Position {
  readonly walked: number;
  readonly after: string | null;
}

const START: Position = { walked: 0, after: null };

function readPosition(text: string): Position | null {
  const match = /^(\d{1,9}):(.*)$/s.exec(text);
  if (match === null) return null;
  return { walked: Number(match[1]), after: match[2] === undefined || match[2] === '' ? null : match[2] };
}

async function pageAt(
  mirror: Mirror,
  scope: TenantScope,
  rootId: string,
  position: Position,
  limit: number,
): Promise<ListPage<MirrorUser>> {
  const order = await groupsInOrder(mirror, scope, rootId, position.walked);
  const groupId = order[position.walked];
  if (groupId === undefined) return { rows: [], next: null };
  const edges = await mirror.listMembers(scope, groupId, { after: position.after, limit });
  const ids = edges.rows.filter((edge) => edge.memberType === 'user').map((edge) => edge.memberId);
  const rows = await notListedBefore(mirror, scope, ids, new Set(order.slice(0, position.walked)));
  if (edges.next !== null) return { rows, next: `${position.walked}:${edges.next}` };
  const further = await groupsInOrder(mirror, scope, rootId, position.walked + 1);
  return { rows, next: further.length > position.walked + 1 ? `${position.walked + 1}:` : null };
}

/**
 * The groups in breadth-first order, as far as they are known once the first `walked` of them were read. Each
 * appears once, so that cycles end; soft-deleted ones lead nowhere.
 */
async function groupsInOrder(
  mirror: Mirror,
  scope: TenantScope,
  rootId: string,
  walked: number,
): Promise<string[]> {
  const order = new Set([rootId]);
  let index = 0;
  for (const groupId of order) {
    if (index === walked) break;
    index += 1;
    for await (const edges of mirror.membersOf(scope, groupId)) {
      const nested = edges.filter((edge) => edge.memberType === 'group').map((edge) => edge.memberId);
      const unmet = nested.filter((id) => !order.has(id));
      if (unmet.length === 0) continue;
      const groups = await mirror.readGroups(scope, unmet);
      for (const id of unmet) if (groups.get(id)?.presence === 'live') order.add(id);
    }
  }
  return [...order];
}

async function notListedBefore(
  mirror: Mirror,
  scope: TenantScope,
  userIds: readonly string[],
  listed: ReadonlySet<string>,
): Promise<MirrorUser[]> {
  if (userIds.length === 0) return [];
  const users = await mirror.readUsers(scope, userIds);
  const indexed = listed.size === 0 ? [] : await mirror.groupsOf(scope, userIds);
  const memberships = await mirror.existingEdges(
    scope,
    indexed.filter((edge) => listed.has(edge.groupId)),
  );
  const before = new Set(memberships.map((edge) => edge.memberId));
  return userIds.flatMap((id) => {
    const user = users.get(id);
    return user?.presence === 'live' && !before.has(id) ? [user] : [];
  });
}
