import type { MatchKey } from '../setup/setup.js';
import type { KeyValues } from './match-keys.js';
import type { Tie } from './product-record.js';

export interface KeyedUser {
  readonly directoryId: string;
  readonly keys: KeyValues;
}

export interface KeyedRecord {
  readonly recordId: string;
  readonly keys: KeyValues;
}

/** Users and records that share values, with everything that was decided about them before. */
export interface MatchInput {
  /** The first that fits decides. */
  readonly keys: readonly MatchKey[];
  /** Those in scope. */
  readonly users: readonly KeyedUser[];
  readonly records: readonly KeyedRecord[];
  /** Of earlier matchings, of users out of scope too; none of users who are permanently deleted. */
  readonly ties: readonly Tie[];
  /** What the operator chose and what the product answered: no user and no record is in two of them. */
  readonly choices: readonly Tie[];
  /** By user, the records that an operator released it from. */
  readonly apart: ReadonlyMap<string, ReadonlySet<string>>;
  /** Users in deleted items: their ties hold, since they may be restored. */
  readonly softDeleted: ReadonlySet<string>;
  /** By user, the record that was given to somebody else while the user was deleted. */
  readonly lost: ReadonlyMap<string, string>;
  /** Records that another setup of the organization has. */
  readonly takenElsewhere: ReadonlySet<string>;
  /** Records that another setup of the organization would have, were they free. */
  readonly wantedElsewhere: ReadonlySet<string>;
}
