/** What a page was about to change. Ids, each at most once. */
export interface Touched {
  /** Users whose row changes. */
  readonly users: readonly string[];
  /** Of these, the users who come alive, are hidden or vanish. */
  readonly presence: readonly string[];
  /** Groups whose row or direct members change. */
  readonly groups: readonly string[];
  /** Of these, the groups that come alive, are hidden or vanish, or begin or cease to hide their members. */
  readonly groupPresence: readonly string[];
  /** Users who become or cease to be a direct member of some group. */
  readonly memberUsers: readonly string[];
  /** Groups that become or cease to be a direct member of some group. */
  readonly memberGroups: readonly string[];
}

export const NOTHING_TOUCHED: Touched = {
  users: [],
  presence: [],
  groups: [],
  groupPresence: [],
  memberUsers: [],
  memberGroups: [],
};

export const TOUCHED = Object.keys(NOTHING_TOUCHED) as readonly (keyof Touched)[];

/**
 * A mark says which mirror rows a page was about to change; it is written before the rows and stays until what
 * depends on them was derived and written. `whole` covers everything (a full round leaves one); `setup` covers the
 * people of one setup, whose definition changed.
 * `position` is where its consumption stands, opaque to the store; 0 at first.
 */
export type Mark =
  | ({ readonly kind: 'page'; readonly markId: string } & Touched)
  | { readonly kind: 'whole'; readonly markId: string; readonly position: number }
  | { readonly kind: 'setup'; readonly markId: string; readonly setupId: string; readonly position: number };

/** Of the mark by which a setup is removed; the others of a setup are those of its definition. */
export function removalMarkId(setupId: string): string {
  return `removing:${setupId}`;
}

/** The marks that are consumed stretch by stretch, and remember how far. */
export type LongMark = Exclude<Mark, { kind: 'page' }>;

/** Two marks under one id become one that covers both: a page that is read again must not narrow its mark. */
export function joinMarks(stored: Mark, added: Mark): Mark {
  if (stored.kind === 'page' && added.kind === 'page')
    return { kind: 'page', markId: stored.markId, ...joinTouched(stored, added) };
  if (stored.kind === 'setup' && added.kind === 'setup' && stored.setupId === added.setupId)
    return { ...stored, position: 0 };
  return { kind: 'whole', markId: stored.markId, position: 0 };
}

export function joinTouched(a: Touched, b: Touched): Touched {
  const union = (name: keyof Touched): [string, string[]] => [name, [...new Set([...a[name], ...b[name]])]];
  return Object.fromEntries(TOUCHED.map(union)) as unknown as Touched;
}

export function touchesNothing(touched: Touched): boolean {
  return TOUCHED.every((name) => touched[name].length === 0);
}
