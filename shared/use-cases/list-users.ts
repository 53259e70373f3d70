import type { MirrorUser } from '../core/mirror-rows.js';
import type { ListPage, ListRequest, Mirror } from '../ports/mirror.js';
import type { Tenants } from '../ports/registry.js';

/**
 * The tenant's live users, or only the soft-deleted ones. Nothing is there before the first sync; null where the
 * tenant is not connected.
 */
export async function listUsers(
  ports: { readonly tenants: Tenants; readonly mirror: Mirror },
  tenantId: string,
  request: ListRequest & { readonly deleted: boolean },
): Promise<ListPage<MirrorUser> | null> {
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null) return null;
  const { bucketCount } = tenant.value;
  if (bucketCount === null) return { rows: [], next: null };
  return ports.mirror.listUsers({ tenantId, bucketCount }, request);
}
