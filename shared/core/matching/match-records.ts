import type { MatchKey } from '../setup/setup.js';
import type { KeyValues } from './match-keys.js';
import type { Tie } from './product-record.js';
import { sharedComponents, type Sharing } from './shared-components.js';

export interface KeyedUser {
  readonly directoryId: string;
  readonly keys: KeyValues;
}

export interface KeyedRecord {
  readonly recordId: string;
  readonly keys: KeyValues;
  /** Another setup of the tenant has tied it to somebody, for the same organization. */
  readonly isTakenElsewhere: boolean;
}

/** Users and records that share values, with everything that was decided about them before. */
export interface MatchInput {
  /** The first that fits decides. */
  readonly keys: readonly MatchKey[];
  /** Those in scope. */
  readonly users: readonly KeyedUser[];
  readonly records: readonly KeyedRecord[];
  /** Of earlier matchings, of users out of scope too. */
  readonly ties: readonly Tie[];
  /** What the operator chose and what the product answered: no user and no record is in two of them. */
  readonly choices: readonly Tie[];
  /** By user, the records that an operator released it from. */
  readonly apart: ReadonlyMap<string, ReadonlySet<string>>;
}

export type ConflictReason = 'severalUsers' | 'severalRecords' | 'takenByOtherSetup';

/** Who shares a value of a key, and why nobody is tied by it. Ids in their order. */
export interface MatchConflict {
  readonly key: MatchKey;
  readonly value: string;
  readonly reasons: readonly ConflictReason[];
  readonly directoryIds: readonly string[];
  readonly recordIds: readonly string[];
}

export interface Matching {
  /** One for a user and one for a record at most, in the order of the users. */
  readonly ties: readonly Tie[];
  readonly conflicts: readonly MatchConflict[];
}

/**
 * Ties users to records. Choices come first, then ties that there are, then the keys in their order: where a value
 * is shared by exactly one free user and one free record, these are tied; where it is shared by more, that is a
 * conflict, and nobody in it is tied by a weaker key either. The order of what is given does not matter, and what
 * shares no value, choice or tie with the rest may be matched by itself.
 */
export function matchRecords(input: MatchInput): Matching {
  const standing = new Standing(input);
  const conflicts: MatchConflict[] = [];
  for (const key of input.keys)
    for (const [value, sharing] of sharingBy(key, input, standing))
      conflicts.push(...settled(key, value, sharing, input, standing));
  const ties = [...standing.ties.values()].sort((a, b) => compare(a.directoryId, b.directoryId));
  return { ties, conflicts };
}

/** Who is tied already, and who may not be any more. */
class Standing {
  /** By user. */
  readonly ties = new Map<string, Tie>();
  readonly #records = new Set<string>();
  readonly #inConflict = new Set<string>();
  readonly #elsewhere: ReadonlySet<string>;

  constructor({ choices, ties, records, apart }: MatchInput) {
    const present = new Set(records.map(({ recordId }) => recordId));
    const elsewhere = records.filter(({ isTakenElsewhere }) => isTakenElsewhere);
    this.#elsewhere = new Set(elsewhere.map(({ recordId }) => recordId));
    for (const choice of [...choices].sort(byUser))
      if (choice.matchedBy === 'created' || present.has(choice.recordId)) this.tie(choice);
    for (const tie of [...ties].sort(byUser))
      if (present.has(tie.recordId) && apart.get(tie.directoryId)?.has(tie.recordId) !== true) this.tie(tie);
  }

  tie(tie: Tie): void {
    if (this.ties.has(tie.directoryId) || this.#records.has(tie.recordId)) return;
    this.ties.set(tie.directoryId, tie);
    this.#records.add(tie.recordId);
  }

  isFree(kind: 'user' | 'record', id: string): boolean {
    if (this.#inConflict.has(`${kind} ${id}`)) return false;
    return kind === 'user' ? !this.ties.has(id) : !this.#records.has(id);
  }

  isTakenElsewhere(recordId: string): boolean {
    return this.#elsewhere.has(recordId);
  }

  block(kind: 'user' | 'record', id: string): void {
    this.#inConflict.add(`${kind} ${id}`);
  }
}

/** Free users and records by their value of a key, where both have it, in the order of the values. */
function sharingBy(
  key: MatchKey,
  { users, records }: MatchInput,
  standing: Standing,
): (readonly [string, Sharing])[] {
  const byValue = new Map<string, { directoryIds: string[]; recordIds: string[] }>();
  for (const { directoryId, keys } of users) {
    const value = keys[key];
    if (value === null || !standing.isFree('user', directoryId)) continue;
    const known = byValue.get(value);
    if (known === undefined) byValue.set(value, { directoryIds: [directoryId], recordIds: [] });
    else known.directoryIds.push(directoryId);
  }
  for (const { recordId, keys } of records) {
    const value = keys[key];
    if (value !== null && standing.isFree('record', recordId)) byValue.get(value)?.recordIds.push(recordId);
  }
  return [...byValue].filter(([, { recordIds }]) => recordIds.length > 0).sort(([a], [b]) => compare(a, b));
}

/** Ties what is unambiguous, and answers the rest. */
function settled(
  key: MatchKey,
  value: string,
  sharing: Sharing,
  { apart }: MatchInput,
  standing: Standing,
): MatchConflict[] {
  const conflicts: MatchConflict[] = [];
  for (const { directoryIds, recordIds } of sharedComponents(sharing, apart)) {
    const [directoryId, recordId] = [directoryIds[0] ?? '', recordIds[0] ?? ''];
    const reasons: ConflictReason[] = [];
    if (directoryIds.length > 1) reasons.push('severalUsers');
    if (recordIds.length > 1) reasons.push('severalRecords');
    if (recordIds.some((id) => standing.isTakenElsewhere(id))) reasons.push('takenByOtherSetup');
    if (reasons.length === 0) {
      standing.tie({ directoryId, recordId, matchedBy: key });
      continue;
    }
    for (const id of directoryIds) standing.block('user', id);
    for (const id of recordIds) standing.block('record', id);
    conflicts.push({ key, value, reasons, directoryIds, recordIds });
  }
  return conflicts;
}

function byUser(a: Tie, b: Tie): number {
  return compare(a.directoryId, b.directoryId) || compare(a.recordId, b.recordId);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
