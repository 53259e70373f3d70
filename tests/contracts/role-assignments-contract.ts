import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { LeaseLost } from '../../shared/core/failures.js';
import type { RoleHolder } from '../../shared/core/role-assignment.js';
import type { RoleAssignments } from '../../shared/ports/role-assignments.js';
import { fenceOf, type TestFence } from './table-stores-fixture.js';

/** What the store of mirrored roles must do. */
export function describeRoleAssignments(storesOf: () => { readonly roleAssignments: RoleAssignments }): void {
  let store: RoleAssignments;
  let fence: TestFence;
  beforeEach(() => {
    store = storesOf().roleAssignments;
    fence = fenceOf();
  });

  const holder = (principalId: string, roles: readonly string[], principalType = 'user'): RoleHolder => {
    return { principalId, principalType, roles };
  };
  const given = (after: RoleHolder) => ({ before: null, after });

  describe('role assignments', () => {
    it('are found by principal and by role, whatever their names are', async () => {
      const [a, b] = [holder('a', ['p/r1', 'p/r2']), holder('b|/#?', ['p/r2', 'ro|le'], 'group')];
      await store.write(fence, [given(a), given(b)]);
      expect(await store.holders(fence, ['a', 'b|/#?', 'c'])).toEqual(
        new Map([
          ['a', a],
          ['b|/#?', b],
        ]),
      );
      expect((await store.holdersOf(fence, 'p/r2')).sort()).toEqual(['a', 'b|/#?']);
      expect(await store.holdersOf(fence, 'p/r')).toEqual([]);
      expect(await store.groups(fence)).toEqual([b]);
    });

    it('become others and end, again and again to the same', async () => {
      const before = holder('a', ['r1', 'r2'], 'group');
      const after = holder('a', ['r2', 'r3'], 'group');
      await store.write(fence, [given(before)]);
      for (const _again of [1, 2]) await store.write(fence, [{ before, after }]);
      expect(await store.holdersOf(fence, 'r1')).toEqual([]);
      expect(await store.holdersOf(fence, 'r3')).toEqual(['a']);
      for (const _again of [1, 2]) await store.write(fence, [{ before: after, after: null }]);
      expect(await store.holders(fence, ['a'])).toEqual(new Map());
      expect(await store.groups(fence)).toEqual([]);
      expect(await store.holdersOf(fence, 'r2')).toEqual([]);
    });

    it('of another tenant are its own', async () => {
      await store.write(fence, [given(holder('a', ['r']))]);
      const other = fenceOf(randomUUID());
      expect((await store.holders(other, ['a'])).size).toBe(0);
      expect(await store.holdersOf(other, 'r')).toEqual([]);
    });

    it('remember where the reading of each list stands until it is forgotten', async () => {
      const state = {
        key: 'appRoles x',
        roles: ['x/1'],
        readAt: null,
        askedAt: 't',
        outcome: 'refused',
      } as const;
      await store.saveList(fence, state);
      await store.saveList(fence, { ...state, readAt: 't2', outcome: 'read' });
      expect(await store.lists(fence.tenantId)).toEqual([{ ...state, readAt: 't2', outcome: 'read' }]);
      await store.forgetList(fence, 'appRoles x');
      await store.forgetList(fence, 'appRoles x');
      expect(await store.lists(fence.tenantId)).toEqual([]);
    });

    it('are not written without the lease', async () => {
      fence.break();
      await expect(store.write(fence, [given(holder('a', ['r']))])).rejects.toBeInstanceOf(LeaseLost);
      const state = { key: 'k', roles: [], readAt: null, askedAt: 't', outcome: 'missing' } as const;
      await expect(store.saveList(fence, state)).rejects.toBeInstanceOf(LeaseLost);
    });
  });
}
