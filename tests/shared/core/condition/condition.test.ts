import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition, ConditionFault } from '../../../../shared/core/condition/condition.js';
import { holds } from '../../../../shared/core/condition/evaluate-condition.js';
import { LONGEST_CONDITION, parseCondition } from '../../../../shared/core/condition/parse-condition.js';
import { printCondition } from '../../../../shared/core/condition/print-condition.js';

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

const ADA = {
  displayName: 'Ada Lovelace',
  department: 'Sales',
  country: 'DK',
  accountEnabled: true,
  businessPhones: ['+45 12 34 56 78', '+45 99'],
  employeeOrgData: { costCenter: '4711', division: null },
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
    ['employeeOrgData.costCenter.deeper is empty', true],
    ['companyName is empty', true],
    ['companyName != "Contoso"', true],
    ['department is not empty', true],
    ['accountEnabled = true', true],
    ['accountEnabled = false', false],
    ['accountEnabled = "true"', false],
    ['nothingOfTheKind = "x"', false],
    ['constructor is empty', true],
  ])('%s, for Ada: %s', (text, truth) => {
    expect(holds(read(text), ADA)).toBe(truth);
  });

  it('composes letters alike, and tells accents apart', () => {
    expect(holds(read('department = "Caf\u00e9"'), { department: 'Cafe\u0301' })).toBe(true);
    expect(holds(read('department = "Cafe"'), { department: 'Caf\u00e9' })).toBe(false);
  });

  it('has words as part of names, and of texts', () => {
    expect(
      holds(read('orderly = "not" and island = "in and out"'), { orderly: 'not', island: 'In and Out' }),
    ).toBe(true);
  });
});

describe('a text that is no condition', () => {
  it.each<[string, number, string]>([
    ['', 0, 'The condition is empty.'],
    ['department', 10, 'Expected'],
    ['department is "Sales"', 14, 'Expected empty or not.'],
    ['department = Sales', 13, 'Expected a value: "text", true or false.'],
    ['department = "Sales', 13, 'Expected a value: "text", true or false.'],
    ['department = "Sales" country = "DK"', 21, 'Expected end of input, or, or and.'],
    ['(department = "Sales"', 21, 'Expected ")".'],
    ['and = "x"', 0, 'Expected an attribute, "(", or not.'],
    ['country in ()', 12, 'Expected a value: "text", true or false.'],
  ])('%s is refused at its place', (text, at, message) => {
    const fault = faultOf(text);
    expect(fault.at).toBe(at);
    expect(fault.message).toContain(message);
  });

  it('is refused without going into its depth or length', () => {
    expect(faultOf(`${'('.repeat(60)}a = "x"${')'.repeat(60)}`)).toMatchObject({ at: 50 });
    expect(faultOf(`${'not '.repeat(2_000)}a = "x"`)).toMatchObject({ at: 400 });
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

describe('printing a condition', () => {
  const attribute = fc
    .constantFrom('department', 'country', 'a.b', 'nothing')
    .map((name) => ({ name, at: 0 }));
  const value = fc.oneof(fc.string(), fc.boolean()).map((one) => ({ value: one, at: 0 }));
  const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.record({ kind: fc.constant('empty' as const), attribute }),
      fc.record({
        kind: fc.constant('compare' as const),
        attribute,
        operator: fc.constantFrom(
          '=' as const,
          'contains' as const,
          'startsWith' as const,
          'endsWith' as const,
        ),
        values: fc.tuple(value),
      }),
      fc.record({
        kind: fc.constant('compare' as const),
        attribute,
        operator: fc.constant('=' as const),
        values: fc.array(value, { minLength: 2, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not' as const), of: tie('condition') }),
      fc.record({
        kind: fc.constantFrom('all' as const, 'any' as const),
        of: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
      }),
    ),
  }));

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
