import type { PersonFacts } from './facts.js';
import type { OutReason, Presented } from './presented.js';

/** What a setup makes of a user whose row of the mirror leaves out values that are too large for it. */
export interface ReadingOfUser {
  readonly presented: Presented;
  /** Attributes that the setup reads and whose values are not known. */
  readonly unread: readonly string[];
  /** Whether the user is in scope depends on them, or what it is given: it stays as it was. */
  readonly isUndecided: boolean;
}

/** Which attributes decide whether somebody is out for that reason; null where any may. */
const DECIDED_BY: Readonly<Record<OutReason, readonly string[] | null>> = {
  notInDirectory: [],
  deletedInDirectory: [],
  outsideScope: [],
  excluded: [],
  disabled: ['accountEnabled'],
  guest: ['userType'],
  filtered: null,
  otherConnection: null,
};

/** Nothing is said of the user, so that nothing comes of it. */
const UNDECIDED: Presented = { kind: 'out', reason: 'filtered', hostsOf: [], profile: null };

/**
 * A value that is not known neither lets anybody in or out nor clears what is published.
 *
 * @param attributes what the setup reads of users, by their names in Graph
 */
export function readingOfUser(
  presented: Presented,
  { user }: PersonFacts,
  attributes: readonly string[],
): ReadingOfUser {
  const unread = (user?.tooLarge ?? []).filter((name) => attributes.includes(name));
  if (unread.length === 0) return { presented, unread, isUndecided: false };
  if (presented.kind === 'in') return { presented: UNDECIDED, unread, isUndecided: true };
  const decidedBy = DECIDED_BY[presented.reason];
  const isDecided = decidedBy?.every((name) => !unread.includes(name)) === true;
  return isDecided
    ? { presented: { ...presented, profile: null }, unread, isUndecided: false }
    : { presented: UNDECIDED, unread, isUndecided: true };
}
