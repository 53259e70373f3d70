import { describe, expect, it } from 'vitest';
import { quantile } from '../../bench/quantile.js';

describe('a quantile', () => {
  it('is a value that was measured, whatever the order', () => {
    const values = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect([0.01, 0.5, 0.99, 1].map((share) => quantile(values, share))).toEqual([1, 50, 99, 100]);
  });

  it('of one value is that value, and of none nothing', () => {
    expect(quantile([7], 0.5)).toBe(7);
    expect(quantile([], 0.5)).toBeNull();
  });
});
