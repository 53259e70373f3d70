import { holderChanges, roleListKey, roleListsOf } from '../../core/role-assignment.js';
import { requirementsOf } from '../../core/setup/requirements.js';
import { holdOn, type Sweep } from './sweep.js';

/** Removes who was given roles that no setup of the tenant names any more, also if none is started. */
export async function sweepRoles(sweep: Sweep): Promise<void> {
  const { ports, fence } = sweep;
  const lists = await ports.roleAssignments.lists(fence.tenantId);
  if (lists.length === 0) return;
  const setups = await ports.setups.all(fence.tenantId);
  const named = new Set(
    setups.flatMap(({ document }) => roleListsOf(requirementsOf(document))).map(roleListKey),
  );
  const kept = new Set(lists.filter(({ key }) => named.has(key)).flatMap(({ roles }) => roles));
  for (const { key, roles } of lists) {
    if (named.has(key)) continue;
    await forgetRoles(
      sweep,
      roles.filter((role) => !kept.has(role)),
    );
    await ports.roleAssignments.forgetList(fence, key);
  }
}

async function forgetRoles(sweep: Sweep, roles: readonly string[]): Promise<void> {
  const { roleAssignments } = sweep.ports;
  for (const role of roles) {
    await holdOn(sweep);
    const holders = await roleAssignments.holders(
      sweep.fence,
      await roleAssignments.holdersOf(sweep.fence, role),
    );
    await holdOn(sweep);
    await roleAssignments.write(sweep.fence, holderChanges(holders, new Map(), [role]));
  }
}
