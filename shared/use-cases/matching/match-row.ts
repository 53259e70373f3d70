import type { MatchSubject } from '../../core/matching/match-subject.js';
import { NO_DECISION, type MatchRow } from '../../ports/matches.js';

export function nothingKnown(directoryId: string): MatchRow {
  return {
    directoryId,
    user: null,
    isSoftDeleted: false,
    tie: null,
    formerRecordId: null,
    isInConflict: false,
    decision: NO_DECISION,
  };
}

/** The row of a user as it is now; before it is matched again. */
export function rowOf(known: MatchRow | undefined, { directoryId, user, presence }: MatchSubject): MatchRow {
  const row = known ?? nothingKnown(directoryId);
  if (presence === 'gone') return goneRow(row);
  const isSoftDeleted = presence === 'softDeleted';
  return { ...row, isSoftDeleted, user: isSame(row.user, user) ? row.user : user };
}

/** A permanently deleted user has no tie; its person may show the record until another user has it. */
export function goneRow(row: MatchRow): MatchRow {
  const { directoryId, tie, formerRecordId } = row;
  return { ...nothingKnown(directoryId), formerRecordId: tie?.recordId ?? formerRecordId };
}

export function isDecided({ decision: { choice, apart, lost, recordError } }: MatchRow): boolean {
  return choice !== null || apart.length > 0 || lost !== null || recordError !== null;
}

export function isSame(before: unknown, after: unknown): boolean {
  return before === after || JSON.stringify(before) === JSON.stringify(after);
}
