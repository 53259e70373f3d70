import type { Removal } from './removal.js';

/** Ends the claims on records of the organizations that the tenant names, which its own row tells to the last. */
export async function leaveOrganizations({ ports, fence, tenant, keeper }: Removal): Promise<void> {
  const { organizationIds } = tenant ?? { organizationIds: [] };
  await ports.recordMatching.leaveOrganizations(fence, organizationIds, null, () => keeper.renewIfDue());
}

/**
 * Ends the claims on records of organizations that only setups name, not the tenant any more. Before the rows of the
 * setups are removed: nothing else names them then.
 */
export async function leaveFormerOrganizations(removal: Removal): Promise<void> {
  const { ports, fence, tenantId, tenant, keeper } = removal;
  const named = new Set(tenant?.organizationIds ?? []);
  const former = new Set<string>();
  for (const { setupId, document } of await ports.setups.all(tenantId)) {
    const { organizationId } = await ports.matchingStates.get(tenantId, setupId);
    for (const id of [document.organizationId, organizationId])
      if (id !== null && !named.has(id)) former.add(id);
  }
  await ports.recordMatching.leaveOrganizations(fence, [...former], null, () => keeper.renewIfDue());
}
