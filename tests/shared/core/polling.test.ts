import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pollDue, type PollPicture } from '../../../shared/core/polling.js';
import { beginRound, completeRound, haltRound } from '../../../shared/core/round-steps.js';
import { emptyResourceState, type ResourceState } from '../../../shared/core/round.js';

const MINUTE = 60_000;
const START = Date.parse('2026-03-10T12:00:00Z');

function begun(at: number): ReturnType<typeof beginRound> {
  const now = new Date(at).toISOString();
  return beginRound(emptyResourceState('users'), {
    roundId: 'r',
    full: true,
    wantTag: null,
    forRuns: [],
    now,
  });
}

function readAt(at: number): ResourceState {
  return completeRound(begun(at), new Date(at + 1_000).toISOString(), true);
}

const due = (picture: Partial<PollPicture>): boolean =>
  pollDue({
    tenantId: 't',
    state: readAt(START),
    wanted: false,
    now: START,
    everyMs: 240 * MINUTE,
    ...picture,
  });

const tenants = fc.uuid();
const intervals = fc.integer({ min: 15, max: 1_440 }).map((minutes) => minutes * MINUTE);

describe('a poll', () => {
  it('begins at most the interval after the last round began, whatever the tick, and no sooner than a third of it', () => {
    const phases = fc.integer({ min: 0, max: 5 * MINUTE - 1 });
    fc.assert(
      fc.property(tenants, intervals, phases, (tenantId, everyMs, phase) => {
        let now = START + phase;
        while (!due({ tenantId, everyMs, now })) now += 5 * MINUTE;
        expect(now - START).toBeLessThanOrEqual(everyMs);
        expect(now - START).toBeGreaterThanOrEqual(everyMs / 3);
      }),
    );
  });

  it('lies at different times for different tenants that were read at once', () => {
    const firstDue = (tenantId: string): number => {
      let now = START;
      while (!due({ tenantId, now })) now += MINUTE;
      return now;
    };
    const times = Array.from({ length: 500 }, (_, n) => firstDue(`00000000-0000-4000-8000-${n}`));
    const perTick = new Map<number, number>();
    for (const time of times) {
      const tick = Math.floor(time / (5 * MINUTE));
      perTick.set(tick, (perTick.get(tick) ?? 0) + 1);
    }
    expect(Math.max(...perTick.values())).toBeLessThan(500 / 6);
  });

  it('waits for what is wanted or under way already', () => {
    const now = START + 10_000 * MINUTE;
    expect(due({ now })).toBe(true);
    expect(due({ now, wanted: true })).toBe(false);
    expect(due({ now, state: begun(START) })).toBe(false);
  });

  it('of a round that was given up on, or of what was never read, comes once or twice in an interval', () => {
    for (const state of [haltRound(begun(START)), emptyResourceState('users')]) {
      fc.assert(
        fc.property(tenants, intervals, (tenantId, everyMs) => {
          let polls = 0;
          for (let now = START; now < START + 4 * everyMs; now += 5 * MINUTE)
            if (due({ tenantId, everyMs, state, now })) polls += 1;
          expect(polls).toBeGreaterThanOrEqual(3);
          expect(polls).toBeLessThanOrEqual(10);
        }),
      );
    }
  });
});
