import type { Organization } from '../../core/organization.js';
import type { Tenant } from '../../core/tenant.js';
import type { Organizations } from '../../ports/organizations.js';
import type { Stored, Tenants } from '../../ports/registry.js';

import type { Setups } from '../../ports/setups.js';

export interface OrganizationPorts {
  readonly organizations: Organizations;
  readonly tenants: Tenants;
  readonly setups: Pick<Setups, 'all'>;
}

/** An organization with the tenants that name it, in the order of their ids. */
export interface OrganizationView {
  readonly organization: Stored<Organization>;
  readonly tenantIds: readonly string[];
}

const TENANTS_PER_PAGE = 1000;

/** Every tenant; the registry is small, and whoever asks is an Admin. */
export async function everyTenant({ tenants }: Pick<OrganizationPorts, 'tenants'>): Promise<Tenant[]> {
  const all: Tenant[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<Tenants['list']>> = await tenants.list({ after, limit: TENANTS_PER_PAGE });
    all.push(...page.rows.map(({ value }) => value));
    after = page.next;
  } while (after !== null);
  return all;
}

/** Those of these tenants, by their ids, that are there. */
export async function tenantsWithIds(
  { tenants }: Pick<OrganizationPorts, 'tenants'>,
  tenantIds: readonly string[],
): Promise<Tenant[]> {
  const found: Tenant[] = [];
  for (const tenantId of tenantIds) {
    const stored = await tenants.get(tenantId);
    if (stored !== null) found.push(stored.value);
  }
  return found;
}

export function idsNaming(tenants: readonly Tenant[], organizationId: string): string[] {
  return tenants
    .filter(({ organizationIds }) => organizationIds.includes(organizationId))
    .map(({ tenantId }) => tenantId)
    .sort();
}
