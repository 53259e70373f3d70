import { describe, expect, it } from 'vitest';
import {
  broughtByBoth,
  mayBeForgotten,
  newPersonSync,
  SECOND_LOOK_MS,
  TRACE_KEPT_MS,
  tracedOn,
  waitBeforeLook,
  type PersonSync,
  type PersonSyncStep,
} from '../../../shared/core/person-sync.js';

const ENDED = Date.parse('2026-03-01T12:00:00.000Z');
const sync: PersonSync = {
  ...newPersonSync({ tenantId: 't', requestId: 'r', setupId: 's', directoryId: 'u', requestedAt: '' }),
  endedAt: new Date(ENDED).toISOString(),
};

function step(secondLook: boolean, detail: string): PersonSyncStep {
  const common = { setupId: null, read: [], changed: [], milliseconds: 0 };
  return { step: 'readUser', outcome: 'done', detail, secondLook, ...common };
}

describe('a sync of one person', () => {
  it('is looked at again after two minutes, then as late as it is old, at most an hour', () => {
    const waits = [0, SECOND_LOOK_MS, 3 * SECOND_LOOK_MS, TRACE_KEPT_MS].map((age) =>
      waitBeforeLook(sync, ENDED + age),
    );
    expect(waits).toEqual([SECOND_LOOK_MS, SECOND_LOOK_MS, 3 * SECOND_LOOK_MS, 3_600_000]);
    expect(waitBeforeLook({ ...sync, endedAt: null }, ENDED)).toBe(SECOND_LOOK_MS);
  });

  it('is forgotten a day after its end, but not while it is to be looked at again', () => {
    const later = new Date(ENDED + TRACE_KEPT_MS + 1).toISOString();
    expect(mayBeForgotten(sync, later)).toBe(true);
    expect(mayBeForgotten(sync, new Date(ENDED + TRACE_KEPT_MS).toISOString())).toBe(false);
    expect(mayBeForgotten({ ...sync, secondLookAt: later }, later)).toBe(false);
    expect(mayBeForgotten({ ...sync, endedAt: null }, later)).toBe(false);
  });

  it('brought what any of its attempts brought', () => {
    expect(
      broughtByBoth({ user: true, groupIds: ['a', 'b'] }, { user: false, groupIds: ['b', 'c'] }),
    ).toEqual({ user: true, groupIds: ['a', 'b', 'c'] });
  });

  it('keeps the steps of its first look, and the newest of those after it', () => {
    let traced: PersonSync = { ...sync, steps: [step(false, 'first')] };
    for (let n = 0; n < 100; n++) traced = { ...traced, steps: tracedOn(traced, [step(true, `look ${n}`)]) };
    expect(traced.steps).toHaveLength(41);
    expect(traced.steps[0]?.detail).toBe('first');
    expect(traced.steps.at(-1)?.detail).toBe('look 99');
  });
});
