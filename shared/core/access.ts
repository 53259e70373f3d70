/** What an identity may do. Reader < Operator < Admin; Product stands beside them. */
export const ROLES = ['Reader', 'Operator', 'Admin', 'Product'] as const;
export type Role = (typeof ROLES)[number];

/** A signed-in identity. `roles` are app roles, held for every tenant. */
export interface Principal {
  /** Object id in the operator's own directory. */
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

/**
 * `refused`: the identity may know that the thing exists, but not do this (403). `hidden`: to this identity the
 * tenant does not exist (404).
 */
export type Access = 'granted' | 'refused' | 'hidden';

const INCLUDED: Readonly<Record<Role, readonly Role[]>> = {
  Reader: ['Reader'],
  Operator: ['Reader', 'Operator'],
  Admin: ['Reader', 'Operator', 'Admin'],
  Product: ['Product'],
};

/**
 * The one decision about access: whether the principal holds `role`, itself or by a higher one, for that tenant.
 * @param tenantId null for what belongs to no tenant
 */
export function allowed(principal: Principal, role: Role, tenantId: string | null): Access {
  const held = rolesFor(principal, tenantId);
  if (held.some((each) => INCLUDED[each].includes(role))) return 'granted';
  return tenantId !== null && held.length === 0 ? 'hidden' : 'refused';
}

/** App roles hold for every tenant alike. */
function rolesFor(principal: Principal, _tenantId: string | null): readonly Role[] {
  return principal.roles;
}
