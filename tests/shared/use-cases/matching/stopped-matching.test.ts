import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Unavailable } from '../../../../shared/core/failures.js';
import type { TableRequest } from '../../../fakes/memory-tables.js';
import { anyStep, EVERY_USER, take, type Step } from './matching-steps.js';
import { MatchingWorld, record, user } from './matching-world.js';

const STOPPED = new Unavailable('The test stopped it', null);

/** Makes one request fail, before or after it took effect, and says whether it did. */
function stopAt(
  { tables }: MatchingWorld,
  isIt: (request: TableRequest) => boolean,
  when: 'before' | 'after' = 'before',
): () => boolean {
  let isStopped = false;
  tables[`${when}Operation`] = (request) => {
    if (isStopped || !isIt(request)) return;
    isStopped = true;
    throw STOPPED;
  };
  return () => isStopped;
}

/** Whether it came to its end. */
async function attempt(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (failure) {
    if (failure !== STOPPED) throw failure;
    return false;
  }
}

/** What jobs do after a stop: they read the same users again, and take over what waits. */
async function repeat(world: MatchingWorld, ...directoryIds: readonly string[]): Promise<void> {
  await world.told(...directoryIds);
  while (await world.matching.hasNews(world.setup)) await world.work();
  await world.told(...directoryIds);
}

const writesTo =
  (table: TableRequest['table']) =>
  (request: TableRequest): boolean =>
    request.writes && request.table === table;

let world: MatchingWorld;
beforeEach(async () => {
  world = await new MatchingWorld().begin();
});

/** The record `r1` is tied to `a` by mail, who is in deleted items. */
async function deleted(): Promise<void> {
  world.users.set('a', user('a', { mail: 'ann@x' }));
  await world.upload([record('r1', { mail: 'ann@x' })]);
  await world.work();
  await world.softDelete('a');
}

const CONFLICT = JSON.stringify({
  ...{ key: 'mail', value: 'ann@x', reasons: ['recordOfDeletedUser'] },
  ...{ directoryIds: ['b'], recordIds: ['r1'] },
});

describe('matching that was stopped and is repeated', () => {
  it.each(['Matches', 'MatchConflicts', 'MatchIndex', 'RecordNews'] as const)(
    'shows the conflict of a new account after a failed write of %s',
    async (table) => {
      await deleted();
      const isStopped = stopAt(world, writesTo(table));
      expect(await attempt(world.change(user('b', { mail: 'ann@x' })))).toBe(false);
      expect(isStopped()).toBe(true);
      await repeat(world, 'a', 'b');
      expect(await world.conflicts()).toEqual([CONFLICT]);
      expect((await world.rows()).filter((row) => row.isInConflict)).toHaveLength(1);
    },
  );

  it.each(['Matches', 'MatchConflicts', 'RecordNews'] as const)(
    'shows no conflict that is over after a failed write of %s',
    async (table) => {
      await deleted();
      await world.change(user('b', { mail: 'ann@x' }));
      stopAt(world, writesTo(table));
      expect(await attempt(world.hardDelete('a'))).toBe(false);
      await repeat(world, 'a', 'b');
      expect(await world.ties()).toEqual(['b-r1 mail']);
      expect(await world.conflicts()).toEqual([]);
    },
  );

  it('shows no conflict of a user whose address was changed back before the repetition', async () => {
    await deleted();
    await world.change(user('b', { mail: 'bob@x' }));
    for (const table of ['Matches', 'MatchConflicts'] as const) {
      stopAt(world, writesTo(table), 'after');
      expect(await attempt(world.change(user('b', { mail: 'ann@x' })))).toBe(false);
      world.tables.afterOperation = null;
      await world.change(user('b', { mail: 'bob@x' }));
      await repeat(world, 'b');
      expect(await world.conflicts()).toEqual([]);
    }
  });

  it('ties a user after a stop in matching everybody for one change', async () => {
    for (let n = 0; n <= 5_000; n += 1) world.users.set(`u${n}`, user(`u${n}`, { mail: 'x' }));
    await world.upload([record('r1', { mail: 'x' }), record('r2', { mail: 'y' })]);
    await world.work();
    expect(await world.ties()).toEqual([]);
    let areWritten = false;
    stopAt(world, ({ table, writes }) => {
      if (writes && table === 'Matches') areWritten = true;
      return areWritten && table === 'Records';
    });
    expect(await attempt(world.change(user('u0', { mail: 'y' })))).toBe(false);
    await repeat(world, 'u0');
    expect(await world.ties()).toEqual(['u0-r2 mail']);
  }, 120_000);
});

/** Writes of matching itself, not of the mirror. */
const isOfMatching = ({ table, writes }: TableRequest): boolean => writes && /^(Match|Record)/.test(table);

interface Stop {
  readonly before: readonly Step[];
  /** The step that is stopped. */
  readonly last: Step;
  /** At which of its writes. */
  readonly part: number;
  readonly when: 'before' | 'after';
}

const anyStop: fc.Arbitrary<Stop> = fc.record({
  before: fc.array(anyStep, { maxLength: 3 }),
  last: anyStep,
  part: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  when: fc.constantFrom('before' as const, 'after' as const),
});

/** Two worlds with one history, the last step of which came to its end in the first one alone. */
async function calmAndStopped({ before, last, part, when }: Stop): Promise<[MatchingWorld, MatchingWorld]> {
  const both = [await new MatchingWorld().begin(), await new MatchingWorld().begin()] as const;
  const [calm, stopped] = both;
  for (const each of both) {
    await each.upload([record('r1', { mail: 'a' }), record('r2', { initials: 'b' })]);
    await each.work();
    for (const step of before) await take(each, step);
  }
  let writes = 0;
  calm.tables.beforeOperation = (request) => {
    if (isOfMatching(request)) writes += 1;
  };
  await take(calm, last);
  calm.tables.beforeOperation = null;
  let left = Math.floor(writes * part);
  stopAt(stopped, (request) => isOfMatching(request) && left-- === 0, when);
  await attempt(take(stopped, last));
  stopped.tables[`${when}Operation`] = null;
  return [calm, stopped];
}

describe('any history', () => {
  it('ends the same after a stop at any request, when the work is repeated', async () => {
    await fc.assert(
      fc.asyncProperty(anyStop, async (stop) => {
        const both = await calmAndStopped(stop);
        const [calm, stopped] = both;
        await take(stopped, stop.last);
        for (const each of both) await repeat(each, ...EVERY_USER);
        expect(await stopped.rows()).toEqual(await calm.rows());
        expect(await stopped.conflicts()).toEqual(await calm.conflicts());
      }),
      { numRuns: 100 },
    );
  });

  it('leaves what matching everybody leaves, whatever happens before the work is repeated', async () => {
    await fc.assert(
      fc.asyncProperty(anyStop, fc.array(anyStep, { maxLength: 2 }), async (stop, since) => {
        const [, stopped] = await calmAndStopped(stop);
        for (const step of since) await take(stopped, step);
        await repeat(stopped, ...EVERY_USER);
        const [rows, conflicts] = [await stopped.rows(), await stopped.conflicts()];
        await stopped.matching.matchEverybody(stopped.fence, stopped.setup, stopped.everybody, stopped.job);
        expect(await stopped.rows()).toEqual(rows);
        expect(await stopped.conflicts()).toEqual(conflicts);
      }),
      { numRuns: 100 },
    );
  });
});
