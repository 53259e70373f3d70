import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { LeaseLost } from '../../shared/core/failures.js';
import type { StagedRemoval } from '../../shared/ports/removals.js';
import type { DerivedStores } from '../fakes/memory-derived.js';
import { fenceOf, listed, type TestFence } from './table-stores-fixture.js';

const SETUP = 'setup-1';
const SINCE = '2026-03-01T12:00:00.000Z';

/** What every memory of the removal guard must do. */
export function describeRemovals(storesOf: () => DerivedStores): void {
  describe('removals', () => {
    let removals: DerivedStores['removals'];
    let fence: TestFence;
    beforeEach(() => {
      removals = storesOf().removals;
      fence = fenceOf();
    });
    const staged = (directoryId: string, values: Partial<StagedRemoval> = {}): StagedRemoval => ({
      setupId: SETUP,
      directoryId,
      kind: 'staged',
      reason: 'leftScope',
      losing: [],
      since: SINCE,
      ...values,
    });
    const all = async (limit = 100): Promise<readonly StagedRemoval[]> =>
      await listed((request) => removals.list(fence.tenantId, SETUP, request), limit);
    const tag = async (): Promise<string> => await removals.tagOf(fence.tenantId, SETUP);

    it('come back in the order of their ids, and take the place of what stood there', async () => {
      const ids = Array.from({ length: 230 }, () => randomUUID()).sort();
      await removals.stage(fence, [...ids.map((id) => staged(id)), staged('x', { setupId: 'setup-10' })]);
      expect(await all(50)).toEqual(ids.map((id) => staged(id)));
      const held = ids.slice(0, 120).map((id) => staged(id, { kind: 'held' }));
      await removals.stage(fence, held);
      expect(await all()).toEqual([...held, ...ids.slice(120).map((id) => staged(id))]);
      expect(await removals.read(fence.tenantId, SETUP, [ids[0] ?? '', 'absent'])).toEqual(
        new Map([[ids[0], held[0]]]),
      );
      await removals.drop(fence, SETUP, [...ids.slice(1), 'absent']);
      expect(await all()).toEqual(held.slice(0, 1));
    });

    it('have a tag that changes with every row that comes, goes or becomes another, and only then', async () => {
      const tags = [await tag()];
      for (const change of [
        () => removals.stage(fence, [staged('a'), staged('b')]),
        () => removals.stage(fence, [staged('a', { kind: 'held' })]),
        () => removals.stage(fence, [staged('a', { kind: 'held', losing: ['role:booker'] })]),
        () => removals.drop(fence, SETUP, ['b']),
      ]) {
        await change();
        tags.push(await tag());
      }
      expect(new Set(tags).size).toBe(5);
      await removals.stage(fence, [staged('a', { kind: 'held', losing: ['role:booker'] })]);
      await removals.drop(fence, SETUP, ['b']);
      await removals.note(fence, SETUP, [{ directoryId: 'a', at: SINCE, kind: 'removal' }]);
      await removals.stage(fence, [staged('a', { setupId: 'setup-2' })]);
      expect(await tag()).toBe(tags.at(-1));
    });

    it('count what was carried out since an instant, each once, until it is forgotten', async () => {
      const at = (second: number): string => new Date(Date.parse(SINCE) + second * 1_000).toISOString();
      const carriedOut = Array.from({ length: 130 }, (_, n) => ({
        directoryId: `user-${n}`,
        at: at(n),
        kind: n % 10 === 0 ? ('loss' as const) : ('removal' as const),
      }));
      for (let twice = 0; twice < 2; twice++) await removals.note(fence, SETUP, carriedOut);
      const since = async (second: number): Promise<readonly number[]> => {
        const counted = await removals.countSince(fence.tenantId, SETUP, at(second));
        return [counted.removals, counted.losses];
      };
      expect(await Promise.all([since(0), since(100), since(129), since(130)])).toEqual([
        [117, 13],
        [27, 3],
        [1, 0],
        [0, 0],
      ]);
      await removals.forgetBefore(fence, SETUP, at(120));
      expect(await since(0)).toEqual([9, 1]);
      expect(await all()).toEqual([]);
    });

    it('go with their setup', async () => {
      await removals.stage(fence, [staged('a'), staged('a', { setupId: 'setup-2' })]);
      await removals.note(fence, SETUP, [{ directoryId: 'b', at: SINCE, kind: 'removal' }]);
      await removals.clear(fence, SETUP);
      expect(await all()).toEqual([]);
      expect(await removals.countSince(fence.tenantId, SETUP, SINCE)).toEqual({ removals: 0, losses: 0 });
      expect((await removals.read(fence.tenantId, 'setup-2', ['a'])).size).toBe(1);
    });

    it('are not written without the lease', async () => {
      await removals.stage(fence, [staged('a')]);
      fence.break();
      await expect(removals.stage(fence, [staged('b')])).rejects.toBeInstanceOf(LeaseLost);
      await expect(removals.drop(fence, SETUP, ['a'])).rejects.toBeInstanceOf(LeaseLost);
      await expect(
        removals.note(fence, SETUP, [{ directoryId: 'a', at: SINCE, kind: 'removal' }]),
      ).rejects.toBeInstanceOf(LeaseLost);
      expect(await all()).toEqual([staged('a')]);
    });
  });
}
