import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Windows } from '../../../shared/core/windows.js';

const SKEW_MS = 200;
const WINDOW_MS = 2_000;

function windows(): Windows {
  let eras = 0;
  return new Windows(SKEW_MS, () => String((eras += 1)));
}

describe('the windows of a clock', () => {
  it('have no era while it goes on, nor if it trembles', () => {
    const clock = windows();
    const eras = [1_000, 1_100, 950, 3_000, 2_801].map((at) => clock.instant(at).era);
    expect(eras).toEqual(['', '', '', '', '']);
  });

  it('have one of their own from when it was set back until it is where it was', () => {
    const clock = windows();
    const eras = [10_000, 5_000, 6_000, 4_000, 10_000, 10_001].map((at) => clock.instant(at).era);
    expect(eras).toEqual(['', ':1', ':1', ':2', ':2', '']);
  });

  it('are named by nobody any more once their jobs may be due', () => {
    const step = fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: -60_000, max: 0 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const clock = windows();
        const named = new Set<string>();
        let at = 1_000_000;
        let latest = { era: '', at: Number.NEGATIVE_INFINITY };
        for (const by of steps) {
          at += by;
          const { era } = clock.instant(at);
          if (era !== latest.era) latest = { era, at };
          const window = Math.floor(at / WINDOW_MS);
          const dueAt = (window + 1) * WINDOW_MS + 2 * SKEW_MS;
          expect(named.has(`${window}${era}`) && dueAt <= latest.at).toBe(false);
          named.add(`${window}${era}`);
          latest = { era, at: Math.max(latest.at, at) };
        }
      }),
      { numRuns: 500 },
    );
  });
});
