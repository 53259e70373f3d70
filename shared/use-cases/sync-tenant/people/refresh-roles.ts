import { NOTHING_TOUCHED } from '../../../core/mark.js';
import { roleListsOf, type RoleListState } from '../../../core/role-assignment.js';
import { requirementsOf } from '../../../core/setup/requirements.js';
import type { Setup } from '../../../core/setup/setup.js';
import { refreshRoleAssignments, type RoleRefreshWish } from '../refresh-role-assignments.js';
import type { Session } from '../session.js';
import type { StartedSetup } from './started-setup.js';

/**
 * Reads the lists of roles that setups name and that are due, unless the tenant is parked, and marks whom a change
 * concerns. Answers where their reading stands; null where no role is named.
 */
export async function refreshRoles(
  session: Session,
  setups: readonly StartedSetup[],
  all: readonly Setup[],
  atOnce: boolean,
): Promise<ReadonlyMap<string, RoleListState> | null> {
  const lists = setups.flatMap(({ roleLists }) => roleLists);
  if (lists.length === 0) return null;
  const named = all.flatMap(({ document }) => roleListsOf(requirementsOf(document)));
  if (!session.isOffline) await readLists(session, { lists, named, atOnce });
  const states = await session.ports.roleLists.lists(session.tenantId);
  return new Map(states.map((state) => [state.key, state]));
}

async function readLists(session: Session, wish: RoleRefreshWish): Promise<void> {
  const { ports, fence } = session;
  const warnings = await refreshRoleAssignments(
    {
      directory: ports.directory,
      roleAssignments: ports.roleLists,
      connection: session.connection,
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
    wish,
  );
  for (const { code, message } of warnings)
    ports.log.warn('Roles were not read', { tenantId: session.tenantId, code, message });
}
