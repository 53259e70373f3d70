import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition, ConditionFault } from '../../../../shared/core/condition/condition.js';
import { compileCondition } from '../../../../shared/core/condition/compile-condition.js';
import { LONGEST_CONDITION, parseCondition } from '../../../../shared/core/condition/parse-condition.js';
import { printCondition } from '../../../../shared/core/condition/print-condition.js';
import type { AttributeValue } from '../../../../shared/core/mirror-rows.js';
import { busyMilliseconds } from '../../../hostile/busy-time.js';
import { holds, type Attributes } from './reference-evaluation.js';

function read(text: string): Condition {
  const parsed = parseCondition(text);
  if (parsed.kind === 'faulty') throw new Error(`${parsed.fault.at}: ${parsed.fault.message}`);
  return parsed.condition;
}

function faultOf(text: string): ConditionFault {
  const parsed = parseCondition(text);
  if (parsed.kind !== 'faulty') throw new Error('It was read.');
  return parsed.fault;
}

const getter =
  (name: string) =>
  (attributes: Attributes): AttributeValue | undefined =>
    attributes[name];

const ADA: Attributes = {
  id: 'ada',
  displayName: 'Ada Lovelace',
  department: 'Sales',
  country: 'DK',
  accountEnabled: true,
  businessPhones: ['+45 12 34 56 78', '+45 99'],
  'employeeOrgData.costCenter': '4711',
  'employeeOrgData.division': null,
  employeeHireDate: '2026-03-01T23:30:00Z',
  level: 7,
  companyName: '',
};

describe('a condition', () => {
  it.each([
    ['department = "Sales"', true],
    ['department = "sales"', true],
    ['department != "Sales"', false],
    ["department = 'Sales' and country = 'DK'", true],
    ['department = "Sales" and country = "SE"', false],
    ['country = "SE" or country = "DK" and department = "Sales"', true],
    ['(country = "SE" or country = "DK") and department = "Legal"', false],
    ['country in ("SE", "dk")', true],
    ['country not in ("SE", "NO")', true],
    ['not (country = "DK")', false],
    ['displayName contains "love"', true],
    ['displayName startsWith "ada"', true],
    ['displayName endsWith "ada"', false],
    ['businessPhones startsWith "+45 99"', true],
    ['employeeOrgData.costCenter = "4711"', true],
    ['employeeOrgData.division is empty', true],
    ['companyName is empty', true],
    ['companyName != "Contoso"', true],
    ['department is not empty', true],
    ['accountEnabled = true', true],
    ['accountEnabled = false', false],
    ['accountEnabled = "true"', false],
    ['nothingOfTheKind = "x"', false],
    ['employeeOrgData.costCenter = 4711', true],
    ['level = 7', true],
    ['level = "7"', true],
    ['level in (1, 7)', true],
    ['level != 7', false],
    ['level > 6.5', true],
    ['level >= -7', true],
    ['level < 7', false],
    ['level <= 7', true],
    ['department > 1', false],
    ['employeeHireDate = "2026-03-01"', true],
    ['employeeHireDate in ("2026-02-01", "2026-03-01")', true],
    ['employeeHireDate > "2026-03-01"', false],
    ['employeeHireDate >= "2026-03-01"', true],
    ['employeeHireDate <= "2026-03-01"', true],
    ['employeeHireDate < "2026-03-01"', false],
    ['employeeHireDate < "2026-03-02"', true],
    ['employeeHireDate <= "2026-03-01T23:00:00Z"', false],
    ['employeeHireDate <= "2026-03-02T01:00:00+01:00"', true],
    ['level < "2026-03-01"', false],
    ['nothingOfTheKind < "2026-03-01"', false],
  ])('%s, for Ada: %s', (text, truth) => {
    expect(holds(read(text), ADA)).toBe(truth);
    expect(compileCondition(read(text), getter)(ADA)).toBe(truth);
  });

  it('resolves names once, however many it is asked of', () => {
    const asked: string[] = [];
    const resolve = (name: string): ReturnType<typeof getter> => {
      asked.push(name);
      return getter(name);
    };
    const compiled = compileCondition(read('country = "DK" and (department is empty or level > 1)'), resolve);
    expect([ADA, {}, ADA].map(compiled)).toEqual([true, false, true]);
    expect(asked).toEqual(['country', 'department', 'level']);
  });

  it('composes letters alike, and tells accents apart', () => {
    const cafe = compileCondition(read('department = "Caf\u00e9"'), getter);
    expect(cafe({ department: 'Cafe\u0301' })).toBe(true);
    expect(cafe({ department: 'Cafe' })).toBe(false);
  });

  it('may say hundreds of times what is not empty, since nothing stands within anything else', () => {
    const many = Array.from({ length: 150 }, () => 'department is not empty and country not in ("SE")');
    expect(holds(read(many.join(' and ')), ADA)).toBe(true);
  });

  it('may have any white space, as it comes with text from elsewhere', () => {
    expect(holds(read('\u00a0department\u2003=\r\n\t"Sales"\u00a0'), ADA)).toBe(true);
  });

  it('has words as part of names, and of texts', () => {
    const compiled = compileCondition(read('orderly = "not" and island = "in and out"'), getter);
    expect(compiled({ orderly: 'not', island: 'In and Out' })).toBe(true);
  });
});

