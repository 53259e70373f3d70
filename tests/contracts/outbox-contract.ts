import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LeaseLost } from '../../shared/core/failures.js';
import type { OutboxEntry } from '../../shared/core/people/outbox-entry.js';
import type { Person } from '../../shared/core/people/person.js';
import { aCause, aChange, aPerson } from '../builders/person.js';
import type { DerivedStores } from '../fakes/memory-derived.js';
import { relayed } from './derived-relay.js';
import { fenceOf } from './table-stores-fixture.js';

/** @param numRuns of each property */
export function describeOutbox(storesOf: () => DerivedStores, numRuns: number): void {
  describe('an outbox and its journal', () => {
    const step = fc.record({
      who: fc.integer({ min: 0, max: 4 }),
      repeated: fc.boolean(),
      segment: fc.boolean(),
    });
    const batches = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { maxLength: 6 });

    it('tell each version of a person once and in order, however often it was written and relayed', async () => {
      const property = fc.asyncProperty(batches, fc.integer({ min: 1, max: 5 }), async (history, limit) => {
        const stores = storesOf();
        const fence = fenceOf();
        const people = new Map<number, Person>();
        const told: string[] = [];
        for (const [at, steps] of history.entries()) {
          const changes = steps.map(({ who, segment }) => {
            const before = people.get(who) ?? null;
            const after = aPerson({
              tenantId: fence.tenantId,
              directoryId: `user-${who}`,
              segments: segment ? ['rule:r'] : [],
              version: (before?.version ?? 0) + 1,
            });
            people.set(who, after);
            return aChange(before, after);
          });
          const cause = aCause(new Date(Date.UTC(2026, at, 28)).toISOString());
          await stores.people.write(fence, changes, cause);
          if (steps[0]?.repeated === true) await stores.people.write(fence, changes, cause);
          if (steps.at(-1)?.segment === true) {
            const entries = await stores.outbox.pending(fence, limit);
            const first = await stores.journal.append(fence, entries);
            expect(await stores.journal.append(fence, entries)).toEqual(first);
          }
          if (steps.at(-1)?.repeated === true) await relayed(stores, fence, limit);
          told.push(...changes.map(({ after }) => `${after.directoryId} ${after.version}`));
        }
        await relayed(stores, fence, limit);
        const journal = await stores.journal.after(fence.tenantId, 0, 1_000);
        expect(journal.map(({ sequence }) => sequence)).toEqual(told.map((_, index) => index + 1));
        expect(await stores.journal.head(fence.tenantId)).toBe(told.length);
        const seen = journal.map(({ after }) => JSON.parse(after ?? '') as Person);
        expect(seen.map(({ directoryId, version }) => `${directoryId} ${version}`).sort()).toEqual(
          told.sort(),
        );
        for (const who of people.keys()) {
          const versions = seen.filter(({ directoryId }) => directoryId === `user-${who}`);
          expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 1));
        }
        for (let after = 0; after <= told.length; after++)
          expect(await stores.journal.after(fence.tenantId, after, 2)).toEqual(
            journal.slice(after, after + 2),
          );
        const inSegment = [...people.values()].filter(({ segments }) => segments.length > 0).length;
        expect(await stores.people.countBySegment(fence, 'setup-1', 'rule:r')).toBe(inSegment);
      });
      await fc.assert(property, { numRuns });
    });

    it('append again what a job that died had appended but not discarded, however much that was', async () => {
      const stores = storesOf();
      const fence = fenceOf();
      const people = Array.from({ length: 600 }, (_, n) =>
        aPerson({ tenantId: fence.tenantId, directoryId: `user-${n}` }),
      );
      const changes = people.map((after) => aChange(null, after));
      await stores.people.write(fence, changes, aCause());
      const entries = await stores.outbox.pending(fence, 600);
      const first = await stores.journal.append(fence, entries.slice(0, 560));
      const again = await stores.journal.append(fence, entries);
      expect(again.slice(0, 560)).toEqual(first);
      expect(again.map(({ sequence }) => sequence)).toEqual(again.map((_, n) => n + 1));
      expect(await stores.journal.head(fence.tenantId)).toBe(600);
    });

    it('keep what was before without attributes that the person has no more, but whole of who is removed', async () => {
      const stores = storesOf();
      const fence = fenceOf();
      const of = (values: Partial<Person>): Person =>
        aPerson({ tenantId: fence.tenantId, directoryId: 'a', ...values });
      const first = of({ attributes: { now: 'n', hiddenNow: 'secret' } });
      const second = of({ attributes: { now: null }, version: 2 });
      const third = of({ status: 'removed', attributes: {}, version: 3 });
      for (const [before, after] of [
        [first, second],
        [second, third],
      ] as const)
        await stores.people.write(fence, [aChange(before, after)], aCause());
      const [edited, removed] = await relayed(stores, fence);
      expect(edited?.before).not.toContain('secret');
      expect(JSON.parse(edited?.before ?? '')).toEqual({ ...first, attributes: { now: 'n' } });
      expect(JSON.parse(removed?.before ?? '')).toEqual(second);
    });

    it('give long lists their sequences in order, over months, and none again', async () => {
      const { journal } = storesOf();
      const fence = fenceOf();
      const entries = Array.from({ length: 230 }, (_, n): OutboxEntry => ({
        entryId: `person|s|u|${n}|0`,
        kind: 'person',
        subject: `s.u${n}`,
        setupId: 's',
        before: null,
        after: '{}',
        changed: ['displayName'],
        runId: null,
        reason: 'r',
        // Some of a month come behind those of the month after.
        at: new Date(Date.UTC(2026, [11, 12, 11, 13][Math.floor(n / 60)] ?? 0, 15)).toISOString(),
      }));
      expect(await journal.head(fence.tenantId)).toBe(0);
      expect(await journal.after(fence.tenantId, 0, 10)).toEqual([]);
      const first = await journal.append(fence, entries.slice(0, 150));
      expect(first.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 150 }, (_, n) => n + 1));
      const again = await journal.append(fence, entries);
      expect(again.slice(0, 150)).toEqual(first);
      expect(await journal.append(fence, entries)).toEqual(again);
      expect(await journal.head(fence.tenantId)).toBe(230);
      expect(await journal.after(fence.tenantId, 0, 1_000)).toEqual(again);
      expect(await journal.after(fence.tenantId, 55, 10)).toEqual(again.slice(55, 65));
      expect(await journal.after(fence.tenantId, 230, 10)).toEqual([]);
      expect(await journal.after(fenceOf().tenantId, 0, 10)).toEqual([]);
    });

    it('are not written without the lease', async () => {
      const stores = storesOf();
      const fence = fenceOf();
      const change = aChange(null, aPerson({ tenantId: fence.tenantId, directoryId: 'a' }));
      await stores.people.write(fence, [change], aCause());
      const entries = await stores.outbox.pending(fence, 10);
      fence.break();
      await expect(stores.journal.append(fence, entries)).rejects.toBeInstanceOf(LeaseLost);
      await expect(stores.outbox.discard(fence, entries)).rejects.toBeInstanceOf(LeaseLost);
      expect(await stores.outbox.pending(fence, 10)).toEqual(entries);
      expect(await stores.journal.head(fence.tenantId)).toBe(0);
    });
  });
}
