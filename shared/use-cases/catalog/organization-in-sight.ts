import type { TenantSight } from '../../core/access.js';
import type { CatalogPorts } from './ports.js';

/** Whether the organization is there, and one that tells of itself to whoever sees these tenants. */
export async function organizationInSight(
  { organizations, tenants }: Pick<CatalogPorts, 'organizations' | 'tenants'>,
  organizationId: string,
  sight: TenantSight,
): Promise<boolean> {
  if ((await organizations.get(organizationId)) === null) return false;
  if (sight === 'all') return true;
  for (const tenantId of sight) {
    const tenant = await tenants.get(tenantId);
    if (tenant?.value.organizationIds.includes(organizationId) === true) return true;
  }
  return false;
}
