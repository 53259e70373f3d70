import type { SetupInOrganization } from '../../shared/ports/setups-in-organizations.js';
import { ApiError, ErrorDetails, type ErrorDetail } from './errors.js';

/** A tenant would lose an organization that setups of it give people to. */
export function organizationInUse(uses: readonly SetupInOrganization[]): ApiError {
  const details = uses.map(({ tenantId, setupId, designation, organizationId }): ErrorDetail => ({
    code: 'OrganizationInUse',
    message: `Setup ${setupId} (${designation}) of tenant ${tenantId} gives people to organization ${organizationId}.`,
    target: `tenants/${tenantId}/setups/${setupId}#organizationId`,
  }));
  const message = `${details[0]?.message ?? ''} Remove the setup first, or copy it to another organization.`;
  return new ApiError('OrganizationInUse', message, {
    target: 'organizationIds',
    details: ErrorDetails.from(details),
  });
}
