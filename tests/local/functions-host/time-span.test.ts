import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTimeSpan } from '../../../local/functions-host/time-span.js';

describe('a duration of host.json', () => {
  it.each([
    ['00:00:01', 1_000],
    ['00:05:00', 300_000],
    ['12:00:00', 43_200_000],
    ['00:15', 900_000],
    ['1.02:03:04.5', 93_784_500],
    ['7', 604_800_000],
  ])('%s is %i ms', (text, milliseconds) => {
    expect(parseTimeSpan(text)).toBe(milliseconds);
  });

  it('reads a first part above 23 as days, as .NET does', () => {
    expect(parseTimeSpan('24:00:00')).toBe(24 * 86_400_000);
    expect(parseTimeSpan('30:12:05')).toBe(30 * 86_400_000 + 12 * 3_600_000 + 5 * 60_000);
  });

  it.each(['', 'soon', '00:60:00', '00:00:60', '-00:00:01', '25:24:00', '1:2:3:4'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseTimeSpan(text)).toThrow('is not a duration');
    },
  );

  it('reads back every duration it could be given', () => {
    const part = (max: number) => fc.integer({ min: 0, max });
    fc.assert(
      fc.property(
        part(100),
        part(23),
        part(59),
        part(59),
        part(999),
        (days, hours, minutes, seconds, rest) => {
          const two = (value: number) => String(value).padStart(2, '0');
          const text = `${days}.${two(hours)}:${two(minutes)}:${two(seconds)}.${String(rest).padStart(3, '0')}`;
          const expected = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000 + rest;
          expect(parseTimeSpan(text)).toBe(expected);
        },
      ),
    );
  });
});
