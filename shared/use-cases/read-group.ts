import type { MirrorGroup } from '../core/mirror-rows.js';
import type { GroupCounts, Mirror } from '../ports/mirror.js';
import type { Tenants } from '../ports/registry.js';

export type ReadGroupOutcome =
  | {
      readonly kind: 'found';
      readonly group: MirrorGroup;
      /** Distinct users, directly or through groups. */
      readonly peopleCount: number;
    }
  | { readonly kind: 'tenantNotFound' }
  | { readonly kind: 'groupNotFound' };

/** One live group by id, with the number of its people. */
export async function readGroup(
  ports: { readonly tenants: Tenants; readonly mirror: Mirror; readonly groupCounts: GroupCounts },
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
  const counts = await ports.groupCounts.read(scope, [groupId]);
  return { kind: 'found', group, peopleCount: counts.get(groupId) ?? 0 };
}
