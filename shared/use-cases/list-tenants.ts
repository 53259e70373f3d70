import type { Tenant } from '../core/tenant.js';
import type { ListPage, ListRequest } from '../ports/mirror.js';
import type { Tenants } from '../ports/registry.js';

/** All tenants, in the order of their ids. */
export async function listTenants(
  ports: { readonly tenants: Tenants },
  request: ListRequest,
): Promise<ListPage<Tenant>> {
  const page = await ports.tenants.list(request);
  return { rows: page.rows.map((stored) => stored.value), next: page.next };
}
