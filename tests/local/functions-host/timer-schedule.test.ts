import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../local/functions-host/timer-schedule.js';

const next = (expression: string, after: string) =>
  parseSchedule(expression).next(new Date(after)).toISOString();

describe('an NCRONTAB schedule', () => {
  it.each([
    ['0 */5 * * * *', '2026-03-29T00:58:00Z', '2026-03-29T01:00:00.000Z'],
    ['0 0 1 * * *', '2026-03-29T01:00:00Z', '2026-03-30T01:00:00.000Z'],
    ['*/15 * * * * *', '2026-01-01T00:00:07Z', '2026-01-01T00:00:15.000Z'],
    ['0 30 9 * * MON-FRI', '2026-01-02T10:00:00Z', '2026-01-05T09:30:00.000Z'],
    ['0 0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('%s after %s is due at %s, in UTC', (expression, after, due) => {
    expect(next(expression, after)).toBe(due);
  });

  it('wants both where day of month and day of week are given', () => {
    expect(next('0 0 0 13 * 5', '2026-01-01T00:00:00Z')).toBe('2026-02-13T00:00:00.000Z');
  });

  it.each(['* * * * *', '61 * * * * *', 'now', '', '0 0 0 0 0 0 0'])('refuses "%s"', (expression) => {
    expect(() => parseSchedule(expression)).toThrow(expression === '' ? 'six fields' : expression);
  });

  it('is always due later than asked, and at the same time whichever instant before it is asked', () => {
    const instants = fc.date({
      min: new Date('2020-01-01'),
      max: new Date('2040-01-01'),
      noInvalidDate: true,
    });
    const expressions = fc.constantFrom('0 */7 * * * *', '30 15 3 * * *', '0 0 0 1 * *', '0 0 12 * * 0');
    fc.assert(
      fc.property(
        expressions,
        instants,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (text, after, share) => {
          const schedule = parseSchedule(text);
          const due = schedule.next(after).getTime();
          const between = new Date(after.getTime() + Math.floor((due - after.getTime() - 1) * share));
          expect(due).toBeGreaterThan(after.getTime());
          expect(schedule.next(between).getTime()).toBe(due);
        },
      ),
    );
  });
});
