import { RowConflict } from '../../core/failures.js';
import {
  everyTenant,
  idsNaming,
  type OrganizationPorts,
  type OrganizationView,
} from './organization-view.js';

export type RemoveOrganizationOutcome =
  | { readonly kind: 'removed' }
  | { readonly kind: 'preconditionFailed' }
  /** Tenants name it still. */
  | { readonly kind: 'inUse'; readonly tenantIds: readonly string[] };

const TRIES = 8;

/**
 * Removes an organization that no tenant belongs to; one that is not there is no fault. A tenant that is given to it in
 * the same moment keeps the id, which then describes nothing until the organization is made again.
 * @throws RowConflict where others kept changing it
 */
export async function removeOrganization(
  ports: OrganizationPorts,
  id: string,
  accepts: ((before: OrganizationView) => boolean) | null,
): Promise<RemoveOrganizationOutcome> {
  for (let tries = 1; ; tries += 1) {
    const organization = await ports.organizations.get(id);
    if (organization === null) return { kind: accepts === null ? 'removed' : 'preconditionFailed' };
    const tenantIds = idsNaming(await everyTenant(ports), id);
    if (accepts !== null && !accepts({ organization, tenantIds })) return { kind: 'preconditionFailed' };
    if (tenantIds.length > 0) return { kind: 'inUse', tenantIds };
    try {
      await ports.organizations.remove(id, organization.tag);
      return { kind: 'removed' };
    } catch (failure) {
      if (!(failure instanceof RowConflict) || tries === TRIES) throw failure;
    }
  }
}
