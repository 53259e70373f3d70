import type { Resource } from '../resource.js';

/** What differs between the mirror and the directory, as one look saw it: it may lag only. */
export interface Suspect {
  /** Whose reading tells it, if it is no lag. */
  readonly resource: Resource;
  /** The resource's count, or one object. */
  readonly subject: { readonly kind: 'count' } | { readonly kind: 'user' | 'group'; readonly id: string };
  /** Names of attributes, `memberOf`, `members`, `presence` or `count`. */
  readonly differs: readonly string[];
}

/** Where the check of one tenant against its directory stands. Instants in ISO 8601 UTC. */
export interface DriftCheck {
  /** The last first look. */
  readonly checkedAt: string | null;
  /** Behind which object the next sample begins, opaque; null from the beginning. */
  readonly positions: Readonly<Record<Resource, string | null>>;
  /** What the last first look saw and a second one is to look at. */
  readonly suspects: readonly Suspect[];
  /** The last drift that two looks agreed on, and how many objects and counts it concerned; null where none ever was. */
  readonly found: { readonly at: string; readonly suspects: number } | null;
  /** When each resource was last asked to be read anew because of drift. */
  readonly repairs: Readonly<Record<Resource, string | null>>;
}

export const NEVER_CHECKED: DriftCheck = {
  checkedAt: null,
  positions: { users: null, groups: null },
  suspects: [],
  found: null,
  repairs: { users: null, groups: null },
};

/**
 * So long after the first look comes the second: longer than replicas lag, so that what differs still was missed.
 * Between both the changes are read.
 */
export const SECOND_LOOK_AFTER_MS = 10 * 60_000;

/** Reading anew costs much, and what it does not mend it will not mend tomorrow. */
const REPAIR_AGAIN_AFTER_MS = 7 * 24 * 60 * 60_000;

/** The suspects of the second look that the first one saw too. */
export function confirmed(first: readonly Suspect[], second: readonly Suspect[]): Suspect[] {
  return second.flatMap((suspect) => {
    const before = first.find((known) => isSame(known, suspect));
    const differs = suspect.differs.filter((name) => before?.differs.includes(name) === true);
    return differs.length === 0 ? [] : [{ ...suspect, differs }];
  });
}

function isSame(a: Suspect, b: Suspect): boolean {
  return a.resource === b.resource && JSON.stringify(a.subject) === JSON.stringify(b.subject);
}

/** The resources to be read anew because of this drift. @param now epoch milliseconds */
export function toRepair(
  drift: readonly Suspect[],
  { repairs }: Pick<DriftCheck, 'repairs'>,
  now: number,
): Resource[] {
  return [...new Set(drift.map(({ resource }) => resource))].filter((resource) => {
    const last = repairs[resource];
    return last === null || now - Date.parse(last) >= REPAIR_AGAIN_AFTER_MS;
  });
}

/** How many users and groups may be looked at with so many requests: each takes two, and the counts one each. */
export function sampleSizes(requests: number): Readonly<Record<Resource, number>> {
  const objects = Math.max(0, Math.floor((requests - 2) / 2));
  return { users: Math.ceil(objects / 2), groups: Math.floor(objects / 2) };
}
