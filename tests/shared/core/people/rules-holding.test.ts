import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../../../../shared/core/mirror-rows.js';
import type { FieldReader } from '../../../../shared/core/people/field-reader.js';
import { rulesHolding, type GivingRule } from '../../../../shared/core/people/rules-holding.js';
import { aUser } from '../../../builders/facts.js';

const NAMES = ['department', 'country'] as const;
const readers: readonly FieldReader[] = NAMES.map(
  (name) =>
    ({ user }) =>
      user.attributes[name] ?? null,
);

/** Rules each of which holds for one pair of values only. */
function ruleFor(values: readonly AttributeValue[], place: number): GivingRule {
  return {
    reads: readers,
    items: [place],
    holds: (subject) =>
      readers.every((read, at) => JSON.stringify(read(subject)) === JSON.stringify(values[at])),
  };
}

describe('what rules over attributes give', () => {
  it('is what each rule says, also where values look alike and were asked for before', () => {
    const value = fc.constantFrom<AttributeValue>('', 'a', 'ab', 'b', '1:b', 't1:b', 'null', null, 1, '1', [
      'a',
    ]);
    const pair = fc.tuple(value, value);
    fc.assert(
      fc.property(fc.array(pair, { minLength: 4, maxLength: 12 }), fc.array(pair), (wanted, asked) => {
        const rules = wanted.map(ruleFor);
        const remembering = rulesHolding(rules);
        for (const [department, country] of [...asked, ...wanted]) {
          const given = Object.entries({ department, country }).filter(([, one]) => one !== null);
          const user = { ...aUser(), attributes: Object.fromEntries(given) as Record<string, string> };
          const subject = { user, manager: null };
          const holding = rules.filter(({ holds }) => holds(subject)).flatMap(({ items }) => items);
          expect(remembering(subject)).toEqual(holding);
        }
      }),
    );
  });

  it('does not keep more answers than a bounded number of values has', () => {
    let asked = 0;
    const counting: GivingRule = { ...ruleFor(['x', null], 0), holds: () => (asked++, false) };
    const remembering = rulesHolding(Array.from({ length: 4 }, () => counting));
    const give = (department: string) => remembering({ user: aUser({ department }), manager: null });
    give('first');
    give('first');
    expect(asked).toBe(4);
    for (let n = 0; n < 3_000; n++) give(`department ${n}`);
    give('first');
    expect(asked).toBe(4 * 3_002);
  });
});
