import type { RoleListState } from '../../../core/role-assignment.js';
import { hiddenWarnings } from '../../../core/hidden-membership.js';
import { roleWarnings, unreadRoleLists } from '../../../core/role-warnings.js';
import type { Warning } from '../../../core/round.js';
import { oversizeWarnings } from '../../../core/setup/oversize-attention.js';
import type { Session } from '../session.js';
import type { StartedSetup } from './started-setup.js';

/** Warnings of a run about groups that hide their members, lists of roles that could not be read, and users who are too large to be people. */
export async function warningsOfPeople(
  session: Session,
  started: readonly StartedSetup[],
): Promise<readonly Warning[]> {
  const lists = started.flatMap(({ roleLists }) => roleLists);
  const ofRoles = roleWarnings(unreadRoleLists(lists, await roleListsRead(session, started)));
  const oversized = await Promise.all(started.map((setup) => setup.oversizedPeople()));
  return [
    ...hiddenWarnings(started.flatMap(({ progress }) => progress.hiddenGroups)),
    ...ofRoles,
    ...oversizeWarnings(oversized.flatMap((users) => [...users.values()])),
  ];
}

/** How the reading of the lists of roles ended that started setups name; none if none is named. */
export async function roleListsRead(
  { ports, tenantId }: Session,
  started: readonly StartedSetup[],
): Promise<readonly RoleListState[]> {
  return started.some(({ roleLists }) => roleLists.length > 0) ? await ports.roleLists.lists(tenantId) : [];
}
