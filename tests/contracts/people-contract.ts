import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { bucketOf } from '../../shared/core/bucket.js';
import { LeaseLost } from '../../shared/core/failures.js';
import { MOST_PERSON_BYTES, tooLargeOf } from '../../shared/core/people/person-size.js';
import { storedBytes } from '../../shared/core/row-size.js';
import { NO_GRANTS, type Person } from '../../shared/core/people/person.js';
import type { PeopleFilter } from '../../shared/ports/people.js';
import { aCause, aChange, aPerson } from '../builders/person.js';
import type { DerivedStores } from '../fakes/memory-derived.js';
import { relayed } from './derived-relay.js';
import { collected, fenceOf, listed, type TestFence } from './table-stores-fixture.js';

const SETUP = 'setup-1';

/** What every store of people must do. */
export function describePeople(storesOf: () => DerivedStores): void {
  describe('people', () => {
    let stores: DerivedStores;
    let fence: TestFence;
    beforeEach(() => {
      stores = storesOf();
      fence = fenceOf();
    });
    const person = (directoryId: string, values: Partial<Person> = {}): Person =>
      aPerson({ tenantId: fence.tenantId, directoryId, ...values });
    const write = async (...pairs: readonly [Person | null, Person][]): Promise<void> => {
      await stores.people.write(
        fence,
        pairs.map(([before, after]) => aChange(before, after)),
        aCause(),
      );
    };
    const found = async (filter: PeopleFilter, limit = 100): Promise<string[]> =>
      (await listed((request) => stores.people.list(fence, SETUP, { ...request, filter }), limit)).map(
        ({ directoryId }) => directoryId,
      );

    it('are forgotten by their ids, those who are absent without a fault', async () => {
      const [a, b] = ['a', 'b'].map((id) => person(id, { status: 'removed', ...NO_GRANTS }));
      await write([null, a!], [null, b!]);
      for (let twice = 0; twice < 2; twice++) await stores.people.forget(fence, SETUP, ['a', 'absent']);
      expect([...(await stores.people.read(fence, SETUP, ['a', 'b'])).keys()]).toEqual(['b']);
      fence.break();
      await expect(stores.people.forget(fence, SETUP, ['b'])).rejects.toBeInstanceOf(LeaseLost);
    });

    it('come back exactly as they were written', async () => {
      const full = person(randomUUID(), {
        customerType: 'visitor',
        recordId: 'r 1',
        matchedBy: 'mail',
        recordError: 'refused “it”',
        status: 'disabled',
        statusReason: 'leftScope',
        deleteAfter: '2026-04-01T00:00:00.000Z',
        removalHeld: true,
        accountEnabled: false,
        mail: "o'neil@x.test",
        mailSource: 'userPrincipalName',
        attributes: { a: 'x', b: null, c: false, d: 0.5, e: ['y', 'é'], 'odd name': '👩‍🔬' },
        manager: { directoryId: 'm', personId: null, name: 'M', mail: null },
        roles: [{ id: 'role/1', module: null }],
        memberships: [{ kind: 'costCenter', id: 'CC 1|2' }],
        hostsOf: ['front'],
        organizationalUnits: ['ou'],
        segments: ['group:g', 'rule:r'],
        version: 7,
      });
      await write([null, full]);
      expect(await stores.people.read(fence, SETUP, [full.directoryId, 'absent'])).toEqual(
        new Map([[full.directoryId, full]]),
      );
      expect(await stores.people.ofUser(fence, ['none', SETUP], full.directoryId)).toEqual([full]);
      expect((await stores.people.read(fence, 'other', [full.directoryId])).size).toBe(0);
      expect((await stores.people.read(fenceOf(), SETUP, [full.directoryId])).size).toBe(0);
    });

    it('fit with 3,000 segments each, before and after', async () => {
      const segments = Array.from({ length: 3_000 }, () => `group:${randomUUID()}`).sort();
      const attributes = { about: 'é'.repeat(30_000) };
      const first = person('many', { segments, attributes });
      const second = person('many', { segments: segments.slice(1), attributes, version: 2 });
      await write([null, first]);
      await write([first, second]);
      expect((await stores.people.read(fence, SETUP, ['many'])).get('many')).toEqual(second);
      const entries = await relayed(stores, fence);
      expect(entries.map(({ before }) => before && (JSON.parse(before) as Person))).toEqual([null, first]);
      expect(await found({ kind: 'segment', segmentId: segments[2_999] ?? '' })).toEqual(['many']);
      expect(await stores.people.countBySegment(fence, SETUP, segments[0] ?? '')).toBe(0);
      expect(await stores.people.countBySegment(fence, SETUP, segments[1] ?? '')).toBe(1);
    });

    it.each(['a', 'é', '漢', '"', '\u0001', '😀'])(
      'fit as long as they are not too large, before and after, in %j',
      async (character) => {
        const segments = Array.from({ length: 300 }, (_, n) => `group:${n}`).sort();
        const attributes = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`name${n}`, null]));
        const largest = (version: number, mail: string): Person => {
          const of = (displayName: string): Person =>
            person('large', { displayName, attributes, segments: [], version, mail });
          const room = MOST_PERSON_BYTES - storedBytes(JSON.stringify(of('')));
          const each = storedBytes(JSON.stringify(character).slice(1, -1));
          const fits = of(character.repeat(Math.floor(room / each)));
          expect([
            tooLargeOf(fits),
            tooLargeOf(of(`${fits.displayName ?? ''}${'x'.repeat(99)}`))?.what,
          ]).toEqual([null, 'displayName']);
          return { ...fits, segments };
        };
        const [first, second] = [largest(1, 'a@b.c'), largest(2, 'd@e.f')];
        await write([null, first]);
        await write([first, { ...second, attributes: {} }], [second, { ...second, version: 3 }]);
        await relayed(stores, fence);
        const stored = (await stores.people.read(fence, SETUP, ['large'])).get('large');
        expect(stored).toEqual({ ...second, version: 3 });
      },
    );

    it('who were larger before there was a limit are written, and their entry cuts what has no room', async () => {
      const before = person('old', { displayName: 'x'.repeat(300_000), organizationalUnits: ['north'] });
      const after = { ...before, organizationalUnits: [], status: 'disabled', version: 2 } as const;
      await write([null, before]);
      await write([before, after]);
      expect((await stores.people.read(fence, SETUP, ['old'])).get('old')).toEqual(after);
      const [, last] = await relayed(stores, fence);
      expect(JSON.parse(last?.before ?? '')).toMatchObject({ displayName: 'x'.repeat(1_000) });
      expect(JSON.parse(last?.after ?? '')).toEqual(after);
      expect(last?.changed).toContain('status');
    });

    it('fit beyond what both objects have room for, whose entry then names no segments', async () => {
      const segments = Array.from({ length: 7_000 }, () => `group:${randomUUID()}`).sort();
      const first = person('huge', { segments });
      const second = person('huge', { segments: segments.slice(1), version: 2 });
      await write([null, first], [first, second]);
      expect((await stores.people.read(fence, SETUP, ['huge'])).get('huge')).toEqual(second);
      const [, last] = await relayed(stores, fence);
      expect(last?.changed).toContain('segments');
      expect(JSON.parse(last?.after ?? '')).toEqual({ ...second, segments: [] });
    });

    it('are found by each of their grants and by status, page by page, and only while they have it', async () => {
      const ids = Array.from({ length: 23 }, () => randomUUID()).sort();
      const grants = {
        roles: [{ id: 'editor', module: 'm' }],
        memberships: [{ kind: 'reception' as const, id: 'front desk' }],
        organizationalUnits: ['north'],
        segments: ['rule:r'],
      };
      const all = ids.map((id) => person(id, grants));
      await write(...all.map((one): [null, Person] => [null, one]));
      await write([null, person('elsewhere', { ...grants, setupId: 'setup-10' })]);
      const filters: PeopleFilter[] = [
        { kind: 'all' },
        { kind: 'status', status: 'active' },
        { kind: 'role', roleId: 'editor' },
        { kind: 'membership', membership: 'reception:front desk' },
        { kind: 'organizationalUnit', unitId: 'north' },
        { kind: 'segment', segmentId: 'rule:r' },
      ];
      for (const filter of filters) expect((await found(filter, 5)).sort()).toEqual(ids);
      expect(await found({ kind: 'role', roleId: 'edit' })).toEqual([]);

      const [gone, ...left] = all as [Person, ...Person[]];
      const disabled: Person = { ...gone, ...NO_GRANTS, status: 'disabled', version: 2 };
      await write([gone, disabled]);
      for (const filter of filters.slice(1))
        expect((await found(filter)).sort()).toEqual(left.map(({ directoryId }) => directoryId));
      expect(await found({ kind: 'status', status: 'disabled' })).toEqual([gone.directoryId]);
      await relayed(stores, fence);
      expect(await stores.people.countBySegment(fence, SETUP, 'rule:r')).toBe(22);
    });

    it('stay as tombstones, which are read and scanned but listed only when asked for', async () => {
      const one = person('a', { segments: ['rule:r'] });
      const tombstone = person('a', { status: 'removed', displayName: null, version: 2 });
      await write([null, one]);
      await write([one, tombstone]);
      expect(await found({ kind: 'all' })).toEqual([]);
      expect(await found({ kind: 'segment', segmentId: 'rule:r' })).toEqual([]);
      expect(await found({ kind: 'status', status: 'removed' })).toEqual(['a']);
      expect((await stores.people.read(fence, SETUP, ['a'])).get('a')).toEqual(tombstone);
      expect(await collected(stores.people.scan(fence, SETUP, bucketOf('a', 16)))).toEqual([tombstone]);
    });

    it('are found by the beginning of a word of what they are called now, each once', async () => {
      const ids = Array.from({ length: 12 }, () => randomUUID()).sort();
      const named = (id: string, displayName: string, version = 1): Person =>
        person(id, { displayName, mail: `${id}@x.test`, version });
      await write(...ids.map((id): [null, Person] => [null, named(id, 'Anna Annabel Smith')]));
      await write([null, person('elsewhere', { displayName: 'Anna', setupId: 'setup-10' })]);
      const search = (...tokens: readonly string[]) => found({ kind: 'search', tokens }, 5);
      expect((await search('anna')).sort()).toEqual(ids);
      expect((await search('ann', 'smi')).sort()).toEqual(ids);
      expect(await search('ann', 'jones')).toEqual([]);
      expect(await search(ids[3]!.slice(0, 20))).toEqual([ids[3]]);
      const [first, second] = ids as [string, string];
      await write([named(first, 'Anna Annabel Smith'), named(first, 'Beth', 2)]);
      const tombstone = person(second, { status: 'removed', displayName: null, version: 2 });
      await write([named(second, 'Anna Annabel Smith'), tombstone]);
      expect((await search('anna')).sort()).toEqual(ids.slice(2));
      expect(await search('bet')).toEqual([first]);
      for (let bucket = 0; bucket < 16; bucket += 1) await stores.people.clear(fence, SETUP, bucket);
      expect(await search('anna')).toEqual([]);
    });

    it('are found once if they are entered into the index of their words again', async () => {
      const ann = person(randomUUID(), { displayName: 'Anna Smith' });
      await write([null, ann]);
      await stores.people.index(fence, SETUP, [ann]);
      for (const token of ['anna', 'smith'])
        expect(await found({ kind: 'search', tokens: [token] }, 5)).toEqual([ann.directoryId]);
      const lost = fenceOf();
      lost.break();
      await expect(stores.people.index(lost, SETUP, [ann])).rejects.toBeInstanceOf(LeaseLost);
    });

    it('are scanned bucket by bucket, each once', async () => {
      const all = Array.from({ length: 150 }, () => person(randomUUID()));
      await write(...all.map((one): [null, Person] => [null, one]));
      const scanned: Person[] = [];
      for (let bucket = 0; bucket < fence.bucketCount; bucket++)
        scanned.push(...(await collected(stores.people.scan(fence, SETUP, bucket))));
      const byId = (a: Person, b: Person): number => (a.directoryId < b.directoryId ? -1 : 1);
      expect(scanned.sort(byId)).toEqual(all.sort(byId));
    });

    it('in scope are counted bucket by bucket', async () => {
      const people = ['inScope', 'inScope', 'leftScope', 'deletedInDirectory'] as const;
      const all = Array.from({ length: 60 }, (_, n) =>
        person(randomUUID(), { statusReason: people[n % people.length] ?? 'inScope' }),
      );
      await write(...all.map((one): [null, Person] => [null, one]));
      await write([null, person(randomUUID(), { setupId: 'setup-10' })]);
      let count = 0;
      for (let bucket = 0; bucket < fence.bucketCount; bucket++)
        count += await stores.people.countInScope(fence, SETUP, bucket);
      expect(count).toBe(30);
    });

    it('go with their outbox rows and all that finds them, those of another setup stay', async () => {
      const ids = ['a', 'b', 'c', 'd'];
      await write(...ids.map((id): [null, Person] => [null, person(id, { segments: ['rule:r'] })]));
      const other = person('a', { setupId: 'setup-2', segments: ['rule:r'] });
      await write([null, other]);
      for (let bucket = 0; bucket < fence.bucketCount; bucket++)
        for (let twice = 0; twice < 2; twice++) await stores.people.clear(fence, SETUP, bucket);
      expect(await found({ kind: 'all' })).toEqual([]);
      expect(await found({ kind: 'segment', segmentId: 'rule:r' })).toEqual([]);
      expect(await stores.people.countBySegment(fence, SETUP, 'rule:r')).toBe(0);
      expect(await stores.people.countBySegment(fence, 'setup-2', 'rule:r')).toBe(1);
      expect((await stores.outbox.pending(fence, 10)).map(({ subject }) => subject)).toEqual([other.id]);
    });

    it('are not written without the lease', async () => {
      fence.break();
      await expect(write([null, person('a')])).rejects.toBeInstanceOf(LeaseLost);
      expect((await stores.people.read(fence, SETUP, ['a'])).size).toBe(0);
    });
  });
}
