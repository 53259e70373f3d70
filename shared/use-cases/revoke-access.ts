import { mayGrant, type Principal, type Role } from '../core/access.js';
import { RowConflict } from '../core/failures.js';
import type { AccessGrants } from '../ports/access-grants.js';
import type { Tenants } from '../ports/registry.js';

export type RevokeAccessOutcome =
  | { readonly kind: 'revoked' }
  | { readonly kind: 'tenantNotFound' }
  /** A role that whoever asks may not take away. */
  | { readonly kind: 'beyondOwn'; readonly role: Role }
  | { readonly kind: 'preconditionFailed' };

const TRIES = 8;

/**
 * Takes away what an identity was given for the tenant, from its next request on; nothing given is no fault.
 * @param accepts whether the caller's precondition holds for that ETag; null where it made none
 * @throws RowConflict where others kept changing the row
 */
export async function revokeAccess(
  ports: { readonly tenants: Tenants; readonly accessGrants: AccessGrants },
  by: Principal,
  { tenantId, principalId }: { readonly tenantId: string; readonly principalId: string },
  accepts: ((tag: string) => boolean) | null,
): Promise<RevokeAccessOutcome> {
  for (let tries = 1; ; tries += 1) {
    if ((await ports.tenants.get(tenantId)) === null) return { kind: 'tenantNotFound' };
    const stored = await ports.accessGrants.get(tenantId, principalId);
    if (accepts !== null && (stored === null || !accepts(stored.tag))) return { kind: 'preconditionFailed' };
    if (stored === null) return { kind: 'revoked' };
    const beyond = stored.value.roles.find((role) => !mayGrant(by, role, tenantId));
    if (beyond !== undefined) return { kind: 'beyondOwn', role: beyond };
    try {
      await ports.accessGrants.remove(stored.value, stored.tag);
      return { kind: 'revoked' };
    } catch (failure) {
      if (!(failure instanceof RowConflict) || tries === TRIES) throw failure;
    }
  }
}
