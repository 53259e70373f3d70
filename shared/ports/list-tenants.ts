import type { TenantSight } from '../core/access.js';
import type { Tenant } from '../core/tenant.js';
import type { ListPage, ListRequest } from './mirror.js';
import type { Tenants } from './registry.js';

/** Of few tenants each is read by itself, so many on a page. */
const MOST_SINGLE_READS = 50;

/** The tenants in sight, in the order of their ids. */
export async function listTenants(
  ports: { readonly tenants: Tenants },
  request: ListRequest,
  sight: TenantSight,
): Promise<ListPage<Tenant>> {
  if (sight !== 'all') return await listSome(ports, request, sight);
  const page = await ports.tenants.list(request);
  return { rows: page.rows.map((stored) => stored.value), next: page.next };
}

/** Never by the list of all, whose positions tell the ids of others. */
async function listSome(
  ports: { readonly tenants: Tenants },
  { after, limit }: ListRequest,
  tenantIds: readonly string[],
): Promise<ListPage<Tenant>> {
  const left = tenantIds.filter((tenantId) => after === null || tenantId > after);
  const asked = left.slice(0, Math.min(limit, MOST_SINGLE_READS));
  const stored = await Promise.all(asked.map((tenantId) => ports.tenants.get(tenantId)));
  return {
    rows: stored.flatMap((each) => (each === null ? [] : [each.value])),
    next: left.length > asked.length ? (asked.at(-1) ?? null) : null,
  };
}