describe('a text that is no condition', () => {
  it.each<[string, number, string]>([
    ['', 0, 'The condition is empty.'],
    ['department', 10, 'Expected'],
    ['department is "Sales"', 14, 'Expected empty or not.'],
    ['department = Sales', 13, 'Expected a value: "text", a number, true or false.'],
    ['department = "Sales', 13, 'Expected a value: "text", a number, true or false.'],
    ['department = "Sales" country = "DK"', 21, 'Expected end of input, or, or and.'],
    ['department contains true', 20, 'Expected "text" in quotes.'],
    ['employeeHireDate < 2026-01-31', 19, 'Expected a number, or a day or instant as "2026-01-31"'],
    ['employeeHireDate < "spring"', 19, 'Expected a number, or a day or instant as "2026-01-31"'],
    ['employeeHireDate < "2026-02-30"', 19, 'There is no such day or time as 2026-02-30.'],
    ['employeeHireDate < "2026-02-03T25:00:00Z"', 19, 'There is no such day or time as'],
    ['level = 007', 8, 'Expected a value'],
    ['level = 1234567890123456', 8, 'Expected a value'],
    ['(department = "Sales"', 21, 'Expected ")".'],
    ['and = "x"', 0, 'Expected an attribute, "(", or not.'],
    ['country in ()', 12, 'Expected a value: "text", a number, true or false.'],
  ])('%s is refused at its place', (text, at, message) => {
    const fault = faultOf(text);
    expect(fault.at).toBe(at);
    expect(fault.message).toContain(message);
  });

  it('is refused without going into its depth or length', () => {
    expect(faultOf(`${'('.repeat(60)}a = "x"${')'.repeat(60)}`)).toMatchObject({ at: 50 });
    expect(faultOf('('.repeat(9_000))).toMatchObject({ at: 50 });
    expect(faultOf(`${'not '.repeat(2_000)}a = "x"`)).toMatchObject({ at: 400 });
    expect(faultOf(`${'not ('.repeat(1_500)}a = "x"`)).toMatchObject({ at: 254 });
    expect(faultOf('a'.repeat(LONGEST_CONDITION + 1)).at).toBe(LONGEST_CONDITION);
  });

  it('never makes the parser throw, whatever it is', () => {
    const token = fc.constantFrom(
      'and',
      'or',
      'not',
      '(',
      ')',
      'a',
      'is',
      'empty',
      'in',
      ',',
      '=',
      '!=',
      '<=',
      '12',
      '"2026-01-31"',
      '"x"',
      "'",
      '"',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(token, { maxLength: 30 }).map((all) => all.join(' ')),
        ),
        (text) => {
          const parsed = parseCondition(text);
          if (parsed.kind === 'faulty') expect(parsed.fault.at).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });
});

describe('reading a condition of the greatest length', () => {
  const filled = (piece: string, by: string): string =>
    Array.from({ length: Math.floor(LONGEST_CONDITION / (piece.length + by.length)) }, () => piece).join(by);
  const fitting = (text: string): string => text.padEnd(LONGEST_CONDITION, 'x');

  it.each<[string, string]>([
    ['many short comparisons', filled('a=1', ' or ')],
    ['many short comparisons, the last of them cut off', filled('a=1', ' or ').slice(0, -1)],
    ['a long list', `a in (${filled('1', ',').slice(0, -10)})`],
    ['parentheses as deep as they may stand', `${'('.repeat(50)}${filled('a=1', ' or ').slice(0, 9_899)}`],
    ['many conditions in parentheses', filled('(a=1)', ' and ')],
    ['one long name', fitting('a')],
    ['a name after another', filled('a', ' ')],
    ['one long text', `a = "${fitting('').slice(6)}"`],
    ['a text of nothing but quotes', `a = ${'"'.repeat(LONGEST_CONDITION - 4)}`],
    ['a text that is never closed', fitting('a = "')],
    ['a day with endless decimals', `a < "2026-01-31T08:00:00.${'0'.repeat(LONGEST_CONDITION - 30)}"`],
    ['white space', `a =${' '.repeat(LONGEST_CONDITION - 4)}1`],
    ['a number without end', `a = ${'1'.repeat(LONGEST_CONDITION - 4)}`],
  ])('costs a few milliseconds: %s', (_, text) => {
    expect(text.length).toBeLessThanOrEqual(LONGEST_CONDITION);
    // Whatever a parser that goes back costs in a text of this length, it costs ten times here.
    expect(busyMilliseconds(() => Array.from({ length: 10 }, () => parseCondition(text)))).toBeLessThan(150);
  });
});

const attribute = fc.constantFrom('department', 'country', 'a.b', 'nothing').map((name) => ({ name, at: 0 }));
const numbers = fc
  .tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.nat(3))
  .map(([n, digits]) => n / 10 ** digits + 0);
