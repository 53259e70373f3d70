/**
 * A mark says which mirror rows a page was about to change; it is written before the rows and stays until what
 * depends on them was derived and written. `whole` covers everything (a full round leaves one).
 * `position` is where its consumption stands, opaque to the store; null at first.
 */
export type Mark =
  | {
      readonly kind: 'page';
      readonly markId: string;
      /** Users whose row changes. */
      readonly users: readonly string[];
      /** Of these, the users who come alive, are hidden or vanish. */
      readonly presence: readonly string[];
      /** Groups whose row or direct members change. */
      readonly groups: readonly string[];
    }
  | { readonly kind: 'whole'; readonly markId: string; readonly position: number };

/** Two marks under one id become one that covers both: a page that is read again must not narrow its mark. */
export function joinMarks(stored: Mark, added: Mark): Mark {
  if (stored.kind === 'whole' || added.kind === 'whole') {
    return { kind: 'whole', markId: stored.markId, position: 0 };
  }
  const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])];
  return {
    kind: 'page',
    markId: stored.markId,
    users: union(stored.users, added.users),
    presence: union(stored.presence, added.presence),
    groups: union(stored.groups, added.groups),
  };
}
