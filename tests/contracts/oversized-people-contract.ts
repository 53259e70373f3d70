import { beforeEach, describe, expect, it } from 'vitest';
import { LeaseLost } from '../../shared/core/failures.js';
import type { OversizedPeople, OversizedPerson } from '../../shared/ports/oversized-people.js';
import { fenceOf, listed, type TestFence } from './table-stores-fixture.js';

const SETUP = 'setup-1';

/** What a store of users who are too large to be people must do. */
export function describeOversizedPeople(storesOf: () => { readonly oversizedPeople: OversizedPeople }): void {
  describe('users who are too large to be people', () => {
    let store: OversizedPeople;
    let fence: TestFence;
    beforeEach(() => {
      store = storesOf().oversizedPeople;
      fence = fenceOf();
    });
    const one = (directoryId: string, values: Partial<OversizedPerson> = {}): OversizedPerson => ({
      setupId: SETUP,
      directoryId,
      what: 'displayName',
      bytes: 600_000,
      ...values,
    });
    const all = async (): Promise<readonly OversizedPerson[]> =>
      await listed((request) => store.list(fence.tenantId, SETUP, request), 2);

    it('come back as they were found last, one per user', async () => {
      await store.put(
        fence,
        ['c', 'a', 'b'].map((id) => one(id)),
      );
      const unknown = one('b', { what: 'mail', bytes: null });
      await store.put(fence, [unknown, one('a', { setupId: 'setup-10' })]);
      expect(await all()).toEqual([one('a'), unknown, one('c')]);
      expect(await store.get(fence.tenantId, SETUP, 'b')).toEqual(unknown);
      expect(await store.get(fence.tenantId, SETUP, 'd')).toBeNull();
    });

    it('go once they are small again, absent ones too, or with their setup', async () => {
      await store.put(fence, [...['a', 'b', 'c'].map((id) => one(id)), one('a', { setupId: 's' })]);
      await store.remove(fence, SETUP, ['b', 'd', 'b']);
      expect(await all()).toEqual([one('a'), one('c')]);
      await store.clear(fence, SETUP);
      expect(await all()).toEqual([]);
      expect(await store.get(fence.tenantId, 's', 'a')).not.toBeNull();
    });

    it('are not written without the lease', async () => {
      await store.put(fence, [one('a')]);
      fence.break();
      await expect(store.put(fence, [one('b')])).rejects.toBeInstanceOf(LeaseLost);
      await expect(store.remove(fence, SETUP, ['a'])).rejects.toBeInstanceOf(LeaseLost);
      expect(await all()).toEqual([one('a')]);
    });
  });
}
