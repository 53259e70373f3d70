import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { perhapsPurged, type HiddenUser } from '../../../shared/core/hidden-users.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);
const iso = (instant: number): string => new Date(instant).toISOString();
const days = fc.integer({ min: 0, max: 100 });
const hidden = fc.uniqueArray(
  fc.record({ id: fc.uuid(), hiddenDays: fc.option(days), askedDays: fc.option(days) }),
  { selector: ({ id }) => id, maxLength: 30 },
);

describe('those who may have been deleted for good', () => {
  it('are hidden for 30 days, are few, and were not asked for longer than those who are left out', () => {
    fc.assert(
      fc.property(hidden, fc.integer({ min: 1, max: 10 }), (drawn, most) => {
        const at = (ago: number | null): string | null => (ago === null ? null : iso(NOW - ago * DAY));
        const all = drawn.map(({ id, hiddenDays, askedDays }): HiddenUser => ({
          id,
          since: at(hiddenDays),
          askedAt: at(askedDays),
        }));
        const due = all.filter(({ since }) => since !== null && since <= iso(NOW - 30 * DAY));
        const asked = perhapsPurged(all, NOW, most);
        expect(asked).toHaveLength(Math.min(most, due.length));
        const last = asked.at(-1)?.askedAt ?? '';
        const leftOut = due.filter((user) => !asked.includes(user));
        for (const { askedAt } of leftOut) expect((askedAt ?? '') >= last).toBe(true);
        for (const user of asked) expect(due).toContain(user);
      }),
    );
  });
});
