import { recordKeys, userKeys, type KeyValues } from '../../core/matching/match-keys.js';
import type { KeyedRecord } from '../../core/matching/match-input.js';
import type { ProductRecord } from '../../core/matching/product-record.js';
import { MATCH_KEYS } from '../../core/setup/setup.js';
import type { MatchIndexEntry, MatchRow } from '../../ports/matches.js';

/** What users and records are found by: each value of a key, and the record of a tie or a choice. */
export function userEntries(row: MatchRow): MatchIndexEntry[] {
  return valuesOfUser(row).map((value) => ({ value, kind: 'user', id: row.directoryId }));
}

export function recordEntries({ recordId, keys }: KeyedRecord): MatchIndexEntry[] {
  return valuesOfKeys(keys).map((value) => ({ value, kind: 'record', id: recordId }));
}

export function valuesOfUser(row: MatchRow): string[] {
  const keys = row.user === null ? [] : valuesOfKeys(userKeys(row.user));
  return [...keys, ...recordsOf(row).map(tieValue)];
}

/** Every record that a user has, had, or was to have. */
export function recordsOf({ tie, formerRecordId, decision: { choice, lost } }: MatchRow): string[] {
  const ids = [tie?.recordId, formerRecordId, choice?.recordId, lost];
  return [...new Set(ids.filter((id) => typeof id === 'string'))];
}

export function valuesOfRecord(record: ProductRecord): string[] {
  return [...valuesOfKeys(recordKeys(record)), tieValue(record.recordId)];
}

/** What users are found by who are or were tied to a record. */
export function tieValue(recordId: string): string {
  return `tie ${recordId}`;
}

/** Addresses are entered alike, whichever key they are of: the index may find more than there is. */
function valuesOfKeys(keys: KeyValues): string[] {
  const values = MATCH_KEYS.flatMap((key) =>
    keys[key].map((value) => `${key === 'alias' ? 'mail' : key} ${value}`),
  );
  return [...new Set(values)];
}
