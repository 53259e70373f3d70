import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isServed, jobsFor, setupJobFor, type CoalescingSettings } from '../../../shared/core/coalescing.js';
import { play, worlds, type Limits, type ServedRule, type World } from './coalescing-world.js';

const defaults: CoalescingSettings = { windowMs: 2_000, skewMs: 200, trailingDelaysMs: [20_000, 120_000] };
const limits: Limits = { skewMs: 200, longestLagMs: 120_000 };
const judgeByBeginning: ServedRule = (dueAt, round, now) => isServed(dueAt, round?.beganAt ?? null, now);

/** Whether a history is found in which a change is never read. */
function findsLoss(settings: CoalescingSettings, rule: ServedRule, world: Limits): boolean {
  return fc.check(
    fc.property(worlds(world, settings), (history) => play(history, settings, rule).lost.length === 0),
    { numRuns: 3_000, seed: 20_260 },
  ).failed;
}

describe('folding notifications into jobs', () => {
  const arrival = { tenantId: 't', resource: 'users', at: 41_000 } as const;

  it('gives a window and each trailing delay one job, due when no clock is in that window any more', () => {
    expect(jobsFor([arrival], defaults).map(({ messageId, dueAt }) => ({ messageId, dueAt }))).toEqual([
      { messageId: 't:users:20', dueAt: 42_400 },
      { messageId: 't:users:20000:2', dueAt: 80_400 },
      { messageId: 't:users:120000:0', dueAt: 240_400 },
    ]);
  });

  it('tells the job when it was due, so that it can judge whether a round served it', () => {
    const [job] = jobsFor([arrival], defaults);
    expect(job?.job).toEqual({
      version: 1,
      tenantId: 't',
      attempt: 0,
      kind: 'notification',
      resource: 'users',
      dueAt: 42_400,
    });
  });

  it('folds a burst, and keeps tenants, resources and windows apart', () => {
    const burst = Array.from({ length: 500 }, (_, n) => ({ ...arrival, at: 41_000 + n }));
    expect(jobsFor(burst, defaults)).toHaveLength(3);
    const apart = [arrival, { ...arrival, tenantId: 'u' }, { ...arrival, resource: 'groups' as const }];
    expect(jobsFor(apart, defaults)).toHaveLength(9);
    expect(jobsFor([arrival, { ...arrival, at: 42_000 }], defaults)).toHaveLength(4);
  });

  it('judges a job served only by a completed round that began after it was due', () => {
    expect(isServed(1_000, null, 5_000)).toBe(false);
    expect(isServed(1_000, new Date(1_000).toISOString(), 5_000)).toBe(false);
    expect(isServed(1_000, new Date(1_001).toISOString(), 5_000)).toBe(true);
  });

  it('judges no job served by a round that began in the future', () => {
    expect(isServed(1_000, new Date(5_000).toISOString(), 5_000)).toBe(true);
    expect(isServed(1_000, new Date(5_001).toISOString(), 5_000)).toBe(false);
  });

  it('gives everything that setups ask for within a window one job, due when no clock is in it any more', () => {
    const job = setupJobFor('t', { at: 41_000, era: '' }, defaults);
    expect(job).toMatchObject({ messageId: 'setup:t:20', job: { kind: 'continue' }, dueAt: 42_400 });
    expect(setupJobFor('t', { at: 41_999, era: '' }, defaults)).toEqual(job);
    expect(setupJobFor('t', { at: 42_000, era: '' }, defaults).messageId).toBe('setup:t:21');
  });
});

describe('coalescing loses no change', () => {
  it('over any interleaving of tellings, skewed clocks, lag, starts, crashes, reads and commits', () => {
    fc.assert(
      fc.property(worlds(limits, defaults), (history) => {
        expect(play(history, defaults, judgeByBeginning).lost).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  it('with any window, skew and trailing delays', () => {
    const settings = fc.record({
      windowMs: fc.integer({ min: 50, max: 5_000 }),
      skewMs: fc.nat(400),
      trailingDelaysMs: fc.uniqueArray(fc.integer({ min: 100, max: 30_000 }), { maxLength: 3 }),
    });
    const given = settings.chain((chosen) =>
      fc.record({
        settings: fc.constant(chosen),
        history: worlds(
          { skewMs: chosen.skewMs, longestLagMs: Math.max(0, ...chosen.trailingDelaysMs) },
          chosen,
        ),
      }),
    );
    fc.assert(
      fc.property(given, ({ settings: chosen, history }) => {
        expect(play(history, chosen, judgeByBeginning).lost).toEqual([]);
      }),
      { numRuns: 1_500 },
    );
  });

  it('reads each change within the bound that the settings give', () => {
    fc.assert(
      fc.property(worlds(limits, defaults), (history) => {
        const { rounds } = play(history, defaults, judgeByBeginning);
        for (const change of history.changes) {
          const visibleAt = change.at + change.lag;
          const readAt = Math.min(
            ...rounds.filter((round) => round.readAt >= visibleAt).map((round) => round.doneAt),
          );
          expect(readAt).toBeLessThanOrEqual(latestRead(history, change));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaves work undone for a burst: far fewer reads than notifications', () => {
    const tellings = [{ after: 0, instance: 0, sendTakes: 0, confirmationLost: false }];
    const burst: World = {
      changes: Array.from({ length: 1_000 }, (_, n) => ({ at: n * 10, lag: 0, tellings })),
      instanceSkews: [0],
      workerSkews: [0],
      brokerSkew: 0,
      starts: [{ delay: 0, worker: 0, readTakes: 100, crashes: false }],
    };
    const { messages, rounds, lost } = play(burst, defaults, judgeByBeginning);
    expect({ messages, rounds: rounds.length, lost }).toEqual({ messages: 7, rounds: 7, lost: [] });
  });
});

describe('the model finds what would lose a change', () => {
  const noTrailing = { ...defaults, trailingDelaysMs: [] };
  const noLag = { ...limits, longestLagMs: 0 };

  it('loses none without trailing checks where nothing lags', () => {
    expect(findsLoss(noTrailing, judgeByBeginning, noLag)).toBe(false);
  });

  it('a job without a guard for the skew of clocks', () => {
    expect(findsLoss({ ...noTrailing, skewMs: 0 }, judgeByBeginning, noLag)).toBe(true);
  });

  it('a guard for one skewed clock where two are skewed', () => {
    expect(findsLoss({ ...noTrailing, skewMs: 100 }, judgeByBeginning, noLag)).toBe(true);
  });

  it('trailing checks shorter than the lag', () => {
    expect(findsLoss({ ...defaults, trailingDelaysMs: [20_000] }, judgeByBeginning, limits)).toBe(true);
  });

  it('judging a job served by when a round completed instead of when it began', () => {
    const byCompletion: ServedRule = (dueAt, round, now) => isServed(dueAt, round?.completedAt ?? null, now);
    expect(findsLoss(noTrailing, byCompletion, noLag)).toBe(true);
  });
});

/** The last trailing check of the change's first telling, plus all that delays and occupies the workers. */
function latestRead(history: World, change: World['changes'][number]): number {
  const guard = 2 * defaults.skewMs;
  const longest = Math.max(defaults.windowMs, ...defaults.trailingDelaysMs);
  const told = Math.max(...change.tellings.map(({ after, sendTakes }) => after + sendTakes)) + 7_000;
  const jobs = 3 * 2 * history.changes.flatMap(({ tellings }) => tellings).length + 3;
  const slowest = Math.max(...history.starts.map(({ delay, readTakes }) => delay + 2 * readTakes));
  return change.at + told + 2 * longest + guard + 2 * limits.skewMs + jobs * slowest;
}
