import type { SetupDocument } from './setup.js';

/** Characters that the conditions of a setup have together, 64 KiB: each of them is asked of every person. */
export const MOST_CONDITION_CHARACTERS = 65_536;

/** The text of a condition, where a document names it. */
export interface NamedCondition {
  /** `grants[3].source.where`. */
  readonly path: string;
  readonly text: string;
}

/** Every condition of the document: of its scope, its grants and its segments. */
export function conditionsNamed({ scope, grants, segments }: SetupDocument): readonly NamedCondition[] {
  return [
    ...(scope.filter === null ? [] : [{ path: 'scope.filter', text: scope.filter }]),
    ...grants.flatMap(({ source }, index) =>
      source.kind === 'rule' ? [{ path: `grants[${index}].source.where`, text: source.where }] : [],
    ),
    ...segments.rules.map(({ where }, index) => ({ path: `segments.rules[${index}].where`, text: where })),
  ];
}

/** The first condition with which they are too long together; null if they are not. */
export function firstBeyondMost(conditions: readonly NamedCondition[]): NamedCondition | null {
  let characters = 0;
  for (const condition of conditions) {
    characters += condition.text.length;
    if (characters > MOST_CONDITION_CHARACTERS) return condition;
  }
  return null;
}
