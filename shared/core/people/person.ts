import type { CatalogReference } from '../catalog/catalog.js';
import type { MatchKey } from '../setup/setup.js';

/** What a field of a person may hold. */
export type FieldValue = string | number | boolean | readonly string[] | null;

/** Who a person is in the directory. */
export interface PersonProfile {
  readonly kind: 'user' | 'guest' | 'contact';
  readonly accountEnabled: boolean | null;
  readonly displayName: string | null;
  readonly givenName: string | null;
  readonly surname: string | null;
  readonly mail: string | null;
  readonly mailSource: 'mail' | 'userPrincipalName' | null;
  readonly userPrincipalName: string | null;
  readonly initials: string | null;
  /** By name in the product: a value = set, null = clear, absent = leave the product's own. Only visible ones. */
  readonly attributes: Readonly<Record<string, FieldValue>>;
  readonly manager: PersonManager | null;
}

export interface PersonManager {
  readonly directoryId: string;
  readonly personId: string | null;
  readonly name: string | null;
  readonly mail: string | null;
}

/** What a person is given; each list sorted and without repetition, so that equal grants are equal rows. */
export interface PersonGrants {
  readonly roles: readonly { readonly id: string; readonly module: string | null }[];
  readonly memberships: readonly CatalogReference[];
  /** Ids of receptions. */
  readonly hostsOf: readonly string[];
  readonly organizationalUnits: readonly string[];
  /** Ids of segments: `group:{groupId}` or `rule:{id}`. */
  readonly segments: readonly string[];
}

export const NO_GRANTS: PersonGrants = {
  roles: [],
  memberships: [],
  hostsOf: [],
  organizationalUnits: [],
  segments: [],
};

export type StatusReason = 'inScope' | 'leftScope' | 'accountDisabled' | 'deletedInDirectory';

/** A user or contact as a setup presents it to the product (contract, "A person"). Instants are ISO 8601 UTC. */
export interface Person extends PersonProfile, PersonGrants {
  /** `{setupId}.{directoryId}`: survives rename, change of mail, soft delete and restore. */
  readonly id: string;
  readonly tenantId: string;
  readonly setupId: string;
  readonly organizationId: string;
  readonly customerType: string | null;
  readonly directoryId: string;
  readonly recordId: string | null;
  readonly matchedBy: MatchKey | 'chosen' | 'created' | null;
  readonly recordError: string | null;
  /** removed: a tombstone without personal values. */
  readonly status: 'active' | 'disabled' | 'removed';
  readonly statusReason: StatusReason;
  readonly statusSince: string;
  /** When a disabled person is removed; null where nobody asked for it. */
  readonly deleteAfter: string | null;
  /** The guard holds the removal of this person until an operator has decided. */
  readonly removalHeld: boolean;
  /** +1 per visible change. */
  readonly version: number;
  readonly createdAt: string;
  readonly changedAt: string;
  /** The instant whose directory it was last written from, at least; no visible change by itself. */
  readonly asOf: string;
}

export function personIdOf(setupId: string, directoryId: string): string {
  return `${setupId}.${directoryId}`;
}

/** Who may come to meet visitors of a reception, whether or not they are people of the setup. */
export interface Host {
  /** `{setupId}.{receptionId}.{directoryId}`. */
  readonly id: string;
  readonly tenantId: string;
  readonly setupId: string;
  readonly receptionId: string;
  readonly directoryId: string;
  /** Null where the host is no person of the setup. */
  readonly personId: string | null;
  readonly displayName: string | null;
  readonly mail: string | null;
}
