import type { TenantSight } from '../../core/access.js';
import {
  everyTenant,
  idsNaming,
  tenantsWithIds,
  type OrganizationPorts,
  type OrganizationView,
} from './organization-view.js';

/** One organization with its tenants, as far as they are in sight; null where none is, or it is not there. */
export async function readOrganization(
  ports: OrganizationPorts,
  id: string,
  sight: TenantSight,
): Promise<OrganizationView | null> {
  const organization = await ports.organizations.get(id);
  if (organization === null) return null;
  const tenants = sight === 'all' ? await everyTenant(ports) : await tenantsWithIds(ports, sight);
  const tenantIds = idsNaming(tenants, id);
  return sight !== 'all' && tenantIds.length === 0 ? null : { organization, tenantIds };
}
