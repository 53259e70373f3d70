import type { Edge } from './mirror-rows.js';

/**
 * Memberships that an answer of Graph did not name. The answer has no version: it may come from a replica that lags, so
 * that they are kept and asked for again once every replica has caught up.
 */
export interface EdgeDoubt {
  /** What was asked: the groups of a user or of a group, or the members of a group. */
  readonly asked: 'groupsOfUser' | 'groupsOfGroup' | 'membersOfGroup';
  /** Whose. */
  readonly id: string;
  readonly denied: readonly Edge[];
  /** When it was asked, ISO 8601 UTC. */
  readonly since: string;
}

/** Of the memberships that are denied now, those that were denied before as well. */
export function deniedTwice(doubt: EdgeDoubt, denied: readonly Edge[]): readonly Edge[] {
  const before = new Set(doubt.denied.map(textOf));
  return denied.filter((edge) => before.has(textOf(edge)));
}

/** @param now epoch milliseconds @param lagMs how long a replica may lag */
export function mayBeAskedAgain({ since }: EdgeDoubt, now: number, lagMs: number): boolean {
  const passedMs = now - Date.parse(since);
  // One of a time to come was written by a clock that was wrong.
  return passedMs >= lagMs || passedMs < 0;
}

function textOf({ groupId, memberId }: Edge): string {
  return `${groupId} ${memberId}`;
}
