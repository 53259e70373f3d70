import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowed, ROLES, type Principal, type Role } from '../../../shared/core/access.js';

function holder(...roles: Role[]): Principal {
  return { id: 'id', name: 'name', roles };
}

describe('access', () => {
  it.each<[Role, Role[]]>([
    ['Reader', ['Reader']],
    ['Operator', ['Reader', 'Operator']],
    ['Admin', ['Reader', 'Operator', 'Admin']],
    ['Product', ['Product']],
  ])('of a %s covers %j', (held, covered) => {
    for (const tenantId of [null, 'tenant'])
      expect(ROLES.filter((role) => allowed(holder(held), role, tenantId) === 'granted')).toEqual(covered);
  });

  it('hides tenants from those who hold nothing, and refuses them the rest', () => {
    expect(allowed(holder(), 'Reader', 'tenant')).toBe('hidden');
    expect(allowed(holder(), 'Reader', null)).toBe('refused');
    expect(allowed(holder('Product'), 'Reader', 'tenant')).toBe('refused');
  });

  it('never shrinks by another role', () => {
    const roles = fc.uniqueArray(fc.constantFrom(...ROLES));
    fc.assert(
      fc.property(roles, fc.constantFrom(...ROLES), fc.constantFrom(...ROLES), (held, more, asked) => {
        fc.pre(allowed(holder(...held), asked, 'tenant') === 'granted');
        expect(allowed(holder(...held, more), asked, 'tenant')).toBe('granted');
      }),
    );
  });
});
