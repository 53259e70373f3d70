import type { TenantSight } from '../../core/access.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import {
  everyTenant,
  idsNaming,
  tenantsWithIds,
  type OrganizationPorts,
  type OrganizationView,
} from './organization-view.js';

/** Where each is read by itself, so many on a page. */
const MOST_SINGLE_READS = 50;

/** Organizations with their tenants, in the order of their ids; of those with tenants in sight, only these. */
export async function listOrganizations(
  ports: OrganizationPorts,
  request: ListRequest,
  sight: TenantSight,
): Promise<ListPage<OrganizationView>> {
  if (sight !== 'all') return await listSome(ports, request, sight);
  const page = await ports.organizations.list(request);
  if (page.rows.length === 0) return { rows: [], next: page.next };
  const tenants = await everyTenant(ports);
  return {
    rows: page.rows.map((organization) => ({
      organization,
      tenantIds: idsNaming(tenants, organization.value.id),
    })),
    next: page.next,
  };
}

async function listSome(
  ports: OrganizationPorts,
  { after, limit }: ListRequest,
  sight: readonly string[],
): Promise<ListPage<OrganizationView>> {
  const tenants = await tenantsWithIds(ports, sight);
  const named = [...new Set(tenants.flatMap(({ organizationIds }) => organizationIds))].sort();
  const left = named.filter((id) => after === null || id > after);
  const asked = left.slice(0, Math.min(limit, MOST_SINGLE_READS));
  const found = await Promise.all(asked.map((id) => ports.organizations.get(id)));
  return {
    rows: found.flatMap((organization) =>
      organization === null ? [] : [{ organization, tenantIds: idsNaming(tenants, organization.value.id) }],
    ),
    next: left.length > asked.length ? (asked.at(-1) ?? null) : null,
  };
}
