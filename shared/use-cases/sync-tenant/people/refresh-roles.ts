import { NOTHING_TOUCHED } from '../../../core/mark.js';
import type { RoleListState } from '../../../core/role-assignment.js';
import { refreshRoleAssignments } from '../refresh-role-assignments.js';
import type { Session } from '../session.js';
import type { StartedSetup } from './started-setup.js';

/**
 * Reads the lists of roles that setups name and that are due, and marks whom a change concerns. Answers where their
 * reading stands; null where no role is named.
 */
export async function refreshRoles(
  session: Session,
  setups: readonly StartedSetup[],
  atOnce: boolean,
): Promise<ReadonlyMap<string, RoleListState> | null> {
  const lists = setups.flatMap(({ roleLists }) => roleLists);
  if (lists.length === 0) return null;
  const { ports, connection, fence } = session;
  const warnings = await refreshRoleAssignments(
    {
      directory: ports.directory,
      roleAssignments: ports.roleLists,
      connection,
      fence,
      now: () => session.now(),
      pages: (read) => session.pages(read),
      mark: ({ users, groups }) =>
        ports.marks.put(fence, {
          kind: 'page',
          markId: 'roles',
          ...NOTHING_TOUCHED,
          memberUsers: users,
          memberGroups: groups,
        }),
    },
    { lists, atOnce },
  );
  for (const { code, message } of warnings)
    ports.log.warn('Roles were not read', { tenantId: session.tenantId, code, message });
  const states = await ports.roleLists.lists(session.tenantId);
  return new Map(states.map((state) => [state.key, state]));
}
