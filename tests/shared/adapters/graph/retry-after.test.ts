import { describe, expect, it } from 'vitest';

import { retryAfterMs } from '../../../../shared/adapters/graph/retry-after.js';

const now = Date.parse('2026-03-01T10:00:00Z');

describe('Retry-After', () => {
  it.each([
    ['2.128', 2128],
    ['10', 10_000],
    ['0', 0],
    [' 3 ', 3_000],
    ['Sun, 01 Mar 2026 10:00:30 GMT', 30_000],
    ['Sun, 01 Mar 2026 09:00:00 GMT', 0],
    ['9'.repeat(400), 86_400_000],
    ['', null],
    ['-1', null],
    ['soon', null],
    ['1e3', null],
    [null, null],
  ])('%j is %j milliseconds', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});
