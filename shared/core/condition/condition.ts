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

/** Compare text without regard to case; `=` also compares numbers and truth. */
export type TextOperator = '=' | 'contains' | 'startsWith' | 'endsWith';
/** Compare numbers with a number, and days and instants with one: the value is a number or text that is a day or an instant. */
export type OrderOperator = '<' | '<=' | '>' | '>=';
export type Operator = TextOperator | OrderOperator;

/** Where something stands in the text: 0 is its first character. */
export interface AttributeName {
  /** As Graph names it, a dot before what lies within: `employeeOrgData.costCenter`. */
  readonly name: string;
  readonly at: number;
}

export interface ConditionValue {
  readonly value: string | number | boolean;
  readonly at: number;
}

/** What is wrong with the text of a condition, and where. */
export interface ConditionFault {
  /** Number of characters before the place. */
  readonly at: number;
  /** A sentence. */
  readonly message: string;
}
