import type { Edge, MemberType, MirrorUser } from '../core/mirror-rows.js';
import {
  readGroupsStanding,
  type GroupsStanding,
  type ListedGroup,
  type MembersStatePorts,
} from '../ports/members-states.js';
import type { ListPage, ListRequest, Mirror } from '../ports/mirror.js';
import type { Tenants } from '../ports/registry.js';
import type { TenantScope } from '../ports/scope.js';

/** A direct member; `unmirrored` is one that the mirror has no row of. */
export type Member =
  | { readonly kind: 'user'; readonly user: MirrorUser }
  | ({ readonly kind: 'group' } & ListedGroup)
  | { readonly kind: 'unmirrored'; readonly id: string; readonly memberType: MemberType };

export type ListMembersOutcome =
  | { readonly kind: 'found'; readonly page: ListPage<Member> }
  | { readonly kind: 'tenantNotFound' }
  | { readonly kind: 'groupNotFound' }
  /** The mirror does not hold its members, since no setup needs them. */
  | { readonly kind: 'notMirrored' }
  /** The group hides them, and the permission to read them is missing. */
  | { readonly kind: 'membersHidden' };

/** Direct members of a live group. Soft-deleted objects are no members. */
export async function listMembers(
  ports: { readonly tenants: Tenants; readonly mirror: Mirror } & MembersStatePorts,
  tenantId: string,
  groupId: string,
  request: ListRequest,
): Promise<ListMembersOutcome> {
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null) return { kind: 'tenantNotFound' };
  const { bucketCount } = tenant.value;
  if (bucketCount === null) return { kind: 'groupNotFound' };
  const scope = { tenantId, bucketCount };
  const group = (await ports.mirror.readGroups(scope, [groupId])).get(groupId);
  if (group?.presence !== 'live') return { kind: 'groupNotFound' };
  const standing = await readGroupsStanding(ports, tenantId);
  const membersState = standing.membersStateOf(group);
  if (membersState === 'none') return { kind: 'notMirrored' };
  if (membersState === 'hidden') return { kind: 'membersHidden' };
  const edges = await ports.mirror.listMembers(scope, groupId, request);
  const rows = await membersFrom(ports.mirror, scope, edges.rows, standing);
  return { kind: 'found', page: { rows, next: edges.next } };
}

async function membersFrom(
  mirror: Mirror,
  scope: TenantScope,
  edges: readonly Edge[],
  { membersStateOf, asOf }: GroupsStanding,
): Promise<Member[]> {
  const idsOf = (type: MemberType): string[] =>
    edges.filter((edge) => edge.memberType === type).map((edge) => edge.memberId);
  const [users, groups] = await Promise.all([
    mirror.readUsers(scope, idsOf('user')),
    mirror.readGroups(scope, idsOf('group')),
  ]);
  return edges.flatMap((edge): Member[] => {
    const user = edge.memberType === 'user' ? users.get(edge.memberId) : undefined;
    if (user !== undefined) return user.presence === 'live' ? [{ kind: 'user', user }] : [];
    const group = edge.memberType === 'group' ? groups.get(edge.memberId) : undefined;
    if (group !== undefined)
      return group.presence === 'live'
        ? [{ kind: 'group', group, membersState: membersStateOf(group), asOf }]
        : [];
    return [{ kind: 'unmirrored', id: edge.memberId, memberType: edge.memberType }];
  });
}
