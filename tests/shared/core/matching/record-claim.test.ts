import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  givenBack,
  isSetup,
  isUnclaimed,
  stakeIn,
  takenFromHolder,
  unclaimed,
  withStake,
  withTold,
  type RecordClaim,
  type SetupRef,
} from '../../../../shared/core/matching/record-claim.js';

const [a, b, c] = ['a', 'b', 'c'].map((tenantId) => ({ tenantId, setupId: 's' })) as [
  SetupRef,
  SetupRef,
  SetupRef,
];
const held = { ...unclaimed('r1'), holder: a };

describe('a claim on a record', () => {
  it('is given to one setup, and to nobody else while that has it', () => {
    expect(withStake(unclaimed('r1'), a, 'holder')).toEqual(held);
    expect(withStake(held, b, 'holder')).toBeNull();
    expect(withStake(held, a, 'none')).toEqual(unclaimed('r1'));
  });

  it('has the holder told of whoever waits, and whoever waits told that it is free', () => {
    const waiting = { ...held, waiting: [b], untold: [a] };
    expect(withStake(held, b, 'waiting')).toEqual(waiting);
    const told = withTold(waiting, a);
    expect(withStake(told, a, 'none')).toEqual({ ...unclaimed('r1'), waiting: [b], untold: [b] });
    expect(withStake(told, b, 'none')).toEqual({ ...held, untold: [a] });
  });

  it('has whoever shows the record told that somebody else has it', () => {
    const former = { ...unclaimed('r1'), former: [a] };
    expect(withStake(held, a, 'former')).toEqual(former);
    expect(withStake(former, b, 'holder')).toEqual({ ...former, holder: b, untold: [a] });
    expect(withStake(former, a, 'holder')).toEqual(held);
  });

  it('has both told when it is taken from a holder, and when it is given back', () => {
    const taken = takenFromHolder({ ...held, waiting: [b, c] }, b);
    expect(taken).toEqual({ ...unclaimed('r1'), holder: b, waiting: [c], untold: [a] });
    expect(givenBack(withTold(taken, a), b, a)).toEqual({ ...held, waiting: [c], untold: [a] });
  });

  it('gives each setup the stake it asked for last, tells nobody of itself, and needs no row in the end', () => {
    const stake = fc.constantFrom('holder' as const, 'waiting' as const, 'former' as const, 'none' as const);
    const steps = fc.array(fc.tuple(fc.constantFrom(a, b, c), stake), { maxLength: 20 });
    fc.assert(
      fc.property(steps, (asked) => {
        let claim: RecordClaim = unclaimed('r1');
        for (const [setup, wanted] of asked) {
          const before = claim;
          const next = withStake(claim, setup, wanted);
          if (next === null) expect([wanted, isSetup(before.holder, setup)]).toEqual(['holder', false]);
          else expect(stakeIn(next, setup)).toBe(wanted);
          claim = next ?? before;
          for (const one of claim.untold) claim = withTold(claim, one);
        }
        for (const setup of [a, b, c]) claim = withStake(claim, setup, 'none') ?? claim;
        for (const one of claim.untold) claim = withTold(claim, one);
        expect(isUnclaimed(claim)).toBe(true);
      }),
    );
  });
});