/** Few, so that wanted and found values meet. */
const days = fc
  .tuple(fc.constantFrom('01-31', '02-01', '02-28'), fc.constantFrom('', 'T00:00:00Z', 'T23:30:00+01:00'))
  .map(([day, time]) => `2026-${day}${time}`);
const texts = fc.oneof(fc.constantFrom('Sales', 'sales', 'ES', 's', '7', '"'), days, fc.string());
const listed = <Value>(values: fc.Arbitrary<Value>): fc.Arbitrary<{ value: Value; at: number }> =>
  values.map((value) => ({ value, at: 0 }));
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('empty' as const), attribute }),
    fc.record({
      kind: fc.constant('compare' as const),
      attribute,
      operator: fc.constantFrom('contains' as const, 'startsWith' as const, 'endsWith' as const),
      values: fc.tuple(listed(texts)),
    }),
    fc.record({
      kind: fc.constant('compare' as const),
      attribute,
      operator: fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const),
      values: fc.tuple(listed(fc.oneof(days, numbers))),
    }),
    fc.record({
      kind: fc.constant('compare' as const),
      attribute,
      operator: fc.constant('=' as const),
      values: fc.array(listed(fc.oneof(texts, numbers, fc.boolean())), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), of: tie('condition') }),
    fc.record({
      kind: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));

describe('a compiled condition', () => {
  const value = fc.oneof(texts, numbers, fc.boolean(), fc.constant(null), fc.constantFrom(7, 'SALES'));
  const attributes = fc.dictionary(
    fc.constantFrom('department', 'country', 'a.b'),
    fc.oneof(value, fc.array(value, { maxLength: 3 })),
  );

  it('says what the condition means, of whatever it is asked', () => {
    fc.assert(
      fc.property(condition, attributes, (given, of) => {
        expect(compileCondition(given, getter)(of)).toBe(holds(given, of));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('printing a condition', () => {
  it('gives text that reads back as the same condition', () => {
    fc.assert(
      fc.property(condition, (given) => {
        const again = read(printCondition(given));
        expect(printCondition(again)).toBe(printCondition(given));
        expect(withoutPlaces(again)).toEqual(withoutPlaces(given));
      }),
    );
  });
});

function withoutPlaces(condition: Condition): unknown {
  return JSON.parse(JSON.stringify(condition, (key, value: unknown) => (key === 'at' ? undefined : value)));
}
