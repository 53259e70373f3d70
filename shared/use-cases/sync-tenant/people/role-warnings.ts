import type { RoleListState } from '../../../core/role-assignment.js';
import { roleWarnings, unreadRoleLists } from '../../../core/role-warnings.js';
import type { Warning } from '../../../core/round.js';
import type { Session } from '../session.js';
import type { StartedSetup } from './started-setup.js';

/** Warnings of a run about lists of roles that setups name and that could not be read. */
export async function warningsOfRoles(
  session: Session,
  started: readonly StartedSetup[],
): Promise<readonly Warning[]> {
  const lists = started.flatMap(({ roleLists }) => roleLists);
  return roleWarnings(unreadRoleLists(lists, await roleListsRead(session, started)));
}

/** How the reading of the lists of roles ended that started setups name; none if none is named. */
export async function roleListsRead(
  { ports, tenantId }: Session,
  started: readonly StartedSetup[],
): Promise<readonly RoleListState[]> {
  return started.some(({ roleLists }) => roleLists.length > 0) ? await ports.roleLists.lists(tenantId) : [];
}
