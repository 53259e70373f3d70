import { recordKeys, userKeys } from '../../core/matching/match-keys.js';
import { isBlocking, type MatchConflict } from '../../core/matching/match-conflict.js';
import type { KeyedRecord } from '../../core/matching/match-input.js';
import { matchRecordsStepwise, type Matching } from '../../core/matching/match-records.js';
import type { ProductRecord, Tie } from '../../core/matching/product-record.js';
import type { MatchKey } from '../../core/setup/setup.js';
import type { Stepwise } from '../../core/stepwise.js';
import type { MatchRow } from '../../ports/matches.js';

/** Ids of each side that a conflict names. */
const MOST_IDS = 1_000;

/** Records of the organization. */
export interface Elsewhere {
  /** Those that another setup has. */
  readonly taken: ReadonlySet<string>;
  /** Those that another setup would have, were they free. */
  readonly wanted: ReadonlySet<string>;
}

/** Matches the users of these rows, as they stand now, with these records. */
export function matchRows(
  keys: readonly MatchKey[],
  rows: Iterable<MatchRow>,
  records: readonly KeyedRecord[],
  { taken: takenElsewhere, wanted: wantedElsewhere }: Elsewhere,
): Stepwise<Matching> {
  const [ties, choices]: [Tie[], Tie[]] = [[], []];
  const users = [];
  const apart = new Map<string, ReadonlySet<string>>();
  const softDeleted = new Set<string>();
  const lost = new Map<string, string>();
  for (const { directoryId, user, isSoftDeleted, tie, decision } of rows) {
    if (isSoftDeleted) softDeleted.add(directoryId);
    if (decision.lost !== null) lost.set(directoryId, decision.lost);
    if (user !== null) users.push({ directoryId, keys: userKeys(user) });
    if (tie !== null && isOfKey(tie)) ties.push(tie);
    if (decision.choice !== null) choices.push({ directoryId, ...decision.choice });
    if (decision.apart.length > 0) apart.set(directoryId, new Set(decision.apart));
  }
  return matchRecordsStepwise({
    ...{ keys, users, records, ties, choices, apart },
    ...{ softDeleted, lost, takenElsewhere, wantedElsewhere },
  });
}

export function keyedRecord(record: ProductRecord): KeyedRecord {
  return { recordId: record.recordId, keys: recordKeys(record) };
}

/** The rows as the matching leaves them. */
export function* rowsAfter(
  rows: Iterable<MatchRow>,
  { ties, conflicts }: Matching,
  { taken }: Elsewhere,
): Iterable<MatchRow> {
  const tieOf = new Map(ties.map((tie) => [tie.directoryId, tie]));
  const inConflict = new Set(conflicts.filter(isBlocking).flatMap(({ directoryIds }) => directoryIds));
  const tied = new Set(ties.map(({ recordId }) => recordId));
  for (const row of rows) {
    const { directoryId } = row;
    const tie = tieOf.get(directoryId) ?? null;
    const former = tie !== null || row.user !== null ? null : (row.tie?.recordId ?? row.formerRecordId);
    const isOthers = former !== null && (tied.has(former) || taken.has(former));
    const isTheirs = former !== null && !isOthers && !row.decision.apart.includes(former);
    yield {
      ...row,
      tie,
      formerRecordId: isTheirs ? former : null,
      isInConflict: inConflict.has(directoryId),
    };
  }
}

/** Whether two rows tell the people of a setup different things. */
export function standsOtherwise(before: MatchRow | undefined, after: MatchRow): boolean {
  return (
    before?.tie?.recordId !== after.tie?.recordId ||
    before?.tie?.matchedBy !== after.tie?.matchedBy ||
    (before?.formerRecordId ?? null) !== after.formerRecordId ||
    (before?.isInConflict ?? false) !== after.isInConflict ||
    (before?.decision.recordError ?? null) !== after.decision.recordError
  );
}

/** A conflict as it is kept: with the first ids of many. */
export function keptConflict({ directoryIds, recordIds, ...conflict }: MatchConflict): MatchConflict {
  return {
    ...conflict,
    directoryIds: directoryIds.slice(0, MOST_IDS),
    recordIds: recordIds.slice(0, MOST_IDS),
  };
}

/** By what conflicts are known apart. */
export function conflictName({ key, value, directoryIds }: Omit<MatchConflict, 'recordIds' | 'reasons'>) {
  return JSON.stringify([key, value, directoryIds[0]]);
}

/** What a choice left behind is no tie by itself once the choice is gone. */
function isOfKey({ matchedBy }: Tie): boolean {
  return matchedBy !== 'chosen' && matchedBy !== 'created';
}
