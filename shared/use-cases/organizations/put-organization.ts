import { RowConflict } from '../../core/failures.js';
import { mayLieIn, type Organization } from '../../core/organization.js';
import type { Tenant } from '../../core/tenant.js';
import { setupsInOrganizations, type SetupInOrganization } from '../../ports/setups-in-organizations.js';
import {
  everyTenant,
  idsNaming,
  type OrganizationPorts,
  type OrganizationView,
} from './organization-view.js';

export interface OrganizationWish {
  readonly organization: Organization;
  /** All of its tenants: those that are not named no longer belong to it. Null leaves its tenants alone. */
  readonly tenantIds: readonly string[] | null;
  /** Whether the caller's precondition holds for what stands; null where it made none. */
  readonly accepts: ((before: OrganizationView) => boolean) | null;
  /** Where this deployment keeps its data; null where it does not say. */
  readonly dataRegion: string | null;
}

export type PutOrganizationOutcome =
  | ({ readonly kind: 'saved' } & OrganizationView)
  | { readonly kind: 'preconditionFailed' }
  /** The position in the list. */
  | { readonly kind: 'tenantUnknown'; readonly index: number }
  | { readonly kind: 'wrongRegion' }
  /** Setups of tenants that would belong to it no longer give people to it. */
  | { readonly kind: 'inUse'; readonly uses: readonly SetupInOrganization[] };

const TRIES = 8;

/**
 * Makes an organization what is wished, and its tenants those that are named. The row comes first and then tenant
 * after tenant: cut short, it does no harm and is done by asking again.
 * @throws RowConflict where others kept changing the organization or a tenant
 */
export async function putOrganization(
  ports: OrganizationPorts,
  wish: OrganizationWish,
): Promise<PutOrganizationOutcome> {
  const { organization, accepts } = wish;
  for (let tries = 1; ; tries += 1) {
    const before = await ports.organizations.get(organization.id);
    const tenants = await everyTenant(ports);
    const tenantIds = idsNaming(tenants, organization.id);
    if (accepts !== null && (before === null || !accepts({ organization: before, tenantIds })))
      return { kind: 'preconditionFailed' };
    const wanted = [...new Set(wish.tenantIds ?? tenantIds)].sort();
    const index = (wish.tenantIds ?? []).findIndex((tenantId) => !isThere(tenants, tenantId));
    if (index >= 0) return { kind: 'tenantUnknown', index };
    if (wanted.length > 0 && !mayLieIn(wish.dataRegion, organization)) return { kind: 'wrongRegion' };
    const lost = tenantIds.filter((id) => !wanted.includes(id));
    const uses = await usesIn(ports, lost, organization.id);
    if (uses.length > 0) return { kind: 'inUse', uses };
    try {
      const saved = await ports.organizations.save(organization, before?.tag ?? null);
      await attach(ports, organization.id, wanted, tenantIds);
      const late = await usesIn(ports, lost, organization.id);
      if (late.length > 0) return await givenBack(ports, organization.id, late);
      return { kind: 'saved', organization: saved, tenantIds: wanted };
    } catch (failure) {
      if (!(failure instanceof RowConflict) || tries === TRIES) throw failure;
    }
  }
}

async function usesIn(
  { setups }: OrganizationPorts,
  tenantIds: readonly string[],
  organizationId: string,
): Promise<SetupInOrganization[]> {
  const uses = tenantIds.map((tenantId) => setupsInOrganizations(setups, tenantId, [organizationId]));
  return (await Promise.all(uses)).flat();
}

/** A setup was saved in the same moment: its tenant belongs to the organization still. */
async function givenBack(
  ports: OrganizationPorts,
  organizationId: string,
  uses: readonly SetupInOrganization[],
): Promise<PutOrganizationOutcome> {
  for (const tenantId of new Set(uses.map((use) => use.tenantId)))
    await changeOrganizations(ports, tenantId, (ids) => [...ids, organizationId]);
  return { kind: 'inUse', uses };
}

function isThere(tenants: readonly Tenant[], tenantId: string): boolean {
  return tenants.some((tenant) => tenant.tenantId === tenantId && tenant.state.kind !== 'disconnecting');
}

async function attach(
  ports: OrganizationPorts,
  organizationId: string,
  wanted: readonly string[],
  present: readonly string[],
): Promise<void> {
  for (const tenantId of wanted.filter((id) => !present.includes(id)))
    await changeOrganizations(ports, tenantId, (ids) => [...ids, organizationId]);
  for (const tenantId of present.filter((id) => !wanted.includes(id)))
    await changeOrganizations(ports, tenantId, (ids) => ids.filter((id) => id !== organizationId));
}

/** Jobs save the tenant's row too. A tenant that went meanwhile is no fault. */
async function changeOrganizations(
  { tenants }: OrganizationPorts,
  tenantId: string,
  change: (organizationIds: readonly string[]) => readonly string[],
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const stored = await tenants.get(tenantId);
    if (stored === null) return;
    const organizationIds = [...new Set(change(stored.value.organizationIds))];
    try {
      await tenants.save({ ...stored.value, organizationIds }, stored.tag);
      return;
    } catch (failure) {
      if (!(failure instanceof RowConflict) || tries === TRIES) throw failure;
    }
  }
}
