import type { AttributeValue } from '../mirror-rows.js';
import type { Condition, ConditionValue, Operator } from './condition.js';

type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

/**
 * Whether a condition holds for the attributes of a person. Text is compared without regard to case; of a list one
 * element that fits is enough; what has no value fits nothing, so `!=` holds for it.
 */
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
    case 'compare': {
      const found = valuesOf(attributes, condition.attribute.name);
      const wanted = condition.values.map(({ value }) => value);
      return found.some((value) => wanted.some((want) => fits(value, condition.operator, want)));
    }
  }
}

/** What the attribute holds: nothing, one value, or the elements of a list; empty texts are nothing. */
function valuesOf(attributes: Attributes, name: string): readonly AttributeValue[] {
  const value = valueAt(attributes, name.split('.'));
  const values: readonly (AttributeValue | undefined)[] = Array.isArray(value) ? value : [value];
  return values.filter((one): one is AttributeValue => one !== undefined && one !== null && one !== '');
}

function valueAt(attributes: Attributes, [first = '', ...rest]: readonly string[]): unknown {
  const value = Object.hasOwn(attributes, first) ? attributes[first] : undefined;
  if (rest.length === 0 || value === null || typeof value !== 'object' || Array.isArray(value))
    return rest.length === 0 ? value : undefined;
  return valueAt(value as Attributes, rest);
}

function fits(value: AttributeValue, operator: Operator, wanted: ConditionValue['value']): boolean {
  if (typeof wanted === 'boolean') return operator === '=' && value === wanted;
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const [text, want] = [folded(String(value)), folded(wanted)];
  switch (operator) {
    case '=':
      return text === want;
    case 'contains':
      return text.includes(want);
    case 'startsWith':
      return text.startsWith(want);
    case 'endsWith':
      return text.endsWith(want);
  }
}

/** Letters that look alike are composed alike; accents count. */
function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
