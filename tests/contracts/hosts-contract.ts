import { beforeEach, describe, expect, it } from 'vitest';
import { LeaseLost } from '../../shared/core/failures.js';
import type { Host } from '../../shared/core/people/person.js';
import { aCause, aHost } from '../builders/person.js';
import type { DerivedStores } from '../fakes/memory-derived.js';
import { relayed } from './derived-relay.js';
import { collected, fenceOf, listed, type TestFence } from './table-stores-fixture.js';

const SETUP = 'setup-1';

/** What every store of hosts must do. */
export function describeHosts(storesOf: () => DerivedStores): void {
  describe('hosts', () => {
    let stores: DerivedStores;
    let fence: TestFence;
    beforeEach(() => {
      stores = storesOf();
      fence = fenceOf();
    });
    const host = (directoryId: string, receptionId: string, values: Partial<Host> = {}): Host =>
      aHost({ tenantId: fence.tenantId, directoryId, receptionId, ...values });
    const idsAt = async (receptionId: string | null): Promise<string[]> =>
      (await listed((request) => stores.hosts.list(fence, SETUP, { ...request, receptionId }), 2)).map(
        ({ id }) => id,
      );

    it('come back as they were written, by directory id and by reception', async () => {
      const a1 = host('a', 'one', { personId: 'setup-1.a', displayName: 'Zoë', mail: 'a@x' });
      const a2 = host('a', 'two|2');
      const b1 = host('b', 'one');
      await stores.hosts.write(fence, { added: [a1, a2, b1], removed: [] }, aCause());
      const read = await stores.hosts.read(fence, SETUP, ['a', 'b', 'c']);
      expect([...read.keys()].sort()).toEqual(['a', 'b']);
      expect(read.get('a')).toEqual(expect.arrayContaining([a1, a2]));
      expect((await idsAt('one')).sort()).toEqual([a1.id, b1.id]);
      expect(await idsAt('two|2')).toEqual([a2.id]);
      expect((await idsAt(null)).sort()).toEqual([a1.id, a2.id, b1.id].sort());
      const scanned: Host[] = [];
      for (let bucket = 0; bucket < fence.bucketCount; bucket++)
        scanned.push(...(await collected(stores.hosts.scan(fence, SETUP, bucket))));
      expect(scanned.length).toBe(3);
    });

    it('are gone when removed, also again, and each change is told', async () => {
      const a = host('a', 'one');
      await stores.hosts.write(fence, { added: [a], removed: [] }, aCause('2026-03-01T00:00:00.000Z'));
      const removal = { added: [], removed: [a] };
      for (let twice = 0; twice < 2; twice++)
        await stores.hosts.write(fence, removal, aCause('2026-03-01T00:00:01.000Z'));
      expect(await idsAt('one')).toEqual([]);
      const told = await relayed(stores, fence);
      expect(told.map(({ kind, before, after }) => [kind, before !== null, after !== null])).toEqual([
        ['host', false, true],
        ['host', true, false],
      ]);
    });

    it('leave the last word where one goes and comes at once', async () => {
      const a = host('a', 'one');
      await stores.hosts.write(fence, { added: [a], removed: [a] }, aCause());
      expect(await idsAt('one')).toEqual([a.id]);
      expect((await relayed(stores, fence)).map(({ after }) => after)).toEqual([JSON.stringify(a)]);
      expect(await idsAt('one')).toEqual([a.id]);
    });

    it('go with their outbox rows when the setup is cleared', async () => {
      const all = ['a', 'b', 'c'].map((id) => host(id, 'one'));
      const other = host('a', 'one', { setupId: 'setup-2' });
      await stores.hosts.write(fence, { added: [...all, other], removed: [] }, aCause());
      for (let bucket = 0; bucket < fence.bucketCount; bucket++)
        await stores.hosts.clear(fence, SETUP, bucket);
      expect(await idsAt(null)).toEqual([]);
      expect(await idsAt('one')).toEqual([]);
      expect((await relayed(stores, fence)).map(({ setupId }) => setupId)).toEqual(['setup-2']);
    });

    it('are not written without the lease', async () => {
      fence.break();
      const changes = { added: [host('a', 'one')], removed: [] };
      await expect(stores.hosts.write(fence, changes, aCause())).rejects.toBeInstanceOf(LeaseLost);
      expect(await idsAt(null)).toEqual([]);
    });
  });
}
