import { describe, expect, it } from 'vitest';
import { TryLimit } from '../../../shared/core/try-limit.js';

describe('a limit of failed tries', () => {
  it('holds a key from the last allowed failure to the end of its window', () => {
    const limit = new TryLimit(2, 1000);
    limit.failed('a', 100);
    expect(limit.waitFor('a', 100)).toBe(0);
    limit.failed('a', 600);
    expect(limit.waitFor('a', 600)).toBe(500);
    expect(limit.waitFor('a', 1099)).toBe(1);
    expect(limit.waitFor('a', 1100)).toBe(0);
    limit.failed('a', 1100);
    expect(limit.waitFor('a', 1100)).toBe(0);
  });

  it('counts keys apart', () => {
    const limit = new TryLimit(1, 1000);
    limit.failed('a', 0);
    expect([limit.waitFor('a', 0), limit.waitFor('b', 0)]).toEqual([1000, 0]);
  });
});
