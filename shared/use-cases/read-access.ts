import type { AccessGrant } from '../core/access.js';
import type { AccessGrants } from '../ports/access-grants.js';
import type { Stored, Tenants } from '../ports/registry.js';

export type ReadAccessOutcome =
  | { readonly kind: 'found'; readonly grant: Stored<AccessGrant> }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'tenantNotFound' };

/** The roles that one identity was given for a tenant. */
export async function readAccess(
  ports: { readonly tenants: Tenants; readonly accessGrants: AccessGrants },
  tenantId: string,
  principalId: string,
): Promise<ReadAccessOutcome> {
  if ((await ports.tenants.get(tenantId)) === null) return { kind: 'tenantNotFound' };
  const grant = await ports.accessGrants.get(tenantId, principalId);
  return grant === null ? { kind: 'notFound' } : { kind: 'found', grant };
}
