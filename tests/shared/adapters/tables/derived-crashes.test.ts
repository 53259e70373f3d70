import { describe, expect, it } from 'vitest';
import { createTableStores, type TableStores } from '../../../../shared/adapters/tables/table-stores.js';
import { Unavailable } from '../../../../shared/core/failures.js';
import { NO_GRANTS, type Person } from '../../../../shared/core/people/person.js';
import { aCause, aChange, aHost, aPerson } from '../../../builders/person.js';
import { relayed } from '../../../contracts/derived-relay.js';
import { fenceOf, listed } from '../../../contracts/table-stores-fixture.js';
import { createMemoryTables, type MemoryTables } from '../../../fakes/memory-tables.js';

const fence = fenceOf('11111111-1111-4111-8111-111111111111');
const IDS = ['a', 'b', 'c', 'd'];
const GRANTS = { roles: [{ id: 'r', module: null }], segments: ['group:g', 'rule:r'] };
const person = (directoryId: string, values: Partial<Person> = {}): Person =>
  aPerson({ tenantId: fence.tenantId, directoryId, ...values });

/** As a job does: looks what is there, writes what differs, and relays; two states one after the other. */
async function work(stores: TableStores): Promise<void> {
  for (const [version, at] of [
    [1, '2026-03-31T00:00:00.000Z'],
    [2, '2026-04-01T00:00:00.000Z'],
  ] as const) {
    const stored = await stores.people.read(fence, 'setup-1', IDS);
    const wanted = IDS.map((id) => person(id, { ...(version === 1 ? GRANTS : NO_GRANTS), version }));
    const changes = wanted
      .filter(({ directoryId }) => (stored.get(directoryId)?.version ?? 0) < version)
      .map((after) => aChange(stored.get(after.directoryId) ?? null, after));
    await stores.people.write(fence, changes, aCause(at));
    const host = aHost({ tenantId: fence.tenantId, directoryId: 'a', receptionId: 'front' });
    const there = (await stores.hosts.read(fence, 'setup-1', ['a'])).has('a');
    const come = (stored.get('a')?.version ?? 0) < 2;
    const added = version === 1 && !there && come ? [host] : [];
    const removed = version === 2 && there ? [host] : [];
    await stores.hosts.write(fence, { added, removed }, aCause(at));
    await relayed(stores, fence, 3);
  }
}

async function outcome(stores: TableStores): Promise<unknown> {
  const journal = await stores.journal.after(fence.tenantId, 0, 100);
  const versions = journal
    .filter(({ kind }) => kind === 'person')
    .map(({ subject, after }) => `${subject} ${(JSON.parse(after ?? '') as Person).version}`);
  const filter = { kind: 'role', roleId: 'r' } as const;
  return {
    versions: [...versions].sort(),
    sequences: journal.map(({ sequence }) => sequence),
    people: await stores.people.read(fence, 'setup-1', IDS),
    found: await listed((request) => stores.people.list(fence, 'setup-1', { ...request, filter }), 10),
    counted: await stores.people.countBySegment(fence, 'setup-1', 'rule:r'),
    hosts: await stores.hosts.read(fence, 'setup-1', IDS),
    pending: await stores.outbox.pending(fence, 100),
  };
}

/** Works, dying at that request once, before it arrives or after its answer is lost; then works until done. */
async function workWithCrash(tables: MemoryTables, at: number, lost: boolean): Promise<void> {
  const stores = createTableStores(tables, { writeConcurrency: 1, readConcurrency: 1 });
  const die = ({ index }: { readonly index: number }): void => {
    if (index >= at) throw new Unavailable('The process died', null);
  };
  if (lost) tables.afterOperation = die;
  else tables.beforeOperation = die;
  await expect(work(stores)).rejects.toBeInstanceOf(Unavailable);
  tables.beforeOperation = tables.afterOperation = null;
  await work(stores);
}

