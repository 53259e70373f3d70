import { readGroupsStanding, type ListedGroup, type MembersStatePorts } from '../ports/members-states.js';
import type { ListPage, ListRequest, Mirror } from '../ports/mirror.js';
import type { Tenants } from '../ports/registry.js';

/**
 * The tenant's live groups. Nothing is there before the first sync; null where the tenant is not connected.
 */
export async function listGroups(
  ports: { readonly tenants: Tenants; readonly mirror: Mirror } & MembersStatePorts,
  tenantId: string,
  request: ListRequest,
): Promise<ListPage<ListedGroup> | null> {
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null) return null;
  const { bucketCount } = tenant.value;
  if (bucketCount === null) return { rows: [], next: null };
  const page = await ports.mirror.listGroups({ tenantId, bucketCount }, request);
  const { membersStateOf, asOf } = await readGroupsStanding(ports, tenantId);
  const live = page.rows.filter((group) => group.presence === 'live');
  return {
    rows: live.map((group) => ({ group, membersState: membersStateOf(group), asOf })),
    next: page.next,
  };
}
