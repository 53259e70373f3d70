import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spreadOf } from '../../../shared/core/spread.js';

describe('a spread', () => {
  it('has one place for an id, within the width', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 1e9 }), (id, width) => {
        const place = spreadOf(id, width);
        expect(place).toBe(spreadOf(id, width));
        expect(place).toBeGreaterThanOrEqual(0);
        if (width > 0) expect(place).toBeLessThan(width);
      }),
    );
  });

  it('lays many ids evenly', () => {
    const tenths = new Array<number>(10).fill(0);
    for (let n = 0; n < 10_000; n++) tenths[Math.floor(spreadOf(randomUUID(), 10))]! += 1;
    for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(250);
  });
});
