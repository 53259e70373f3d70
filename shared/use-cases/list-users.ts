import type { MirrorUser } from '../core/mirror-rows.js';
import { searchTokensOf } from '../core/search-words.js';
import type { ListRequest, Mirror } from '../ports/mirror.js';
import type { Tenants } from '../ports/registry.js';
import { searched, type SearchedPage } from '../ports/searched-page.js';
import type { SyncStates } from '../ports/sync-state.js';

/**
 * Returns the tenant's live users, or only the soft-deleted ones; with `search`, those one of whose words begins with
 * each of its words. Nothing is there before the first sync; null if the tenant is not connected.
 */
export async function listUsers(
  ports: {
    readonly tenants: Tenants;
    readonly mirror: Mirror;
    readonly syncStates: Pick<SyncStates, 'read'>;
  },
  tenantId: string,
  request: ListRequest & { readonly deleted: boolean; readonly search: string | null },
): Promise<SearchedPage<MirrorUser> | null> {
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null) return null;
  const { bucketCount } = tenant.value;
  const tokens = searchTokensOf(request.search ?? '');
  const isSearch = tokens.length > 0;
  if (bucketCount === null) return { rows: [], next: null, complete: isSearch ? true : null };
  const scope = { tenantId, bucketCount };
  if (!isSearch) return { ...(await ports.mirror.listUsers(scope, request)), complete: null };
  return searched(ports, tenantId, () => ports.mirror.searchUsers(scope, { ...request, tokens }));
}
