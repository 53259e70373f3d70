/** Why nobody was made a person although in scope: an operator has to choose first, or no record was found. */
export type Unmatched = 'conflict' | 'noRecord';

/** What decides it, besides scope. */
export interface MatchedSoFar {
  /** As the setup says. */
  readonly create: boolean;
  readonly previous: { readonly status: 'active' | 'disabled' | 'removed' } | null;
  readonly isTied: boolean;
  /** It fits several records, or several fit it. */
  readonly isInConflict: boolean;
}

/** As the derivation decides it; null for who is a person or becomes one. */
export function unmatchedOf({ create, previous, isTied, isInConflict }: MatchedSoFar): Unmatched | null {
  const isThere = previous !== null && previous.status !== 'removed';
  if (isInConflict && !isThere) return 'conflict';
  return isThere || isTied || create ? null : 'noRecord';
}
