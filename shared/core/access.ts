/** What an identity may do. Reader < Operator < Admin; Product stands beside them. */
export const ROLES = ['Reader', 'Operator', 'Admin', 'Product'] as const;
export type Role = (typeof ROLES)[number];

/** A signed-in identity and what it holds, as far as it was looked up for what it asks. */
export interface Principal {
  /** Object id in the operator's own directory, in lower case. */
  readonly id: string;
  readonly name: string;
  /** App roles: held everywhere, for every tenant and for the registry as a whole. */
  readonly roles: readonly Role[];
  /** Roles held for single tenants besides, by tenant id. */
  readonly tenantRoles: ReadonlyMap<string, readonly Role[]>;
}

/** Roles that a principal was given for one tenant. */
export interface AccessGrant {
  readonly tenantId: string;
  /** Object id in the operator's own directory, in lower case. */
  readonly principalId: string;
  /** Never empty. */
  readonly roles: readonly Role[];
  /** ISO 8601 UTC. */
  readonly grantedAt: string;
  /** Object id of who granted it. */
  readonly grantedBy: string;
}

/**
 * `refused`: the identity may know that the thing exists, but not do this (403). `hidden`: to this identity the
 * tenant does not exist (404).
 */
export type Access = 'granted' | 'refused' | 'hidden';

/** What is asked for: one tenant, something of whatever tenants the identity may see, or the registry as a whole. */
export type AccessTarget =
  | { readonly kind: 'tenant'; readonly tenantId: string }
  | { readonly kind: 'anyTenant' }
  | { readonly kind: 'registry' };

const INCLUDED: Readonly<Record<Role, readonly Role[]>> = {
  Reader: ['Reader'],
  Operator: ['Reader', 'Operator'],
  Admin: ['Reader', 'Operator', 'Admin'],
  Product: ['Product'],
};

function includes(held: readonly Role[], role: Role): boolean {
  return held.some((each) => INCLUDED[each].includes(role));
}

/** The one decision about access: whether the principal holds one of `roles`, itself or by a higher one, for the target. */
export function allowed(principal: Principal, roles: readonly Role[], target: AccessTarget): Access {
  const holds = (held: readonly Role[]): boolean => roles.some((role) => includes(held, role));
  switch (target.kind) {
    case 'registry':
      return holds(principal.roles) ? 'granted' : 'refused';
    case 'anyTenant':
      return holds(principal.roles) || [...principal.tenantRoles.values()].some(holds)
        ? 'granted'
        : 'refused';
    case 'tenant': {
      const held = rolesFor(principal, target.tenantId);
      if (holds(held)) return 'granted';
      return held.length === 0 ? 'hidden' : 'refused';
    }
  }
}

/** Whether the principal holds that role, itself or by a higher one; null for the registry as a whole. */
export function holdsRole(principal: Principal, role: Role, tenantId: string | null): boolean {
  return includes(tenantId === null ? principal.roles : rolesFor(principal, tenantId), role);
}

/**
 * The tenants for which the principal holds one of `roles`: everything, or those with these ids, in their order.
 * Whoever lists over tenants shows these and no other.
 */
export function sightOf(principal: Principal, roles: readonly Role[]): TenantSight {
  const holds = (held: readonly Role[]): boolean => roles.some((role) => includes(held, role));
  if (holds(principal.roles)) return 'all';
  return [...principal.tenantRoles]
    .filter(([, held]) => holds(held))
    .map(([tenantId]) => tenantId)
    .sort();
}

export type TenantSight = 'all' | readonly string[];

export function sees(sight: TenantSight, tenantId: string): boolean {
  return sight === 'all' || sight.includes(tenantId);
}

/**
 * Whether the principal may give and take that role for the tenant: an Admin everywhere any role, an Admin of the
 * tenant only what it holds itself, so that nobody raises anybody above themselves.
 */
export function mayGrant(principal: Principal, role: Role, tenantId: string): boolean {
  if (includes(principal.roles, 'Admin')) return true;
  return holdsRole(principal, 'Admin', tenantId) && holdsRole(principal, role, tenantId);
}

function rolesFor(principal: Principal, tenantId: string): readonly Role[] {
  return [...principal.roles, ...(principal.tenantRoles.get(tenantId) ?? [])];
}
