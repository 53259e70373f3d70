import type { ProductApi } from '../local/commands/product-api.js';

const ORGANIZATION = 'measured';
export const MEASURED_SETUP = 'measured';
const ROLES = 50;
const SEGMENTS = 20;

/**
 * Makes and starts a setup of the whole directory: each of up to 50 groups gives a role of its own, the first 20 are
 * segments too, and a rule gives one more role. The removal guard is off, since what is measured removes people.
 */
export async function startPeopleSetup(
  api: ProductApi,
  tenantId: string,
  groupIds: readonly string[],
): Promise<void> {
  const organization = `/api/v1/organizations/${ORGANIZATION}`;
  const granting = groupIds.slice(0, ROLES);
  await api.put(organization, { designation: 'Measured', tenantIds: [tenantId] });
  for (const at of [...granting.keys(), ROLES])
    await api.put(`${organization}/catalog/role/role-${at}`, {
      designation: `Role ${at}`,
      module: 'measured',
    });
  const setup = `/api/v1/tenants/${tenantId}/setups/${MEASURED_SETUP}`;
  await api.put(setup, {
    designation: 'Measured',
    organizationId: ORGANIZATION,
    scope: { kind: 'directory', groupTypes: 'all' },
    attributes: { preset: 'workplace' },
    grants: [
      ...granting.map((group, at) => ({ source: { group }, roles: [`role-${at}`] })),
      { source: { where: 'displayName startsWith "A"' }, roles: [`role-${ROLES}`] },
    ],
    segments: { fromGroups: 'listed', groupIds: granting.slice(0, SEGMENTS) },
    removalGuard: { maxCount: 1_000_000, maxShare: 1, withinHours: 24 },
  });
  await api.post(`${setup}/start`);
}
