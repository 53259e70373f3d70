import type { Mirror } from './mirror.js';
import type { AssignmentsOfUsers } from './read-facts.js';
import type { RoleAssignments } from './role-assignments.js';

/**
 * The roles that users hold, their own and those of the groups that they are direct members of: Entra gives
 * neither app roles nor directory roles of a group to who is in it through another group.
 * Source: https://learn.microsoft.com/entra/identity/enterprise-apps/assign-user-or-group-access-portal,
 * https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept
 */
export function assignmentsOfUsers(ports: {
  readonly roleAssignments: Pick<RoleAssignments, 'holders' | 'groups'>;
  readonly mirror: Pick<Mirror, 'existingEdges'>;
}): AssignmentsOfUsers {
  const { roleAssignments, mirror } = ports;
  return {
    read: async (scope, directoryIds) => {
      const held = new Map<string, Set<string>>();
      const add = (id: string, roles: readonly string[]): void => {
        const known = held.get(id) ?? new Set();
        for (const role of roles) known.add(role);
        held.set(id, known);
      };
      for (const { principalId, roles } of (await roleAssignments.holders(scope, directoryIds)).values())
        add(principalId, roles);
      const groups = await roleAssignments.groups(scope);
      const rolesOf = new Map(groups.map((group) => [group.principalId, group.roles]));
      const possible = groups.flatMap(({ principalId: groupId }) =>
        directoryIds.map((memberId) => ({ groupId, memberId, memberType: 'user' })),
      );
      const edges = possible.length === 0 ? [] : await mirror.existingEdges(scope, possible);
      for (const { groupId, memberId } of edges) add(memberId, rolesOf.get(groupId) ?? []);
      return held;
    },
  };
}
