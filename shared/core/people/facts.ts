import type { MirrorUser } from '../mirror-rows.js';
import type { MatchKey } from '../setup/setup.js';

/** All that the mirror says about one directory object, as far as people are derived from it. */
export interface PersonFacts {
  readonly directoryId: string;
  /** Null: not in the mirror, or not any more. */
  readonly user: MirrorUser | null;
  /** The row of the manager; null where there is none, or where it is not live. */
  readonly manager: MirrorUser | null;
  /** Live groups that the user is in, directly or through live groups. */
  readonly groups: ReadonlySet<string>;
  /** App roles (`{servicePrincipalId}/{appRoleId}`) and directory roles (every id it goes by) that the user holds. */
  readonly roleAssignments: ReadonlySet<string>;
}

/** The record of the product that a person is tied to. */
export interface RecordTie {
  readonly recordId: string;
  readonly matchedBy: MatchKey | 'chosen' | 'created';
  /** By name in the product: what the record holds already. */
  readonly values: Readonly<Record<string, string>>;
}
