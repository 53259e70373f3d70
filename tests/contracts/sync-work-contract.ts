import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { LeaseLost, NotFound } from '../../shared/core/failures.js';
import { NEVER_CHECKED, type DriftCheck } from '../../shared/core/drift/drift-check.js';
import { NO_LATENCIES, type Latencies } from '../../shared/core/freshness/latencies.js';
import { NOTHING_TOUCHED, type Mark } from '../../shared/core/mark.js';
import { emptyResourceState, NO_CHANGES, type ResourceState } from '../../shared/core/round.js';
import type { SeenChunk } from '../../shared/core/seen.js';
import { newChains } from '../../shared/core/member-chain.js';
import type { Edge } from '../../shared/core/mirror-rows.js';
import type { EdgeDoubts } from '../../shared/ports/edge-doubts.js';
import type { MemberChains } from '../../shared/ports/member-chains.js';
import type { DriftChecks } from '../../shared/ports/drift-checks.js';
import type { FreshnessMetrics } from '../../shared/ports/freshness-metrics.js';
import type { AttentionRows, Leases, Marks, SeenRecords, SyncStates } from '../../shared/ports/sync-state.js';
import { fenceOf, type TestFence } from './table-stores-fixture.js';

export interface SyncWorkStores {
  readonly syncStates: SyncStates;
  readonly memberChains: MemberChains;
  readonly freshnessMetrics: FreshnessMetrics;
  readonly driftChecks: DriftChecks;
  readonly seen: SeenRecords;
  readonly marks: Marks;
  readonly attention: AttentionRows;
  readonly leases: Leases;
  readonly edgeDoubts: EdgeDoubts;
}

