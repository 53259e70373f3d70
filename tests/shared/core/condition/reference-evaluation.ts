import type { Condition, ConditionValue, Operator } from '../../../../shared/core/condition/condition.js';
import type { AttributeValue } from '../../../../shared/core/mirror-rows.js';

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** What a condition means, said as plainly as can be, value by value: what is compiled must agree with it. */
export function holds(condition: Condition, attributes: Attributes): boolean {
  switch (condition.kind) {
    case 'all':
      return condition.of.every((part) => holds(part, attributes));
    case 'any':
      return condition.of.some((part) => holds(part, attributes));
    case 'not':
      return !holds(condition.of, attributes);
    case 'empty':
      return valuesOf(attributes, condition.attribute.name).length === 0;
    case 'compare':
      return valuesOf(attributes, condition.attribute.name).some((value) =>
        condition.values.some(({ value: wanted }) => fits(value, condition.operator, wanted)),
      );
  }
}

function valuesOf(attributes: Attributes, name: string): readonly AttributeValue[] {
  const value = attributes[name] ?? null;
  const values: readonly AttributeValue[] = Array.isArray(value) ? value : [value];
  return values.filter((one) => one !== null && one !== '');
}

function fits(value: AttributeValue, operator: Operator, wanted: ConditionValue['value']): boolean {
  if (typeof value === 'object') return false;
  const [text, want] = [folded(String(value)), folded(String(wanted))];
  switch (operator) {
    case '=':
      if (typeof value === 'boolean' || typeof wanted === 'boolean') return value === wanted;
      if (text === want) return true;
      return typeof wanted === 'string' && isDay(wanted) && moment(value) !== null && day(value) === wanted;
    case 'contains':
      return typeof value !== 'boolean' && text.includes(want);
    case 'startsWith':
      return typeof value !== 'boolean' && text.startsWith(want);
    case 'endsWith':
      return typeof value !== 'boolean' && text.endsWith(want);
    default:
      return inOrder(value, operator, wanted);
  }
}

function inOrder(
  value: string | number | boolean,
  operator: '<' | '<=' | '>' | '>=',
  wanted: ConditionValue['value'],
): boolean {
  if (typeof wanted === 'number') return typeof value === 'number' && ordered(value, operator, wanted);
  if (moment(value) === null) return false;
  return typeof wanted === 'string' && isDay(wanted)
    ? ordered(day(value), operator, wanted)
    : ordered(moment(value)!, operator, moment(wanted)!);
}

function ordered<Value extends string | number>(a: Value, operator: string, b: Value): boolean {
  return { '<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b }[operator]!;
}

const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text);

function moment(value: ConditionValue['value']): number | null {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(value)) return null;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at;
}

function day(value: ConditionValue['value']): string {
  return new Date(moment(value)!).toISOString().slice(0, 10);
}

function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
