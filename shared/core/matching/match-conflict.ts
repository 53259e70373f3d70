import type { MatchKey } from '../setup/setup.js';

/**
 * severalUsers, severalRecords: more than one shares the value; takenByOtherSetup: another setup of the organization
 * has the record; recordOfDeletedUser: a user in deleted items has it, who may be restored; recordMoved: it was given
 * to somebody else while the user was deleted; wantedByOtherSetup: somebody of another setup of the organization would
 * be tied to it, too.
 */
export const CONFLICT_REASONS = [
  'severalUsers',
  'severalRecords',
  'takenByOtherSetup',
  'recordOfDeletedUser',
  'recordMoved',
  'wantedByOtherSetup',
] as const;
export type ConflictReason = (typeof CONFLICT_REASONS)[number];

/** Why nobody is tied, or who else would be. Ids in their order. */
export interface MatchConflict {
  /** By which key the value is shared; `record` if the conflict is about one record, whatever the keys say. */
  readonly key: MatchKey | 'record';
  /** As it is compared; the record's id for `record`. */
  readonly value: string;
  readonly reasons: readonly ConflictReason[];
  readonly directoryIds: readonly string[];
  readonly recordIds: readonly string[];
}

/** What is known of records beside who shares a value of theirs. */
export interface RecordsTaken {
  isTakenElsewhere(recordId: string): boolean;
  /** Somebody is tied to it. */
  isTied(recordId: string): boolean;
}

/** Returns why these users and records cannot be tied; null for one of each that can. */
export function conflictOf(
  shared: Omit<MatchConflict, 'reasons'>,
  records: RecordsTaken,
): MatchConflict | null {
  const { directoryIds, recordIds } = shared;
  const reasons: ConflictReason[] = [];
  if (directoryIds.length > 1) reasons.push('severalUsers');
  if (recordIds.length > 1) reasons.push('severalRecords');
  if (recordIds.some((id) => records.isTakenElsewhere(id))) reasons.push('takenByOtherSetup');
  // Of the records that are tied only those of deleted users are looked at.
  if (recordIds.some((id) => records.isTied(id))) reasons.push('recordOfDeletedUser');
  return reasons.length === 0 ? null : { ...shared, reasons };
}

/** Whether its users wait for an operator; whoever has the record that another setup wants does not. */
export function isBlocking({ reasons }: Pick<MatchConflict, 'reasons'>): boolean {
  return reasons.some((reason) => reason !== 'wantedByOtherSetup');
}
