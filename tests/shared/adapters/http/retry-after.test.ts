import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { retryAfterMs } from '../../../../shared/adapters/http/retry-after.js';

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
    ['0,12', 12_000],
    ['12, 0', 12_000],
    ['1.5, soon, 0.25', 1_500],
    ['soon, later', null],
    ['Sun, 01 Mar 2026 10:00:30 GMT, 5', 30_000],
    ['45, Sun, 01 Mar 2026 10:00:30 GMT', 45_000],
    ['Sunday, 01-Mar-26 10:00:40 GMT, Sun, 01 Mar 2026 10:00:30 GMT', 40_000],
    [',,', null],
  ])('%j is %j milliseconds', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });

  it('sent several times, in whatever order, asks for the longest of its waits', () => {
    const value = fc.oneof(
      fc.nat(90_000).map((seconds) => ({ text: String(seconds), ms: Math.min(seconds * 1000, 86_400_000) })),
      fc.nat(80_000).map((seconds) => ({
        text: new Date(now + seconds * 1000).toUTCString(),
        ms: seconds * 1000,
      })),
      fc.constantFrom('soon', '', '-3').map((text) => ({ text, ms: null })),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
        const headers = new Headers();
        for (const { text } of values) headers.append('retry-after', text);
        const waits = values.flatMap(({ ms }) => (ms === null ? [] : [ms]));
        const longest = waits.length === 0 ? null : Math.max(...waits);
        expect(retryAfterMs(headers.get('retry-after'), now)).toBe(longest);
      }),
    );
  });
});
