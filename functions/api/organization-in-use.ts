import type { SetupInOrganization } from '../../shared/ports/setups-in-organizations.js';
import { ApiError, type ErrorDetail } from './errors.js';

const MOST_DETAILS = 100;

/** A tenant would lose an organization that setups of it give people to. */
export function organizationInUse(uses: readonly SetupInOrganization[]): ApiError {
  const details = uses.slice(0, MOST_DETAILS).map(({ tenantId, setupId, designation, organizationId }) => ({
    code: 'OrganizationInUse' as const,
    message: `Setup ${setupId} (${designation}) of tenant ${tenantId} gives people to organization ${organizationId}.`,
    target: `tenants/${tenantId}/setups/${setupId}#organizationId`,
  })) satisfies ErrorDetail[];
  const message = `${details[0]?.message ?? ''} Remove the setup first, or copy it to another organization.`;
  return new ApiError('OrganizationInUse', message, { target: 'organizationIds', details });
}
