import type { AccessGrant } from '../core/access.js';
import type { AccessGrants } from '../ports/access-grants.js';
import type { ListPage, ListRequest } from '../ports/mirror.js';
import type { Tenants } from '../ports/registry.js';

/** Everybody who was given roles for the tenant; null where there is no such tenant. */
export async function listAccess(
  ports: { readonly tenants: Tenants; readonly accessGrants: AccessGrants },
  tenantId: string,
  request: ListRequest,
): Promise<ListPage<AccessGrant> | null> {
  if ((await ports.tenants.get(tenantId)) === null) return null;
  return await ports.accessGrants.list(tenantId, request);
}
