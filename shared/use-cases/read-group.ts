import type { MirrorGroup } from '../core/mirror-rows.js';
import type { MembersState } from '../core/needed-groups.js';
import { readMembersState, type MembersStatePorts } from '../ports/members-states.js';
import type { GroupCounts, Mirror } from '../ports/mirror.js';
import type { Tenants } from '../ports/registry.js';

export type ReadGroupOutcome =
  | {
      readonly kind: 'found';
      readonly group: MirrorGroup;
      readonly membersState: MembersState;
      /** Whatever changed in the directory before is in it, ISO 8601 UTC; null during the first read. */
      readonly asOf: string | null;
      /** Distinct users, directly or through groups; null if they are not read. */
      readonly peopleCount: number | null;
    }
  | { readonly kind: 'tenantNotFound' }
  | { readonly kind: 'groupNotFound' };

export interface ReadGroupPorts extends MembersStatePorts {
  readonly tenants: Tenants;
  readonly mirror: Mirror;
  readonly groupCounts: GroupCounts;
}

/** One live group by id, with the number of its people. */
export async function readGroup(
  ports: ReadGroupPorts,
  tenantId: string,
  groupId: string,
): Promise<ReadGroupOutcome> {
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null) return { kind: 'tenantNotFound' };
  const { bucketCount } = tenant.value;
  if (bucketCount === null) return { kind: 'groupNotFound' };
  const scope = { tenantId, bucketCount };
  const group = (await ports.mirror.readGroups(scope, [groupId])).get(groupId);
  if (group?.presence !== 'live') return { kind: 'groupNotFound' };
  const { membersState, asOf } = await readMembersState(ports, scope, group);
  if (membersState === 'none' || membersState === 'hidden')
    return { kind: 'found', group, membersState, asOf, peopleCount: null };
  const counts = await ports.groupCounts.read(scope, [groupId]);
  return { kind: 'found', group, membersState, asOf, peopleCount: counts.get(groupId) ?? 0 };
}
