import type { AttributeValue } from '../mirror-rows.js';
import { isOrder } from './condition-parts.js';
import type { Condition, ConditionValue, Operator, OrderOperator, TextOperator } from './condition.js';
import { foldCase } from './fold-case.js';
import { pointOf, startOfDay } from './point.js';

export type Predicate<Subject> = (subject: Subject) => boolean;
/** Reads what a name in a condition stands for; null or absent where there is no value. */
export type Getter<Subject> = (subject: Subject) => AttributeValue | undefined;

type Wanted = ConditionValue['value'];
type ValueTest = (value: AttributeValue | undefined) => boolean;

/**
 * A condition made ready to be asked of many: names are resolved and wanted values prepared once. Text is compared
 * without regard to case; of a list one element that fits is enough; what has no value fits nothing, so `!=` holds for
 * it. `docs/conditions.md` says more.
 */
export function compileCondition<Subject>(
  condition: Condition,
  resolve: (name: string) => Getter<Subject>,
): Predicate<Subject> {
  switch (condition.kind) {
    case 'all': {
      const parts = condition.of.map((part) => compileCondition(part, resolve));
      return (subject) => parts.every((part) => part(subject));
    }
    case 'any': {
      const parts = condition.of.map((part) => compileCondition(part, resolve));
      return (subject) => parts.some((part) => part(subject));
    }
    case 'not': {
      const part = compileCondition(condition.of, resolve);
      return (subject) => !part(subject);
    }
    case 'empty': {
      const get = resolve(condition.attribute.name);
      return (subject) => !someValue(get(subject), hasValue);
    }
    case 'compare': {
      const get = resolve(condition.attribute.name);
      const wanted = condition.values.map(({ value }) => value);
      const fits = testOf(condition.operator, wanted);
      return (subject) => someValue(get(subject), fits);
    }
  }
}

/** Empty texts, and empty elements of lists, are no values. */
function hasValue(value: AttributeValue | undefined): boolean {
  return value !== undefined && value !== null && value !== '';
}

function someValue(value: AttributeValue | undefined, test: ValueTest): boolean {
  if (Array.isArray(value))
    return (value as readonly AttributeValue[]).some((one) => hasValue(one) && test(one));
  return hasValue(value) && test(value);
}

function testOf(operator: Operator, wanted: readonly Wanted[]): ValueTest {
  if (isOrder(operator)) {
    const tests = wanted.map((one) => orderTest(operator, one));
    return (value) => tests.some((test) => test(value));
  }
  const fitsText = textTest(operator, wanted.filter((one) => typeof one === 'string').map(foldCase));
  if (operator !== '=') return (value) => isText(value) && fitsText(foldCase(String(value)));
  const exact = new Set<unknown>(wanted.filter((one) => typeof one !== 'string'));
  const numbers = new Set(wanted.filter((one) => typeof one === 'number').map(String));
  return (value) =>
    exact.has(value) || (isText(value) && (numbers.has(String(value)) || fitsText(foldCase(String(value)))));
}

function isText(value: AttributeValue | undefined): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function textTest(operator: TextOperator, wanted: readonly string[]): (text: string) => boolean {
  switch (operator) {
    case '=':
      return equalTest(wanted);
    case 'contains':
      return (text) => wanted.some((one) => text.includes(one));
    case 'startsWith':
      return (text) => wanted.some((one) => text.startsWith(one));
    case 'endsWith':
      return (text) => wanted.some((one) => text.endsWith(one));
  }
}

/** A day equals every instant within it. */
function equalTest(wanted: readonly string[]): (text: string) => boolean {
  const texts = new Set(wanted);
  const days = new Set(wanted.map(pointOf).flatMap((point) => (point?.kind === 'day' ? [point.at] : [])));
  if (days.size === 0) return (text) => texts.has(text);
  return (text) => {
    if (texts.has(text)) return true;
    const point = pointOf(text.toUpperCase());
    return point !== null && days.has(startOfDay(point.at));
  };
}

/** Days are compared with the day that an instant lies in, so that `<=` takes the whole day in. */
function orderTest(operator: OrderOperator, wanted: Wanted): ValueTest {
  if (typeof wanted === 'number')
    return (value) => typeof value === 'number' && inOrder(value, operator, wanted);
  const point = typeof wanted === 'string' ? pointOf(wanted) : null;
  if (point === null) return () => false;
  return (value) => {
    const found = typeof value === 'string' ? pointOf(value) : null;
    if (found === null) return false;
    return inOrder(point.kind === 'day' ? startOfDay(found.at) : found.at, operator, point.at);
  };
}

function inOrder(found: number, operator: OrderOperator, wanted: number): boolean {
  switch (operator) {
    case '<':
      return found < wanted;
    case '<=':
      return found <= wanted;
    case '>':
      return found > wanted;
    case '>=':
      return found >= wanted;
  }
}
