import type { MatchKey } from '../setup/setup.js';
import { inOneGo, StepCounter, type Stepwise } from '../stepwise.js';
import { conflictOf, type MatchConflict } from './match-conflict.js';
import type { MatchInput } from './match-input.js';
import { MatchStanding } from './match-standing.js';
import type { Tie } from './product-record.js';
import { sharedComponents, type Sharing } from './shared-components.js';

export interface Matching {
  /** One for a user and one for a record at most, in the order of the users. */
  readonly ties: readonly Tie[];
  readonly conflicts: readonly MatchConflict[];
}

/**
 * Ties users to records. Choices come first, then ties that there are, then the keys in their order: a value that is
 * shared by exactly one free user and one free record ties the two; what more share is a conflict, and nobody in it is
 * tied by a weaker key either. The order of what is given does not matter, and what shares no value, choice or tie
 * with the rest may be matched by itself.
 */
export function matchRecords(input: MatchInput): Matching {
  return inOneGo(matchRecordsStepwise(input));
}

/** As `matchRecords`: with 50,000 users and records it takes more than a second. */
export function* matchRecordsStepwise(input: MatchInput): Stepwise<Matching> {
  const standing = new MatchStanding(input);
  const conflicts: MatchConflict[] = [...standing.refusedChoices];
  for (const key of input.keys) {
    yield;
    const ofKey = yield* matchBy(key, input, standing);
    for (const conflict of ofKey) conflicts.push(conflict);
  }
  yield;
  const { allTies } = standing;
  for (const conflict of movedRecords(input, standing)) conflicts.push(conflict);
  for (const conflict of wantedRecords(input, allTies)) conflicts.push(conflict);
  return { ties: allTies, conflicts };
}

/** Ties what is unambiguous, and returns the rest. */
function* matchBy(key: MatchKey, input: MatchInput, standing: MatchStanding): Stepwise<MatchConflict[]> {
  const conflicts: MatchConflict[] = [];
  const counter = new StepCounter();
  const sharing = yield* sharingBy(key, input, standing);
  for (const { value, directoryIds, recordIds } of yield* sharedComponents(sharing, input.apart)) {
    if (counter.endsStep()) yield;
    const conflict = conflictOf({ key, value, directoryIds, recordIds }, standing);
    if (conflict === null) {
      standing.tie({ directoryId: directoryIds[0] ?? '', recordId: recordIds[0] ?? '', matchedBy: key });
      continue;
    }
    standing.block(conflict);
    conflicts.push(conflict);
  }
  return conflicts;
}

/** Free users by their values of a key, with the records that have them and could still be anybody's. */
function* sharingBy(
  key: MatchKey,
  { users, records }: MatchInput,
  standing: MatchStanding,
): Stepwise<Map<string, Sharing>> {
  const counter = new StepCounter();
  const byValue = new Map<string, { directoryIds: string[]; recordIds: string[] }>();
  for (const { recordId, keys } of records) {
    if (counter.endsStep()) yield;
    if (!standing.isOpenRecord(recordId)) continue;
    for (const value of keys[key]) {
      const known = byValue.get(value);
      if (known === undefined) byValue.set(value, { directoryIds: [], recordIds: [recordId] });
      else known.recordIds.push(recordId);
    }
  }
  for (const { directoryId, keys } of users) {
    if (counter.endsStep()) yield;
    if (!standing.isFreeUser(directoryId)) continue;
    for (const value of keys[key]) byValue.get(value)?.directoryIds.push(directoryId);
  }
  return byValue;
}

/** Whoever came back without the record that somebody else has since is an operator's to decide. */
function movedRecords({ users, apart, lost }: MatchInput, standing: MatchStanding): MatchConflict[] {
  const ids = users.map(({ directoryId }) => directoryId).sort();
  return ids.flatMap((directoryId) => {
    const recordId = lost.get(directoryId);
    if (recordId === undefined || apart.get(directoryId)?.has(recordId) === true) return [];
    if (!standing.isFreeUser(directoryId) || !standing.isTied(recordId)) return [];
    return [aboutRecord(recordId, directoryId, 'recordMoved')];
  });
}

function wantedRecords({ wantedElsewhere }: MatchInput, allTies: readonly Tie[]): MatchConflict[] {
  return allTies
    .filter(({ recordId }) => wantedElsewhere.has(recordId))
    .map(({ recordId, directoryId }) => aboutRecord(recordId, directoryId, 'wantedByOtherSetup'));
}

function aboutRecord(
  recordId: string,
  directoryId: string,
  reason: MatchConflict['reasons'][number],
): MatchConflict {
  const ids = { directoryIds: [directoryId], recordIds: [recordId] };
  return { key: 'record', value: recordId, reasons: [reason], ...ids };
}
