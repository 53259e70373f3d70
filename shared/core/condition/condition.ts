/**
 * A condition over the attributes of a person: the one language of filters, rules and segments.
 * `docs/conditions.md` explains it by examples.
 */
export type Condition =
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'empty'; readonly attribute: AttributeName }
  | {
      readonly kind: 'compare';
      readonly attribute: AttributeName;
      readonly operator: Operator;
      /** The attribute fits if it fits one of them; never none. */
      readonly values: readonly ConditionValue[];
    };

export const OPERATORS = ['=', 'contains', 'startsWith', 'endsWith'] as const;
export type Operator = (typeof OPERATORS)[number];

/** Where something stands in the text: 0 is its first character. */
export interface AttributeName {
  /** As Graph names it, a dot before what lies within: `employeeOrgData.costCenter`. */
  readonly name: string;
  readonly at: number;
}

export interface ConditionValue {
  readonly value: string | boolean;
  readonly at: number;
}

/** What is wrong with the text of a condition, and where. */
export interface ConditionFault {
  /** Number of characters before the place. */
  readonly at: number;
  /** A sentence. */
  readonly message: string;
}
