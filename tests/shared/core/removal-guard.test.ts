import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activeThatSuffice, judgeRemovals, windowBegin } from '../../../shared/core/removal-guard.js';

const guard = { maxCount: 500, maxShare: 0.2, minCount: 0, withinHours: 24 };

describe('the removal guard', () => {
  it('lets go what is within count and share, and holds what is beyond either', () => {
    expect(judgeRemovals(guard, { staged: 20, carriedOut: 0, active: 100 })).toBe('carryOut');
    expect(judgeRemovals(guard, { staged: 21, carriedOut: 0, active: 100 })).toBe('hold');
    expect(judgeRemovals(guard, { staged: 500, carriedOut: 0, active: 10_000 })).toBe('carryOut');
    expect(judgeRemovals(guard, { staged: 501, carriedOut: 0, active: 10_000 })).toBe('hold');
  });

  it('sets no limit by a share of 1, since a person who is disabled and deleted later counts twice', () => {
    const open = { ...guard, maxShare: 1 };
    expect(judgeRemovals(open, { staged: 2, carriedOut: 1, active: 3 })).toBe('carryOut');
    expect(judgeRemovals(open, { staged: 2, carriedOut: 2, active: 0 })).toBe('carryOut');
    expect(judgeRemovals(open, { staged: 501, carriedOut: 0, active: 501 })).toBe('hold');
    expect(judgeRemovals({ ...guard, maxShare: 0.99 }, { staged: 1, carriedOut: 0, active: 0 })).toBe('hold');
  });

  it('lets a few go whatever their share is, and counts them within the window', () => {
    const some = { ...guard, minCount: 5 };
    expect(judgeRemovals(some, { staged: 1, carriedOut: 0, active: 4 })).toBe('carryOut');
    expect(judgeRemovals(some, { staged: 1, carriedOut: 4, active: 6 })).toBe('carryOut');
    expect(judgeRemovals(some, { staged: 1, carriedOut: 5, active: 5 })).toBe('hold');
    expect(judgeRemovals({ ...some, maxCount: 0 }, { staged: 1, carriedOut: 0, active: 9 })).toBe('hold');
    expect(activeThatSuffice(some, { staged: 5, carriedOut: 0 })).toBe(6);
  });

  it('never empties a setup of two or more, whatever its share is', () => {
    const some = { ...guard, minCount: 5 };
    expect(judgeRemovals(some, { staged: 4, carriedOut: 0, active: 4 })).toBe('hold');
    expect(judgeRemovals(some, { staged: 3, carriedOut: 0, active: 4 })).toBe('carryOut');
    expect(judgeRemovals(some, { staged: 1, carriedOut: 0, active: 1 })).toBe('carryOut');
    expect(judgeRemovals(some, { staged: 1, carriedOut: 3, active: 1 })).toBe('hold');
    expect(judgeRemovals({ ...some, maxShare: 1 }, { staged: 4, carriedOut: 0, active: 4 })).toBe('hold');
    expect(judgeRemovals({ ...some, maxShare: 1 }, { staged: 2, carriedOut: 2, active: 2 })).toBe('hold');
  });

  it('takes only those who are in scope for people who leave a setup empty', () => {
    const some = { ...guard, minCount: 5 };
    const situation = { staged: 2, carriedOut: 0, active: 2 };
    expect(judgeRemovals(some, { ...situation, leaving: 0 })).toBe('carryOut');
    expect(judgeRemovals(some, { ...situation, leaving: 1 })).toBe('carryOut');
    expect(judgeRemovals(some, { ...situation, leaving: 2 })).toBe('hold');
    expect(judgeRemovals(some, { ...situation, staged: 3, leaving: 2 })).toBe('hold');
  });

  it('counts who loses grants because groups vanished with the removals, and as somebody who is still there', () => {
    const situation = { staged: 0, carriedOut: 0, active: 100 };
    expect(judgeRemovals(guard, { ...situation, losing: 20 })).toBe('carryOut');
    expect(judgeRemovals(guard, { ...situation, losing: 21 })).toBe('hold');
    expect(judgeRemovals(guard, { ...situation, staged: 1, losing: 20 })).toBe('hold');
    expect(judgeRemovals(guard, { ...situation, lost: 20, losing: 1 })).toBe('hold');
    expect(judgeRemovals(guard, { ...situation, lost: 20, staged: 1 })).toBe('hold');
    const some = { ...guard, minCount: 5 };
    expect(judgeRemovals(some, { staged: 0, carriedOut: 0, active: 4, losing: 4 })).toBe('carryOut');
    expect(activeThatSuffice(some, { staged: 0, carriedOut: 0, losing: 4 })).toBe(0);
  });

  it('takes a share for what it says, whatever binary fractions make of it', () => {
    expect(judgeRemovals({ ...guard, maxShare: 0.29 }, { staged: 29, carriedOut: 0, active: 100 })).toBe(
      'carryOut',
    );
  });

  it('lets the same limits apply, and empties no setup, however removals are ordered and split', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 });
    const guards = fc.record({
      maxCount: fc.nat(100),
      maxShare: fc.oneof(fc.constantFrom(0, 0.2, 1), fc.double({ min: 0, max: 1, noNaN: true })),
      minCount: fc.nat(10),
      withinHours: fc.constant(24),
    });
    const property = fc.property(guards, fc.integer({ min: 2, max: 300 }), steps, (some, people, staged) => {
      let carriedOut = 0;
      for (const asked of staged) {
        const active = people - carriedOut;
        const of = { staged: Math.min(asked, active), carriedOut, active };
        const verdict = judgeRemovals(some, of);
        const isFew = carriedOut + of.staged <= Math.min(some.minCount, some.maxCount);
        if (isFew && of.staged < active) expect(verdict).toBe('carryOut');
        if (verdict === 'carryOut') carriedOut += of.staged;
      }
      const ofShare = some.maxShare >= 1 ? people : people * some.maxShare + 1e-6;
      expect(carriedOut).toBeLessThanOrEqual(Math.min(some.maxCount, Math.max(some.minCount, ofShare)));
      expect(carriedOut).toBeLessThan(people);
    });
    fc.assert(property);
  });

  it('says the same whether everybody is counted or as many as suffice', () => {
    const few = fc.integer({ min: 0, max: 60 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const property = fc.property(
      few,
      few,
      few,
      share,
      few,
      fc.nat(10),
      fc.nat(3),
      fc.nat(60),
      (staged, carriedOut, more, maxShare, maxCount, minCount, losses, disabled) => {
        const some = { ...guard, maxCount, maxShare, minCount };
        const leaving = Math.max(0, staged - disabled);
        const active = leaving + more;
        const [losing, lost] = [Math.min(losses, more), losses];
        const situation = { staged, leaving, carriedOut, losing, lost };
        const enough = activeThatSuffice(some, situation);
        const verdict =
          enough === null ? 'hold' : judgeRemovals(some, { ...situation, active: Math.min(active, enough) });
        expect(verdict).toBe(judgeRemovals(some, { ...situation, active }));
      },
    );
    fc.assert(property);
  });

  it('looks back for as long as the setup says', () => {
    expect(windowBegin(guard, '2026-01-05T08:00:00.000Z')).toBe('2026-01-04T08:00:00.000Z');
  });
});
