import type { Condition, ConditionValue } from './condition.js';

/** The condition as text that reads back as the same condition, with no more parentheses than needed. */
export function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'any':
      return condition.of.map((part) => inParentheses(part, part.kind === 'any')).join(' or ');
    case 'all':
      return condition.of
        .map((part) => inParentheses(part, part.kind === 'any' || part.kind === 'all'))
        .join(' and ');
    case 'not':
      return `not ${inParentheses(condition.of, condition.of.kind === 'any' || condition.of.kind === 'all')}`;
    case 'empty':
      return `${condition.attribute.name} is empty`;
    case 'compare': {
      const { attribute, operator, values } = condition;
      const printed = values.map(({ value }) => printValue(value));
      return printed.length === 1
        ? `${attribute.name} ${operator} ${printed.join()}`
        : `${attribute.name} in (${printed.join(', ')})`;
    }
  }
}

function inParentheses(part: Condition, needed: boolean): string {
  const text = printCondition(part);
  return needed ? `(${text})` : text;
}

function printValue(value: ConditionValue['value']): string {
  return typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : String(value);
}
