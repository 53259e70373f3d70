import type { MirrorUser } from '../core/mirror-rows.js';
import { searchTokensOf } from '../core/search-words.js';
import type { ListPage, ListRequest, Mirror } from '../ports/mirror.js';
import type { Tenants } from '../ports/registry.js';

/**
 * Returns the tenant's live users, or only the soft-deleted ones; with `search`, those one of whose words begins with
 * each of its words. Nothing is there before the first sync; null if the tenant is not connected.
 */
export async function listUsers(
  ports: { readonly tenants: Tenants; readonly mirror: Mirror },
  tenantId: string,
  request: ListRequest & { readonly deleted: boolean; readonly search: string | null },
): Promise<ListPage<MirrorUser> | null> {
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null) return null;
  const { bucketCount } = tenant.value;
  if (bucketCount === null) return { rows: [], next: null };
  const tokens = searchTokensOf(request.search ?? '');
  return tokens.length === 0
    ? ports.mirror.listUsers({ tenantId, bucketCount }, request)
    : ports.mirror.searchUsers({ tenantId, bucketCount }, { ...request, tokens });
}
