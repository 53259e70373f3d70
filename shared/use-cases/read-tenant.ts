import type { Tenant } from '../core/tenant.js';
import type { Stored, Tenants } from '../ports/registry.js';

/** Null where it is not connected. */
export async function readTenant(
  ports: { readonly tenants: Tenants },
  tenantId: string,
): Promise<Stored<Tenant> | null> {
  return ports.tenants.get(tenantId);
}
