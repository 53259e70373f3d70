import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allowed,
  holdsRole,
  mayGrant,
  ROLES,
  sees,
  sightOf,
  type Principal,
  type Role,
} from '../../../shared/core/access.js';

function holder(
  roles: readonly Role[],
  tenantRoles: Readonly<Record<string, readonly Role[]>> = {},
): Principal {
  return { id: 'id', name: 'name', roles, tenantRoles: new Map(Object.entries(tenantRoles)) };
}

const tenant = (tenantId: string) => ({ kind: 'tenant', tenantId }) as const;
const registry = { kind: 'registry' } as const;
const anyTenant = { kind: 'anyTenant' } as const;

const someRoles = fc.uniqueArray(fc.constantFrom(...ROLES));
const somePrincipal = fc
  .record({ roles: someRoles, own: someRoles, other: someRoles })
  .map(({ roles, own, other }) => holder(roles, { own, other }));
const someRole = fc.constantFrom(...ROLES);

describe('access', () => {
  it.each<[Role, Role[]]>([
    ['Reader', ['Reader']],
    ['Operator', ['Reader', 'Operator']],
    ['Admin', ['Reader', 'Operator', 'Admin']],
    ['Product', ['Product']],
  ])('of a %s covers %j', (held, covered) => {
    for (const target of [registry, anyTenant, tenant('own')])
      expect(ROLES.filter((role) => allowed(holder([held]), [role], target) === 'granted')).toEqual(covered);
    const limited = holder([], { own: [held] });
    for (const target of [anyTenant, tenant('own')])
      expect(ROLES.filter((role) => allowed(limited, [role], target) === 'granted')).toEqual(covered);
  });

  it('hides tenants from those who hold nothing for them, and refuses them the rest', () => {
    expect(allowed(holder([]), ['Reader'], tenant('own'))).toBe('hidden');
    expect(allowed(holder([], { other: ['Admin'] }), ['Reader'], tenant('own'))).toBe('hidden');
    expect(allowed(holder([], { own: [] }), ['Reader'], tenant('own'))).toBe('hidden');
    expect(allowed(holder([]), ['Reader'], anyTenant)).toBe('refused');
    expect(allowed(holder([], { own: ['Admin'] }), ['Reader'], registry)).toBe('refused');
    expect(allowed(holder(['Product']), ['Reader'], tenant('own'))).toBe('refused');
    expect(allowed(holder([], { own: ['Reader'] }), ['Operator'], tenant('own'))).toBe('refused');
  });

  it('takes any one of the roles that let in', () => {
    expect(allowed(holder(['Product']), ['Reader', 'Product'], registry)).toBe('granted');
    expect(allowed(holder(['Operator']), ['Reader', 'Product'], registry)).toBe('granted');
  });

  it('never shrinks by another role', () => {
    fc.assert(
      fc.property(someRoles, someRole, someRole, (held, more, asked) => {
        fc.pre(allowed(holder(held), [asked], tenant('own')) === 'granted');
        expect(allowed(holder([...held, more]), [asked], tenant('own'))).toBe('granted');
      }),
    );
  });

  it('shows a tenant in a list to those alone who are let in to it', () => {
    fc.assert(
      fc.property(
        somePrincipal,
        someRole,
        fc.constantFrom('own', 'other', 'third'),
        (principal, role, id) => {
          expect(sees(sightOf(principal, [role]), id)).toBe(
            allowed(principal, [role], tenant(id)) === 'granted',
          );
        },
      ),
    );
  });

  it('for one tenant says nothing about another', () => {
    fc.assert(
      fc.property(someRoles, someRole, (held, role) => {
        expect(allowed(holder([], { own: held }), [role], tenant('other'))).toBe('hidden');
      }),
    );
  });
});

describe('giving access', () => {
  it('is for an Admin everywhere without limits, and for an Admin of the tenant within what it holds', () => {
    for (const role of ROLES) expect(mayGrant(holder(['Admin']), role, 'own')).toBe(true);
    const customer = holder([], { own: ['Admin'] });
    expect(ROLES.filter((role) => mayGrant(customer, role, 'own'))).toEqual(['Reader', 'Operator', 'Admin']);
    expect(ROLES.filter((role) => mayGrant(customer, role, 'other'))).toEqual([]);
    const productOwner = holder(['Product'], { own: ['Admin'] });
    expect(mayGrant(productOwner, 'Product', 'own')).toBe(true);
    expect(ROLES.filter((role) => mayGrant(holder(['Operator']), role, 'own'))).toEqual([]);
  });

  it('never gives more than everything that the giver holds for the tenant', () => {
    fc.assert(
      fc.property(somePrincipal, someRole, (principal, role) => {
        fc.pre(!holdsRole(principal, 'Admin', null) && mayGrant(principal, role, 'own'));
        expect(holdsRole(principal, role, 'own')).toBe(true);
      }),
    );
  });
});
