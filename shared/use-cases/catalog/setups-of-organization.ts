import type { Setup } from '../../core/setup/setup.js';
import type { Tenants } from '../../ports/registry.js';
import type { CatalogPorts } from './ports.js';

const TENANTS_PER_PAGE = 1000;

/**
 * Every setup that gives something of the organization. The registry is small, and a setup may be left over at a
 * tenant that belongs to the organization no longer.
 */
export async function setupsOfOrganization(
  { tenants, setups }: Pick<CatalogPorts, 'tenants' | 'setups'>,
  organizationId: string,
): Promise<Setup[]> {
  const found: Setup[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<Tenants['list']>> = await tenants.list({ after, limit: TENANTS_PER_PAGE });
    for (const { value } of page.rows) {
      const all = await setups.all(value.tenantId);
      found.push(...all.filter(({ document }) => document.organizationId === organizationId));
    }
    after = page.next;
  } while (after !== null);
  return found;
}
