import { mayGrant, type AccessGrant, type Principal, type Role } from '../core/access.js';
import { RowConflict } from '../core/failures.js';
import type { AccessGrants } from '../ports/access-grants.js';
import type { Clock } from '../ports/clock.js';
import type { Stored, Tenants } from '../ports/registry.js';

export interface GrantAccessPorts {
  readonly tenants: Tenants;
  readonly accessGrants: AccessGrants;
  readonly clock: Clock;
}

export type GrantAccessOutcome =
  | { readonly kind: 'granted'; readonly grant: Stored<AccessGrant> }
  | { readonly kind: 'tenantNotFound' }
  /** A role that whoever grants does not hold, or that they may not take away. */
  | { readonly kind: 'beyondOwn'; readonly role: Role }
  | { readonly kind: 'preconditionFailed' };

const TRIES = 8;

/**
 * Gives an identity these roles for the tenant, in place of those that it was given before.
 * @param accepts whether the caller's precondition holds for that ETag; null where it made none
 * @throws RowConflict where others kept changing the row
 */
export async function grantAccess(
  ports: GrantAccessPorts,
  by: Principal,
  wish: Pick<AccessGrant, 'tenantId' | 'principalId' | 'roles'>,
  accepts: ((tag: string) => boolean) | null,
): Promise<GrantAccessOutcome> {
  const { tenantId, principalId } = wish;
  const grantedAt = new Date(ports.clock.now()).toISOString();
  for (let tries = 1; ; tries += 1) {
    if ((await ports.tenants.get(tenantId)) === null) return { kind: 'tenantNotFound' };
    const before = await ports.accessGrants.get(tenantId, principalId);
    if (accepts !== null && (before === null || !accepts(before.tag))) return { kind: 'preconditionFailed' };
    const beyond = [...wish.roles, ...(before?.value.roles ?? [])].find(
      (role) => !mayGrant(by, role, tenantId),
    );
    if (beyond !== undefined) return { kind: 'beyondOwn', role: beyond };
    try {
      const grant = { ...wish, grantedAt, grantedBy: by.id };
      return { kind: 'granted', grant: await ports.accessGrants.save(grant, before?.tag ?? null) };
    } catch (failure) {
      if (!(failure instanceof RowConflict) || tries === TRIES) throw failure;
    }
  }
}
