import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addedUp,
  durationsIn,
  NO_DURATIONS,
  quantileOf,
  withDuration,
  type DurationHistogram,
} from '../../../../shared/core/freshness/duration-histogram.js';

const durations = fc.array(fc.integer({ min: 0, max: 24 * 60 * 60_000 }), { minLength: 1, maxLength: 200 });
const histogramOf = (all: readonly number[]): DurationHistogram =>
  all.reduce((histogram, duration) => withDuration(histogram, duration, 1), NO_DURATIONS);

describe('a histogram of durations', () => {
  it('tells every quantile as long as it is at least, and at most 9 % longer', () => {
    fc.assert(
      fc.property(durations, fc.constantFrom(0.05, 0.5, 0.95, 1), (all, share) => {
        const exact = all.toSorted((a, b) => a - b)[Math.ceil(all.length * share) - 1] ?? 0;
        const told = quantileOf(histogramOf(all), share) ?? -1;
        expect(told).toBeGreaterThanOrEqual(exact);
        expect(told).toBeLessThanOrEqual(Math.max(10, exact * 1.0906 + 1));
      }),
    );
  });

  it('is the same however its durations are split and in whatever order they are added', () => {
    fc.assert(
      fc.property(durations, fc.nat(200), (all, at) => {
        const parts = [histogramOf(all.slice(at).toReversed()), histogramOf(all.slice(0, at))];
        expect(addedUp(parts)).toEqual(histogramOf(all));
        expect(durationsIn(addedUp(parts))).toBe(all.length);
      }),
    );
  });

  it('counts one duration of many objects as often as there are objects, and of none not at all', () => {
    expect(durationsIn(withDuration(NO_DURATIONS, 500, 40))).toBe(40);
    expect(withDuration(NO_DURATIONS, 500, 0)).toBe(NO_DURATIONS);
  });

  it('tells nothing of nothing, and takes what seems to end before it began for none', () => {
    expect(quantileOf(NO_DURATIONS, 0.5)).toBeNull();
    expect(quantileOf(withDuration(NO_DURATIONS, -300, 1), 0.5)).toBe(10);
  });
});
