import type { AttributeName, Condition, OrderOperator } from './condition.js';

export type Comparison = Extract<Condition, { kind: 'compare' }>;

const ORDER_OPERATORS: readonly string[] = ['<', '<=', '>', '>='] satisfies readonly OrderOperator[];

export function isOrder(operator: string): operator is OrderOperator {
  return ORDER_OPERATORS.includes(operator);
}

/** Every comparison within, in the order of the text. */
export function comparisonsOf(condition: Condition): readonly Comparison[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.flatMap(comparisonsOf);
    case 'not':
      return comparisonsOf(condition.of);
    case 'empty':
      return [];
    case 'compare':
      return [condition];
  }
}

/** Every name within, in the order of the text, repeated where it is. */
export function namesOf(condition: Condition): readonly AttributeName[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.flatMap(namesOf);
    case 'not':
      return namesOf(condition.of);
    case 'empty':
    case 'compare':
      return [condition.attribute];
  }
}
