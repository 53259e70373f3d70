/** A group, and a place in its list of members. */
export interface PlaceInGroup {
  readonly groupId: string;
  /** Null for its beginning. */
  readonly after: string | null;
}

/** Where a list of the people beneath a group goes on. */
export interface TransitivePosition extends PlaceInGroup {
  /** The groups beneath the list's own, so that they need not be found again; null if they are not known, or too many. */
  readonly beneath: readonly string[] | null;
}

/** Characters of a position: a link holds 4,000, and writes four for three of these. */
const LONGEST = 2_600;
const ID = /^[0-9A-Za-z-]{1,64}$/;

export function positionText({ groupId, after, beneath }: TransitivePosition): string {
  const whole = JSON.stringify([groupId, after, beneath]);
  return whole.length <= LONGEST ? whole : JSON.stringify([groupId, after, null]);
}

/** Null for what is no position. */
export function readPosition(text: string): TransitivePosition | null {
  const [groupId, after, beneath] = partsOf(text);
  if (!isId(groupId) || !(after === null || typeof after === 'string')) return null;
  if (beneath === null) return { groupId, after, beneath };
  if (!Array.isArray(beneath)) return null;
  const ids: readonly unknown[] = beneath;
  return ids.every(isId) ? { groupId, after, beneath: ids } : null;
}

function partsOf(text: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}