describe('people, hosts and journal', () => {
  it('end the same after a stop at any request, and each version stands in the journal once', async () => {
    const calm = createMemoryTables();
    await work(createTableStores(calm, { writeConcurrency: 1, readConcurrency: 1 }));
    const requests = calm.requests;
    const expected = await outcome(createTableStores(calm));
    expect(expected).toMatchObject({
      versions: IDS.flatMap((id) => [`setup-1.${id} 1`, `setup-1.${id} 2`]),
      found: [],
      counted: 0,
      hosts: new Map(),
      pending: [],
    });
    expect(requests).toBeGreaterThan(40);
    for (let at = 0; at < requests; at++) {
      for (const lost of [false, true]) {
        const tables = createMemoryTables();
        await workWithCrash(tables, at, lost);
        const { sequences, ...rest } = (await outcome(createTableStores(tables))) as {
          readonly sequences: readonly number[];
        };
        const { sequences: _, ...calmRest } = expected as { readonly sequences: unknown };
        expect({ at, lost, ...rest }).toEqual({ at, lost, ...calmRest });
        expect(sequences).toEqual(sequences.map((_sequence, n) => n + 1));
        expect(tables.rows('Grants')).toEqual([]);
      }
    }
  });

  it('cost an idle tenant one request, however many buckets it has', async () => {
    const tables = createMemoryTables();
    const stores = createTableStores(tables);
    const wide = fenceOf(fence.tenantId, 256);
    await stores.people.write(wide, [aChange(null, person('a', GRANTS))], aCause());
    await relayed(stores, wide);
    const before = tables.requests;
    expect(await stores.outbox.pending(wide, 100)).toEqual([]);
    expect(tables.requests - before).toBe(1);
  });

  it('cost a transaction per 50 people of a bucket, and one per 49 entries of the journal', async () => {
    const tables = createMemoryTables();
    const stores = createTableStores(tables);
    const counted = new Map<string, number>();
    tables.beforeOperation = ({ kind, table, writes }) => {
      if (writes) counted.set(`${kind} ${table}`, (counted.get(`${kind} ${table}`) ?? 0) + 1);
    };
    const one = fenceOf(fence.tenantId, 1);
    const people = Array.from({ length: 1_000 }, (_, n) => person(`user-${n}`, GRANTS));
    await stores.people.write(
      one,
      people.map((after) => aChange(null, after)),
      aCause(),
    );
    await relayed(stores, one, 490);
    expect(Object.fromEntries(counted)).toEqual({
      // The place of the outbox rows and its end, and the same of the entries that are about to be written.
      'transact Pending': 4,
      // By the first two letters of each word, spread over the buckets.
      'transact SearchWords': 20,
      'transact Grants': 30,
      // 20 with people, 11 that take the outbox rows out again.
      'transact People': 31,
      'ensure Journal202603': 1,
      'insert SyncState': 1,
      'transact Journal202603': 21,
    });
  });
});

describe('a tenant that is disconnected', () => {
  it('leaves nothing in any month of the journal nor in what is derived', async () => {
    const tables = createMemoryTables();
    const stores = createTableStores(tables);
    await work(stores);
    expect(await stores.tenantRows.left(fence.tenantId)).toMatchObject({
      Journal: expect.any(Number) as number,
      People: IDS.length,
    });
    const removed: Record<string, number> = {};
    for (const table of stores.tenantRows.tables) {
      for (let more = true; more;) {
        const stretch = await stores.tenantRows.clear(fence, table);
        removed[table] = (removed[table] ?? 0) + stretch.removed;
        more = stretch.more;
      }
    }
    expect(tables.rows('Journal202603')).toEqual([]);
    expect(tables.rows('Journal202604')).toEqual([]);
    // Two rows an entry, five entries a month, and a head each.
    expect(removed['Journal']).toBe(22);
    expect(await stores.tenantRows.left(fence.tenantId)).toEqual({});
  });
});

describe('what a setup has', () => {
  it('is removed beyond a page of it', async () => {
    const stores = createTableStores(createMemoryTables());
    const carriedOut = Array.from({ length: 2_100 }, (_, n) => ({
      directoryId: `user-${n}`,
      at: '2026-03-01T00:00:00.000Z',
      kind: 'removal' as const,
    }));
    await stores.removals.note(fence, 'setup-1', carriedOut);
    await stores.removals.forgetBefore(fence, 'setup-1', '2026-03-02T00:00:00.000Z');
    const since = '2026-01-01T00:00:00.000Z';
    const counted = await stores.removals.countSince(fence.tenantId, 'setup-1', since);
    expect(counted).toEqual({ removals: 0, losses: 0 });
  });

  it('count as many people of a segment as there are, after a stop at any request of a write that nobody repeats', async () => {
    const written = async (stores: TableStores): Promise<void> =>
      stores.people.write(
        fence,
        IDS.map((id) => aChange(null, person(id, GRANTS))),
        aCause('2026-03-31T00:00:00.000Z'),
      );
    const calm = createMemoryTables();
    await written(createTableStores(calm, { writeConcurrency: 1, readConcurrency: 1 }));
    for (const lost of [false, true])
      for (let at = 0; at < calm.requests; at += 1) {
        const tables = createMemoryTables();
        const stores = createTableStores(tables, { writeConcurrency: 1, readConcurrency: 1 });
        const die = ({ index }: { readonly index: number }): void => {
          if (index === at) throw new Unavailable('The process died', null);
        };
        if (lost) tables.afterOperation = die;
        else tables.beforeOperation = die;
        await expect(written(stores)).rejects.toBeInstanceOf(Unavailable);
        await relayed(stores, fence, 3);
        const filter = { kind: 'segment', segmentId: 'rule:r' } as const;
        const people = await listed(
          (request) => stores.people.list(fence, 'setup-1', { ...request, filter }),
          10,
        );
        expect([lost, at, await stores.people.countBySegment(fence, 'setup-1', 'rule:r')]).toEqual([
          lost,
          at,
          people.length,
        ]);
        expect(await stores.outbox.mayHold(fence.tenantId)).toBe(false);
      }
  });
});
