import type { AdminLink } from '../core/admin-link.js';
import type { AdminLinks } from '../ports/admin-links.js';
import type { ListPage, ListRequest } from '../ports/mirror.js';
import type { Tenants } from '../ports/registry.js';

export interface ListAdminLinksPorts {
  readonly tenants: Tenants;
  readonly adminLinks: AdminLinks;
}

/** The links of a tenant with what became of them; null where there is no such tenant. */
export async function listAdminLinks(
  ports: ListAdminLinksPorts,
  tenantId: string,
  request: ListRequest,
): Promise<ListPage<AdminLink> | null> {
  if ((await ports.tenants.get(tenantId)) === null) return null;
  return await ports.adminLinks.list(tenantId, request);
}
