import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TableGateway } from '../../shared/adapters/tables/gateway.js';
import type { RowKey, TenantPartition } from '../../shared/adapters/tables/keys.js';
import { createTableStores, type TableStores } from '../../shared/adapters/tables/table-stores.js';
import { REGISTRY_TABLES, TABLES } from '../../shared/adapters/tables/tables.js';
import { beginningDisconnection } from '../../shared/core/disconnection.js';
import { LeaseLost, RowConflict } from '../../shared/core/failures.js';
import { aTenant } from '../builders/tenant.js';
import { fenceOf, listed } from './table-stores-fixture.js';

/** What the stores must do so that everything of a tenant can be removed, and looked for. */
export function describeRemoval(gatewayOf: () => TableGateway): void {
  let gateway: TableGateway;
  let stores: TableStores;
  let tenantId: string;
  beforeEach(() => {
    gateway = gatewayOf();
    stores = createTableStores(gateway);
    tenantId = randomUUID();
  });

  const tenantTables = TABLES.filter((table) => !REGISTRY_TABLES.includes(table));

  /** Rows of every table under the tenant's keys, `each` of them in each of two partitions. */
  async function fill(owner: string, each: number): Promise<void> {
    for (const table of tenantTables) {
      for (const partition of [owner, `${owner}|000`]) {
        const operations = Array.from({ length: each }, (_, n) => ({
          kind: 'put' as const,
          row: `row-${n}` as RowKey,
          columns: { n },
        }));
        await gateway.transact(table, partition as TenantPartition, operations);
      }
    }
  }

  describe('the rows of a tenant', () => {
    it('are found in every table by their keys, those of its neighbours are not', async () => {
      const [before, after] = [`0${tenantId.slice(1)}`, `f${tenantId.slice(1)}`];
      for (const owner of [tenantId, before, after].filter((id, n, ids) => ids.indexOf(id) === n))
        await fill(owner, 2);
      await stores.tenants.create(aTenant({ tenantId }));
      expect(await stores.tenantRows.left(tenantId)).toEqual({
        ...Object.fromEntries(tenantTables.map((table) => [table, 4])),
        Tenants: 1,
      });
      expect(await stores.tenantRows.left(randomUUID())).toEqual({});
    });

    it('are removed stretch by stretch until a look finds none', async () => {
      await fill(tenantId, 100);
      const neighbour = randomUUID();
      await fill(neighbour, 1);
      const fence = fenceOf(tenantId);
      let removed = 0;
      for (;;) {
        const stretch = await stores.tenantRows.clear(fence, 'Users');
        removed += stretch.removed;
        if (!stretch.more) break;
      }
      expect(removed).toBe(200);
      for (const table of stores.tenantRows.tables)
        while ((await stores.tenantRows.clear(fence, table)).more);
      expect(await stores.tenantRows.left(tenantId)).toEqual({ Leases: 200 });
      expect(Object.values(await stores.tenantRows.left(neighbour))).toEqual(tenantTables.map(() => 2));
    });

    it('are not removed without the lease', async () => {
      await fill(tenantId, 1);
      const fence = fenceOf(tenantId);
      fence.break();
      await expect(stores.tenantRows.clear(fence, 'Users')).rejects.toBeInstanceOf(LeaseLost);
      expect(await stores.tenantRows.left(tenantId)).toMatchObject({ Users: 2 });
    });

    it('are removed without a lease as rests, the lease included, while the tenant is gone', async () => {
      await fill(tenantId, 2);
      const neighbour = randomUUID();
      await fill(neighbour, 1);
      expect(await stores.tenantRows.clearRests(tenantId, () => Promise.resolve(false))).toBe(0);
      expect(await stores.tenantRows.left(tenantId)).toMatchObject({ Users: 4, Leases: 4 });
      const removed = await stores.tenantRows.clearRests(tenantId, () => Promise.resolve(true));
      expect(removed).toBe(4 * tenantTables.length);
      expect(await stores.tenantRows.left(tenantId)).toEqual({});
      expect(await stores.tenantRows.left(neighbour)).toMatchObject({ Users: 2 });
    });

    it('are not removed as rests if they were written again since they were read', async () => {
      const row = { partition: tenantId as TenantPartition, row: 'row' as RowKey, columns: { n: 1 } };
      await gateway.put('Users', row);
      const writtenAgain = async (): Promise<boolean> => {
        await gateway.put('Users', { ...row, columns: { n: 2 } });
        return true;
      };
      expect(await stores.tenantRows.clearRests(tenantId, writtenAgain)).toBe(0);
      expect(await stores.tenantRows.left(tenantId)).toEqual({ Users: 1 });
    });

    it('are found where they lie under no known tenant and name this one', async () => {
      const letter = { tenantId: null, kind: 'job', messageId: null, setAsideAt: 't' } as const;
      const naming = randomUUID();
      const other = randomUUID();
      await stores.deadLetters.put({ ...letter, id: naming, reason: 'r', body: `{"t":"${tenantId}"}` });
      await stores.deadLetters.put({ ...letter, id: other, reason: 'r', body: '{}' });
      expect(await stores.tenantRows.left(tenantId)).toEqual({ DeadLetters: 1 });
      expect(await stores.tenantRows.clearUnknown(fenceOf(tenantId), 'DeadLetters')).toBe(1);
      expect(await stores.deadLetters.find(naming)).toBeNull();
      expect(await stores.deadLetters.find(other)).not.toBeNull();
    });
  });

  describe('disconnections', () => {
    it('come back as they were saved, over what was read only', async () => {
      const begun = beginningDisconnection(tenantId, '2026-01-01T00:00:00.000Z');
      const first = await stores.disconnections.save(begun, null);
      expect(await stores.disconnections.get(tenantId)).toEqual(first);
      await expect(stores.disconnections.save(begun, null)).rejects.toBeInstanceOf(RowConflict);
      const changed = {
        ...begun,
        status: 'Failed',
        stage: 'waiting',
        waitsUntil: '2026-01-01T00:01:10.000Z',
        endedAt: '2026-01-02T00:00:00.000Z',
        removed: { Users: 3 },
        secret: { state: 'deleted', scheduledPurgeDate: '2026-04-01T00:00:00.000Z' },
        warnings: [{ code: 'SubscriptionsNotEnded', message: 'm' }],
        error: { code: 'c', message: 'm' },
      } as const;
      const second = await stores.disconnections.save(changed, first.tag);
      await expect(stores.disconnections.save(begun, first.tag)).rejects.toBeInstanceOf(RowConflict);
      const all = await listed((request) => stores.disconnections.list(request), 100);
      expect(all).toContainEqual(second);
      await expect(stores.disconnections.remove(tenantId, first.tag)).rejects.toBeInstanceOf(RowConflict);
      await stores.disconnections.remove(tenantId, second.tag);
      expect(await stores.disconnections.get(tenantId)).toBeNull();
      await stores.disconnections.remove(tenantId, second.tag);
    });

    it('keep their tenant from being created anew while they run', async () => {
      const begun = beginningDisconnection(tenantId, '2026-01-01T00:00:00.000Z');
      const { tag } = await stores.disconnections.save(begun, null);
      await expect(stores.tenants.create(aTenant({ tenantId }))).rejects.toBeInstanceOf(RowConflict);
      await stores.disconnections.save({ ...begun, status: 'Succeeded' }, tag);
      expect((await stores.tenants.create(aTenant({ tenantId }))).value.tenantId).toBe(tenantId);
    });
  });

  describe('the row of a tenant', () => {
    it('is removed only as it was read', async () => {
      const created = await stores.tenants.create(aTenant({ tenantId }));
      const saved = await stores.tenants.save(aTenant({ tenantId, paused: true }), created.tag);
      await expect(stores.tenants.remove(tenantId, created.tag)).rejects.toBeInstanceOf(RowConflict);
      await stores.tenants.remove(tenantId, saved.tag);
      expect(await stores.tenants.get(tenantId)).toBeNull();
      await stores.tenants.remove(tenantId, saved.tag);
    });
  });

  describe('the lease of a tenant that is no more', () => {
    const stoodStill = { now: Date.parse('2026-01-01T00:00:00Z'), leftMs: () => 0 };

    it('is removed by its holder, and by nobody who lost it', async () => {
      const first = await stores.leases.take(tenantId, 'a', 1_000, stoodStill);
      const second = await stores.leases.take(tenantId, 'b', 1_000, stoodStill);
      if (first.kind !== 'taken' || second.kind !== 'taken') throw new Error('It was free.');
      await stores.leases.end(first.lease);
      expect(await stores.tenantRows.left(tenantId)).toEqual({ Leases: 1 });
      await stores.leases.end(second.lease);
      expect(await stores.tenantRows.left(tenantId)).toEqual({});
    });
  });
}
