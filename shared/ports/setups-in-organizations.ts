import type { Setups } from './setups.js';

/** A setup that gives people to an organization. */
export interface SetupInOrganization {
  readonly tenantId: string;
  readonly setupId: string;
  readonly designation: string;
  readonly organizationId: string;
}

/** The setups of a tenant that give people to one of these organizations, those that are being removed too. */
export async function setupsInOrganizations(
  setups: Pick<Setups, 'all'>,
  tenantId: string,
  organizationIds: readonly string[],
): Promise<SetupInOrganization[]> {
  if (organizationIds.length === 0) return [];
  const all = await setups.all(tenantId);
  return all
    .filter(({ document }) => organizationIds.includes(document.organizationId))
    .map(({ setupId, document: { designation, organizationId } }) => {
      return { tenantId, setupId, designation, organizationId };
    });
}