/** What the stores of the work itself must do. */
export function describeSyncWork(storesOf: () => SyncWorkStores): void {
  let stores: SyncWorkStores;
  let fence: TestFence;
  let tenantId: string;
  beforeEach(() => {
    stores = storesOf();
    fence = fenceOf();
    tenantId = fence.tenantId;
  });

  describe('chains of members', () => {
    it('come back whole, change, and go one by one', async () => {
      const ids = Array.from({ length: 51 }, () => randomUUID());
      const [first, second] = newChains(ids, { roundId: 'r1', newId: randomUUID });
      if (first === undefined || second === undefined) throw new Error('There are two chains.');
      const full = {
        ...first,
        nested: { [ids[0] ?? '']: Array.from({ length: 2_000 }, () => randomUUID()) },
        link: `https://graph.microsoft.com/v1.0/groups/delta?$deltatoken=${'x'.repeat(50_000)}`,
        servedIn: 'r1',
      };
      for (const chain of [first, second, full]) await stores.memberChains.save(fence, chain);
      const all = await stores.memberChains.all(tenantId);
      expect(new Map(all.map((chain) => [chain.chainId, chain]))).toEqual(
        new Map([full, second].map((chain) => [chain.chainId, chain])),
      );
      await stores.memberChains.remove(fence, first.chainId);
      await stores.memberChains.remove(fence, first.chainId);
      expect(await stores.memberChains.all(tenantId)).toEqual([second]);
      expect(await stores.memberChains.all(randomUUID())).toEqual([]);
    });
  });

  describe('sync states', () => {
    it('are empty before anything was written', async () => {
      expect(await stores.syncStates.read(tenantId)).toEqual({
        users: emptyResourceState('users'),
        groups: emptyResourceState('groups'),
      });
    });

    it('come back whole, however long their links and warnings are', async () => {
      const completed = {
        roundId: 'r0',
        kind: 'full' as const,
        beganAt: '2026-01-01T00:00:00Z',
        completedAt: '2026-01-01T00:01:00Z',
        pages: 3,
        objects: 250,
        counts: { ...NO_CHANGES, created: 250 },
        warnings: [{ code: 'CountDisagrees', message: `Zoë ${'x'.repeat(40_000)}`, count: 2 }],
      };
      const state: ResourceState = {
        ...emptyResourceState('groups'),
        pristine: false,
        deltaLink: `https://graph.microsoft.com/v1.0/groups/delta?$deltatoken=${'x'.repeat(50_000)}`,
        attributes: ['displayName', 'extension_0123456789abcdef0123456789abcdef_x'],
        last: completed,
        provenAt: '2026-01-01T00:01:00Z',
        hearing: {
          heardAt: '2026-01-01T00:02:00Z',
          unannounced: { since: '2026-01-01T00:00:00Z', foundAt: '2026-01-01T00:01:00Z', finds: 2 },
        },
      };
      await stores.syncStates.save(fence, state);
      expect(await stores.syncStates.read(tenantId)).toEqual({
        users: emptyResourceState('users'),
        groups: state,
      });
      const cleared = { ...state, deltaLink: null, last: null };
      await stores.syncStates.save(fence, cleared);
      expect((await stores.syncStates.read(tenantId)).groups).toEqual(cleared);
    });

    it('are not saved without the lease', async () => {
      fence.break();
      await expect(stores.syncStates.save(fence, emptyResourceState('users'))).rejects.toBeInstanceOf(
        LeaseLost,
      );
    });
  });

  describe('freshness metrics', () => {
    const counted = (bucket: string, times: number): Latencies => ({
      ...NO_LATENCIES,
      notificationToMirror: { [bucket]: times },
    });

    it('add up by date, and are told from a date on', async () => {
      const { freshnessMetrics } = stores;
      expect(await freshnessMetrics.since(tenantId, '2026-01-01')).toEqual([]);
      await freshnessMetrics.add(fence, '2026-01-09', counted('3', 1));
      await freshnessMetrics.add(fence, '2026-01-10', counted('3', 2));
      await freshnessMetrics.add(fence, '2026-01-10', counted('7', 5));
      const today = { ...NO_LATENCIES, notificationToMirror: { 3: 2, 7: 5 } };
      expect(await freshnessMetrics.since(tenantId, '2026-01-09')).toEqual([counted('3', 1), today]);
      expect(await freshnessMetrics.since(tenantId, '2026-01-10')).toEqual([today]);
      expect(await freshnessMetrics.since(tenantId, '2026-01-11')).toEqual([]);
      expect(await freshnessMetrics.since(randomUUID(), '2026-01-01')).toEqual([]);
    });

    it('drop dates of more than a month ago with the first of another', async () => {
      const { freshnessMetrics } = stores;
      for (const date of ['2025-12-09', '2025-12-10', '2026-01-10'])
        await freshnessMetrics.add(fence, date, counted('1', 1));
      expect(await freshnessMetrics.since(tenantId, '2025-01-01')).toHaveLength(2);
    });

    it('are not counted without the lease', async () => {
      fence.break();
      const adding = stores.freshnessMetrics.add(fence, '2026-01-10', NO_LATENCIES);
      await expect(adding).rejects.toBeInstanceOf(LeaseLost);
    });
  });

  describe('drift checks', () => {
    it('come back whole, and are none before the first', async () => {
      const { driftChecks } = stores;
      expect(await driftChecks.get(tenantId)).toEqual(NEVER_CHECKED);
      const check: DriftCheck = {
        checkedAt: '2026-01-01T00:00:00Z',
        positions: { users: 'opaque', groups: null },
        suspects: Array.from({ length: 100 }, () => ({
          resource: 'users',
          subject: { kind: 'user', id: randomUUID() },
          differs: ['department'],
        })),
        found: { at: '2026-01-01T00:10:00Z', suspects: 3 },
        repairs: { users: null, groups: '2026-01-01T00:10:00Z' },
      };
      await driftChecks.save(fence, check);
      expect(await driftChecks.get(tenantId)).toEqual(check);
      expect(await stores.freshnessMetrics.since(tenantId, '2000-01-01')).toEqual([]);
      fence.break();
      await expect(driftChecks.save(fence, check)).rejects.toBeInstanceOf(LeaseLost);
    });
  });

  describe('wants', () => {
    it('change their tag with every want, and keep full until cleared', async () => {
      const { syncStates } = stores;
      await syncStates.want(tenantId, 'users', { full: true, since: 't1' });
      const [first] = await syncStates.wants(tenantId);
      await syncStates.want(tenantId, 'users', { full: false, since: 't2' });
      const [second] = await syncStates.wants(tenantId);
      expect(first).toMatchObject({ resource: 'users', full: true, since: 't1' });
      expect(second).toMatchObject({ resource: 'users', full: true, since: 't2' });
      expect(second?.tag).not.toBe(first?.tag);
      expect(await syncStates.clearWant(tenantId, 'users', first?.tag ?? '')).toBe(false);
      expect(await syncStates.clearWant(tenantId, 'users', second?.tag ?? '')).toBe(true);
      expect(await syncStates.clearWant(tenantId, 'users', second?.tag ?? '')).toBe(false);
      await syncStates.want(tenantId, 'users', { full: false, since: 't3' });
      expect(await syncStates.wants(tenantId)).toMatchObject([{ resource: 'users', full: false }]);
    });

    it('lose none of many at once', async () => {
      const { syncStates } = stores;
      await Promise.all(
        [false, true, false, false].map((full) => syncStates.want(tenantId, 'groups', { full, since: 't' })),
      );
      await syncStates.want(tenantId, 'users', { full: false, since: 't' });
      const wants = await syncStates.wants(tenantId);
      expect(wants.map(({ resource, full }) => [resource, full]).sort()).toEqual([
        ['groups', true],
        ['users', false],
      ]);
    });
  });

  describe('seen records', () => {
    const chunkOf = (name: string, references = 3): SeenChunk => ({
      objects: [
        { id: `${name}-1`, live: true },
        { id: `${name}-2`, live: false },
        { id: `${name}-1`, live: true },
      ],
      references: Array.from({ length: references }, (_, index) => ({
        from: `${name}-${Math.floor(index / 2)}`,
        to: randomUUID(),
        present: index % 3 !== 0,
      })),
    });
    const readAll = async (chunks: number): Promise<SeenChunk[]> => {
      const found: SeenChunk[] = [];
      for await (const chunk of stores.seen.read(tenantId, 'groups', 'r', chunks)) found.push(chunk);
      return found;
    };

    it('come back in the order of their numbers, written in any order, some twice', async () => {
      const chunks = Array.from({ length: 12 }, (_, index) => chunkOf(String(index)));
      for (const index of [11, 0, 5, 5, 1, 2, 3, 4, 6, 7, 8, 9, 10]) {
        await stores.seen.put(fence, 'groups', 'r', index, chunks[index]!);
      }
      expect(await readAll(12)).toEqual(chunks);
      expect(await readAll(4)).toEqual(chunks.slice(0, 4));
      expect(await readAll(0)).toEqual([]);
    });

    it('hold a chunk that fits no row, and a smaller one in its place', async () => {
      const big = chunkOf('big', 25_000);
      const small = chunkOf('small');
      await stores.seen.put(fence, 'groups', 'r', 0, big);
      await stores.seen.put(fence, 'groups', 'r', 1, small);
      expect(await readAll(2)).toEqual([big, small]);
      await stores.seen.put(fence, 'groups', 'r', 0, small);
      expect(await readAll(2)).toEqual([small, small]);
    });

    it('name the rounds of which something is kept', async () => {
      await stores.seen.put(fence, 'groups', 'r', 0, chunkOf('a'));
      await stores.seen.put(fence, 'groups', 'r', 1, chunkOf('b'));
      await stores.seen.put(fence, 'users', 'r2', 0, chunkOf('c'));
      const rounds = [
        { resource: 'groups', roundId: 'r' },
        { resource: 'users', roundId: 'r2' },
      ];
      expect(await stores.seen.rounds(tenantId)).toEqual(rounds);
      await stores.seen.discard(fence, 'groups', 'r');
      expect(await stores.seen.rounds(tenantId)).toEqual(rounds.slice(1));
    });

    it('say so where a chunk is missing', async () => {
      await stores.seen.put(fence, 'groups', 'r', 0, chunkOf('a'));
      await stores.seen.put(fence, 'groups', 'r', 2, chunkOf('c'));
      await expect(readAll(3)).rejects.toBeInstanceOf(NotFound);
      await expect(readAll(2)).rejects.toBeInstanceOf(NotFound);
    });

    it('are gone once discarded, and those of another round are not', async () => {
      for (let index = 0; index < 3; index++)
        await stores.seen.put(fence, 'groups', 'r', index, chunkOf('a'));
      await stores.seen.put(fence, 'groups', 'r2', 0, chunkOf('b'));
      await stores.seen.discard(fence, 'groups', 'r');
      await stores.seen.discard(fence, 'groups', 'r');
      await expect(readAll(1)).rejects.toBeInstanceOf(NotFound);
      const other = stores.seen.read(tenantId, 'groups', 'r2', 1)[Symbol.asyncIterator]();
      expect((await other.next()).done).toBe(false);
    });
  });

  describe('marks', () => {
    const page = (markId: string, users: string[]): Mark => ({
      kind: 'page',
      markId,
      ...NOTHING_TOUCHED,
      users,
    });

    it('are listed oldest first, whatever their ids', async () => {
      for (const markId of ['z', 'a/1', 'm']) await stores.marks.put(fence, page(markId, [markId]));
      const listed = await stores.marks.list(tenantId, 10);
      expect(listed.map(({ mark }) => mark.markId)).toEqual(['z', 'a/1', 'm']);
      expect((await stores.marks.list(tenantId, 2)).map(({ mark }) => mark.markId)).toEqual(['z', 'a/1']);
    });

    it('are joined under one id and keep their place', async () => {
      await stores.marks.put(fence, page('a', ['u1']));
      await stores.marks.put(fence, page('b', ['u2']));
      const [before] = await stores.marks.list(tenantId, 1);
      await stores.marks.put(fence, {
        kind: 'page',
        markId: 'a',
        ...NOTHING_TOUCHED,
        users: ['u3'],
        presence: ['u3'],
        groups: ['g'],
        memberUsers: ['u4'],
      });
      const [joined, other] = await stores.marks.list(tenantId, 10);
      expect(joined?.mark).toEqual({
        kind: 'page',
        markId: 'a',
        ...NOTHING_TOUCHED,
        users: ['u1', 'u3'],
        presence: ['u3'],
        groups: ['g'],
        memberUsers: ['u4'],
      });
      expect(other?.mark.markId).toBe('b');
      expect(await stores.marks.consume(fence, before!)).toBe(false);
      expect(await stores.marks.consume(fence, joined!)).toBe(true);
      expect((await stores.marks.list(tenantId, 10)).map(({ mark }) => mark.markId)).toEqual(['b']);
    });

    it('hold a page of a thousand ids, and cover everything where there are too many for a row', async () => {
      const many = Array.from({ length: 1_500 }, () => randomUUID());
      await stores.marks.put(fence, {
        kind: 'page',
        markId: 'many',
        ...NOTHING_TOUCHED,
        users: many,
        presence: many,
        groups: many,
      });
      const [stored] = await stores.marks.list(tenantId, 1);
      expect(stored?.mark).toMatchObject({ kind: 'page', users: many, groups: many });
      const tooMany = Array.from({ length: 12_000 }, () => randomUUID());
      await stores.marks.put(fence, page('many', tooMany));
      expect((await stores.marks.list(tenantId, 1))[0]?.mark).toEqual({
        kind: 'whole',
        markId: 'many',
        position: 0,
      });
    });

    it('remember how far a whole one is consumed, unless it was asked for again', async () => {
      const whole: Mark = { kind: 'whole', markId: 'w', position: 0 };
      await stores.marks.put(fence, whole);
      const [stored] = await stores.marks.list(tenantId, 1);
      const saved = await stores.marks.savePosition(fence, stored!, 7);
      expect(saved?.mark).toEqual({ ...whole, position: 7 });
      expect(await stores.marks.list(tenantId, 1)).toEqual([saved]);
      expect(await stores.marks.savePosition(fence, stored!, 8)).toBeNull();
      await stores.marks.put(fence, whole);
      expect(await stores.marks.savePosition(fence, saved!, 9)).toBeNull();
      expect(await stores.marks.consume(fence, saved!)).toBe(false);
      const [anew] = await stores.marks.list(tenantId, 1);
      expect(anew?.mark).toEqual(whole);
      expect(await stores.marks.consume(fence, anew!)).toBe(true);
      expect(await stores.marks.list(tenantId, 1)).toEqual([]);
    });

    it('of a setup remember how far they are consumed, unless it changed again', async () => {
      const setup: Mark = { kind: 'setup', markId: 'setup:one', setupId: 'one', position: 0 };
      await stores.marks.put(fence, setup);
      const [stored] = await stores.marks.list(tenantId, 1);
      expect(stored?.mark).toEqual(setup);
      const saved = await stores.marks.savePosition(fence, stored!, 7);
      expect(saved?.mark).toEqual({ ...setup, position: 7 });
      await stores.marks.put(fence, setup);
      expect((await stores.marks.list(tenantId, 1))[0]?.mark).toEqual(setup);
    });

    it('come after all others when their id is used again', async () => {
      await stores.marks.put(fence, page('a', []));
      const [first] = await stores.marks.list(tenantId, 1);
      await stores.marks.put(fence, page('b', []));
      await stores.marks.consume(fence, first!);
      await stores.marks.put(fence, page('a', []));
      expect((await stores.marks.list(tenantId, 5)).map(({ mark }) => mark.markId)).toEqual(['b', 'a']);
    });

    it('are not written without the lease', async () => {
      fence.break();
      await expect(stores.marks.put(fence, page('a', []))).rejects.toBeInstanceOf(LeaseLost);
    });
  });

  describe('attention', () => {
    it('changes with every signal, and for its tenant alone', async () => {
      expect(await stores.attention.look(tenantId)).toBeNull();
      await stores.attention.signal(tenantId, 'run');
      const first = await stores.attention.look(tenantId);
      expect(await stores.attention.look(tenantId)).toBe(first);
      await stores.attention.signal(tenantId, 'run');
      expect(await stores.attention.look(tenantId)).not.toBe(first);
      expect(await stores.attention.look(`${tenantId}0`)).toBeNull();
    });
  });

  describe('doubts about memberships', () => {
    it('are kept one for each question, with all that was denied, until they are removed', async () => {
      const edge = (n: number): Edge => ({ groupId: `group-${n}`, memberId: 'ada', memberType: 'user' });
      const since = '2026-01-01T00:00:00.000Z';
      const first = { asked: 'groupsOfUser', id: 'ada', denied: [edge(1)], since } as const;
      const many = Array.from({ length: 5_000 }, (_, n) => edge(n));
      const other = { asked: 'membersOfGroup', id: 'ada', denied: many, since } as const;
      await stores.edgeDoubts.put(fence, [first, other]);
      const again = { ...first, denied: [edge(2)], since: '2026-01-02T00:00:00.000Z' };
      await stores.edgeDoubts.put(fence, [again]);
      expect(await stores.edgeDoubts.list(tenantId)).toEqual([again, other]);
      expect(await stores.edgeDoubts.list(`${tenantId}0`)).toEqual([]);
      await stores.edgeDoubts.remove(fence, [first]);
      await stores.edgeDoubts.remove(fence, [first]);
      expect(await stores.edgeDoubts.list(tenantId)).toEqual([other]);
    });
  });

  describe('leases', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    const stoodStill = { now, leftMs: () => 0 };
    const lives = { now, leftMs: () => 40_000 };
    const taken = async (owner: string, times = stoodStill) => {
      const attempt = await stores.leases.take(tenantId, owner, 60_000, times);
      if (attempt.kind !== 'taken') throw new Error(`held for ${attempt.leftMs} ms`);
      return attempt.lease;
    };

    it('are held by one as long as they move, whatever the clock says, and then taken by the next', async () => {
      const first = await taken('a');
      const later = { ...lives, now: now + 3_600_000 };
      expect(await stores.leases.take(tenantId, 'b', 60_000, later)).toEqual({
        kind: 'held',
        leftMs: 40_000,
      });
      const second = await taken('b');
      expect([first.epoch, second.epoch]).toEqual([1, 2]);
      await expect(stores.leases.renew(first, 60_000, now + 60_001)).rejects.toBeInstanceOf(LeaseLost);
      await stores.leases.release(first);
      expect(await stores.leases.take(tenantId, 'c', 60_000, lives)).toMatchObject({ kind: 'held' });
    });

    it('count the holders that ended without giving them back, until one does', async () => {
      const counts: number[] = [];
      for (const owner of ['a', 'b', 'c']) counts.push((await taken(owner)).endedHolders);
      expect(counts).toEqual([0, 1, 2]);
      const renewed = await stores.leases.renew(await taken('d'), 60_000, now);
      expect(renewed.endedHolders).toBe(3);
      expect((await taken('e')).endedHolders).toBe(4);
      await stores.leases.release(await taken('f'));
      expect((await taken('g')).endedHolders).toBe(0);
    });

    it('are renewed by their holder under another tag, and free after a release', async () => {
      const first = await taken('a');
      const renewed = await stores.leases.renew(first, 60_000, now + 30_000);
      const tags: string[] = [];
      const look = { now, leftMs: (tag: string) => tags.push(tag) };
      await stores.leases.take(tenantId, 'b', 60_000, look);
      expect(tags).toEqual([renewed.tag]);
      expect(renewed.tag).not.toBe(first.tag);
      await stores.leases.release(renewed);
      await expect(stores.leases.renew(renewed, 60_000, now + 60_000)).rejects.toBeInstanceOf(LeaseLost);
      expect((await taken('b', lives)).epoch).toBe(2);
    });

    it('that were given back to rest are taken by nobody until then, an hour at most', async () => {
      await stores.leases.release(await taken('a'), { now, lengthMs: 90_000 });
      expect(await stores.leases.take(tenantId, 'b', 60_000, stoodStill)).toEqual({
        kind: 'held',
        leftMs: 90_000,
      });
      const second = await taken('b', { ...stoodStill, now: now + 90_000 });
      await stores.leases.release(second, { now: now + 365 * 86_400_000, lengthMs: 90_000 });
      expect(await stores.leases.take(tenantId, 'c', 60_000, stoodStill)).toEqual({
        kind: 'held',
        leftMs: 3_600_000,
      });
    });

    it('go to exactly one of many who try at once', async () => {
      const attempts = await Promise.all(
        ['a', 'b', 'c', 'd', 'e'].map((owner) => stores.leases.take(tenantId, owner, 60_000, lives)),
      );
      expect(attempts.filter(({ kind }) => kind === 'taken')).toHaveLength(1);
    });

    it('are still ours where the answer to a renewal was lost', async () => {
      const first = await taken('a');
      await stores.leases.renew(first, 60_000, now + 10_000);
      const again = await stores.leases.renew(first, 60_000, now + 20_000);
      expect(again).toMatchObject({ owner: 'a', epoch: 1 });
    });
  });
}
