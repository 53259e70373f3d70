import { beforeEach, describe, expect, it } from 'vitest';
import { LeaseLost } from '../../shared/core/failures.js';
import type { Override } from '../../shared/ports/removals.js';
import type { DerivedStores } from '../fakes/memory-derived.js';
import { fenceOf, listed, type TestFence } from './table-stores-fixture.js';

const SETUP = 'setup-1';

/** What every store of overrides must do. */
export function describeOverrides(storesOf: () => DerivedStores): void {
  describe('overrides', () => {
    let overrides: DerivedStores['overrides'];
    let fence: TestFence;
    beforeEach(() => {
      overrides = storesOf().overrides;
      fence = fenceOf();
    });
    const override = (directoryId: string, values: Partial<Override> = {}): Override => ({
      overrideId: directoryId,
      setupId: SETUP,
      directoryId,
      kind: 'keep',
      inputHash: 'h',
      decidedBy: 'operator@x',
      decidedAt: '2026-03-01T12:00:00.000Z',
      ...values,
    });
    const all = async (): Promise<readonly Override[]> =>
      await listed((request) => overrides.list(fence.tenantId, SETUP, request), 2);

    it('come back as they were decided, one per person', async () => {
      await overrides.put(
        fence,
        ['c', 'a', 'b'].map((id) => override(id)),
      );
      await overrides.put(fence, [override('b', { inputHash: 'i' }), override('a', { setupId: 'setup-10' })]);
      expect(await all()).toEqual([override('a'), override('b', { inputHash: 'i' }), override('c')]);
      expect(await overrides.get(fence.tenantId, SETUP, 'c')).toEqual(override('c'));
      expect(await overrides.get(fence.tenantId, SETUP, 'd')).toBeNull();
      expect(await overrides.read(fence.tenantId, SETUP, ['a', 'd'])).toEqual(
        new Map([['a', override('a')]]),
      );
    });

    it('go when they are released, absent ones too, or with their setup', async () => {
      await overrides.put(fence, [
        ...['a', 'b', 'c'].map((id) => override(id)),
        override('a', { setupId: 's' }),
      ]);
      await overrides.remove(fence, SETUP, ['b', 'd', 'b']);
      expect(await all()).toEqual([override('a'), override('c')]);
      await overrides.clear(fence, SETUP);
      expect(await all()).toEqual([]);
      expect(await overrides.get(fence.tenantId, 's', 'a')).not.toBeNull();
    });

    it('are not written without the lease', async () => {
      await overrides.put(fence, [override('a')]);
      fence.break();
      await expect(overrides.put(fence, [override('b')])).rejects.toBeInstanceOf(LeaseLost);
      await expect(overrides.remove(fence, SETUP, ['a'])).rejects.toBeInstanceOf(LeaseLost);
      expect(await all()).toEqual([override('a')]);
    });
  });
}
