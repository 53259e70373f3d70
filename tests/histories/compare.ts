import type { DirectoryTruth } from '../../local/graph/control-api.js';
import type { TableStores } from '../../shared/adapters/tables/table-stores.js';
import type { Edge, MirrorGroup, MirrorUser } from '../../shared/core/mirror-rows.js';
import { GROUP_ATTRIBUTES, USER_ATTRIBUTES } from '../../shared/core/mirror-rows.js';
import type { TenantScope } from '../../shared/ports/scope.js';

type Picture = Record<string, unknown>;

/** What the mirror holds, in a form that can be held against the directory's truth. */
export async function mirrored(stores: TableStores, scope: TenantScope): Promise<Picture> {
  const users: MirrorUser[] = [];
  const groups: MirrorGroup[] = [];
  const edges: Edge[] = [];
  const counts = new Map<string, number>();
  for (let bucket = 0; bucket < scope.bucketCount; bucket += 1) {
    for await (const rows of stores.mirror.scanUsers(scope, bucket)) users.push(...rows);
    for await (const rows of stores.mirror.scanGroups(scope, bucket)) groups.push(...rows);
    for await (const rows of stores.mirror.scanEdges(scope, bucket)) edges.push(...rows);
    for (const [id, count] of await stores.groupCounts.scan(scope, bucket)) counts.set(id, count);
  }
  const hidden = new Set(
    [...users, ...groups].filter((row) => row.presence === 'softDeleted').map((row) => row.id),
  );
  const live = groups.filter((group) => group.presence === 'live');
  return {
    users: byId(users.filter((user) => user.presence === 'live')),
    softDeletedUsers: users
      .filter((user) => user.presence === 'softDeleted')
      .map((user) => user.id)
      .sort(),
    groups: byId(live.map(({ lostBeneathAt: _, ...group }) => group)),
    memberships: edges
      .filter((edge) => !hidden.has(edge.groupId) && !hidden.has(edge.memberId))
      .map((edge) => `${edge.groupId}/${edge.memberId}/${edge.memberType}`)
      .sort(),
    counts: Object.fromEntries(live.map((group) => [group.id, counts.get(group.id) ?? 0]).sort()),
    countsOfOthers: [...counts.keys()].filter((id) => !live.some((group) => group.id === id)),
  };
}

/**
 * The directory's truth in the same form.
 * @param held the groups whose members the mirror holds; null for all
 */
export function expected(truth: DirectoryTruth, held: ReadonlySet<string> | null = null): Picture {
  const isHeld = (groupId: string): boolean => held === null || held.has(groupId);
  return {
    users: byId(
      truth.users.map((user) => ({
        id: user.id,
        presence: 'live',
        attributes: withValues(user.attributes, USER_ATTRIBUTES),
        managerId: user.managerId,
      })),
    ),
    softDeletedUsers: [...truth.softDeletedUserIds].sort(),
    groups: byId(
      truth.groups.map((group) => ({
        id: group.id,
        presence: 'live',
        attributes: withValues(group.attributes, GROUP_ATTRIBUTES),
      })),
    ),
    memberships: truth.memberships
      .filter((edge) => edge.effective && isHeld(edge.groupId))
      .map((edge) => `${edge.groupId}/${edge.memberId}/${edge.memberType}`)
      .sort(),
    counts: Object.fromEntries(
      truth.groups.map(({ id, transitiveUserCount }) => [id, isHeld(id) ? transitiveUserCount : 0]).sort(),
    ),
    countsOfOthers: [],
  };
}

function withValues(attributes: Readonly<Record<string, unknown>>, names: readonly string[]): Picture {
  const values = names.map((name): [string, unknown] => [name, attributes[name]]);
  return Object.fromEntries(values.filter(([, value]) => value !== null && value !== undefined));
}

function byId<Row extends { readonly id: string }>(rows: readonly Row[]): Record<string, Row> {
  return Object.fromEntries([...rows].sort((a, b) => (a.id < b.id ? -1 : 1)).map((row) => [row.id, row]));
}
