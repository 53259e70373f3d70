import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parkedRetryDue } from '../../../shared/core/parked-retry.js';
import type { Tenant } from '../../../shared/core/tenant.js';
import { aTenant } from '../../builders/tenant.js';

const MINUTE = 60_000;
const SETTINGS = { firstMs: 5 * MINUTE, longestMs: 55 * MINUTE };
const PARKED_AT = Date.parse('2026-05-04T10:00:00Z');
const text = (instant: number): string => new Date(instant).toISOString();

function parked(triedAt: number | null, over: Partial<Tenant> = {}): Tenant {
  const since = text(PARKED_AT);
  return aTenant({
    state: { kind: 'parked', since, reason: 'r', fix: 'f', before: 'running' },
    lastOutage: {
      ...{ parkedAt: since, backAt: null, reason: 'r' },
      triedAt: triedAt === null ? null : text(triedAt),
    },
    ...over,
  });
}

describe('the next try of a parked tenant', () => {
  it('comes after 5, 10, 20 and 40 minutes, and then every 55', () => {
    const tries: number[] = [];
    let last: number | null = null;
    for (let now = PARKED_AT; now < PARKED_AT + 6 * 60 * MINUTE; now += MINUTE) {
      if (!parkedRetryDue(parked(last), SETTINGS, now)) continue;
      tries.push((now - PARKED_AT) / MINUTE);
      last = now;
    }
    expect(tries).toEqual([5, 10, 20, 40, 80, 135, 190, 245, 300, 355]);
  });

  it('never comes for a tenant that is paused or not parked', () => {
    const now = PARKED_AT + 24 * 60 * MINUTE;
    expect(parkedRetryDue(parked(null, { paused: true }), SETTINGS, now)).toBe(false);
    expect(parkedRetryDue(aTenant(), SETTINGS, now)).toBe(false);
  });

  it('is never further away than the longest wait, whatever the clock did before', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: -1000, max: 1000 }),
        (tried, passed) => {
          const last = PARKED_AT + tried * MINUTE;
          const now = last + passed * MINUTE;
          const due = parkedRetryDue(parked(last), SETTINGS, now);
          if (passed < 0 || passed >= 55) expect(due).toBe(true);
          if (passed >= 0 && passed < 5) expect(due).toBe(false);
        },
      ),
    );
  });

  it('goes by the state where no outage was noted', () => {
    const tenant = parked(null, { lastOutage: null });
    expect(parkedRetryDue(tenant, SETTINGS, PARKED_AT + 4 * MINUTE)).toBe(false);
    expect(parkedRetryDue(tenant, SETTINGS, PARKED_AT + 5 * MINUTE)).toBe(true);
  });
});
