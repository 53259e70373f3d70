import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketCountFor, bucketOf } from '../../../shared/core/bucket.js';

describe('the bucket of an id', () => {
  it('never changes, since stored rows lie by it', () => {
    const known = [
      '',
      'a',
      '00000000-0000-0000-0000-000000000000',
      '3F2504E0-4F89-11D3-9A0C-0305E82C3301',
      'æ漢',
    ];
    expect(known.map((id) => bucketOf(id, 256))).toMatchInlineSnapshot(`
      [
        217,
        32,
        150,
        45,
        141,
      ]
    `);
  });

  it('is below the count, and the same in any case of letters', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.constantFrom(16, 64, 256), (id, count) => {
        const bucket = bucketOf(id, count);
        expect(bucket).toBeGreaterThanOrEqual(0);
        expect(bucket).toBeLessThan(count);
        expect(bucketOf(id.toUpperCase(), count)).toBe(bucket);
      }),
    );
  });

  it('spreads ids that differ in their last digits alone', () => {
    const sizes = new Array<number>(64).fill(0);
    for (let index = 0; index < 6_400; index++) {
      const id = `00000000-0000-0000-0000-${String(index).padStart(12, '0')}`;
      const bucket = bucketOf(id, 64);
      sizes[bucket] = (sizes[bucket] ?? 0) + 1;
    }
    expect(Math.min(...sizes)).toBeGreaterThan(50);
    expect(Math.max(...sizes)).toBeLessThan(160);
  });
});

describe('the number of buckets', () => {
  it.each([
    [null, 64],
    [0, 16],
    [4_000, 16],
    [4_001, 32],
    [10_000, 64],
    [64_000, 256],
    [1_000_000, 256],
  ])('for %s users is %i', (users, count) => {
    expect(bucketCountFor(users)).toBe(count);
  });
});
