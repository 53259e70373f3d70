import type { CatalogReference } from '../catalog/catalog.js';

export const SETUP_STATES = ['saved', 'started', 'paused', 'removing'] as const;
export type SetupState = (typeof SETUP_STATES)[number];

/** A setup: one named sync of one tenant for one organization. */
export interface Setup {
  readonly tenantId: string;
  /** Lower-case letters, digits and hyphens; chosen by whoever made it. */
  readonly setupId: string;
  readonly document: SetupDocument;
  /**
   * saved: may be looked over, derives nobody; paused: its people stay as they are; removing: a job takes its people
   * out, and the setup itself last.
   */
  readonly state: SetupState;
  /** +1 by every edit of the document; what people were derived by is compared with it. */
  readonly version: number;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  readonly changedAt: string;
}

export const RESOURCE_TYPES = ['users', 'contacts'] as const;

/** What setups of many tenants begin as: everything but the organization, and with the groups of none, or of one. */
export interface SetupTemplate {
  /** Chosen by whoever made it. */
  readonly templateId: string;
  readonly document: Omit<SetupDocument, 'organizationId'>;
  /** ISO 8601 UTC. */
  readonly changedAt: string;
}

/** What an operator edits, as one document (contract, "A setup"), with everything that was left out filled in. */
export interface SetupDocument {
  readonly designation: string;
  readonly organizationId: string;
  readonly customerType: string | null;
  readonly resourceTypes: readonly (typeof RESOURCE_TYPES)[number][];
  readonly scope: Scope;
  readonly attributes: AttributeMapping;
  /** The keys by which people are tied to records, the first that fits decides. */
  readonly match: readonly MatchKey[];
  /** Make a person where no record matches. */
  readonly create: boolean;
  /** Keep attributes of people up to date; status, roles and memberships follow in any case. */
  readonly update: boolean;
  readonly remove: { readonly whenLeft: Removal; readonly whenDeleted: Removal };
  readonly grants: readonly GrantRule[];
  readonly segments: SegmentRules;
  readonly removalGuard: RemovalGuard;
}

export interface Scope {
  readonly kind: 'directory' | 'rootGroup' | 'groups';
  /** Exactly one for `rootGroup`, at least one for `groups`, none for `directory`. */
  readonly groupIds: readonly string[];
  readonly groupTypes: 'security' | 'all';
  readonly includeDisabled: boolean;
  readonly includeGuests: boolean;
  /** Text of a condition; null for no filter. */
  readonly filter: string | null;
  readonly excludeGroupIds: readonly string[];
}

export const FIELD_POLICIES = ['authoritative', 'neverBlank', 'fillIfEmpty'] as const;
/** authoritative also clears; neverBlank leaves the product's value where Entra has none; fillIfEmpty gives way to a value of the record. */
export type FieldPolicy = (typeof FIELD_POLICIES)[number];

export interface FieldMapping {
  /** A source of the field catalog: `department`, `employeeOrgData.costCenter`, `manager.mail`, `streetAddress.line1`, `extension_…`. */
  readonly from: string;
  /** Name in the product. */
  readonly to: string;
  readonly policy: FieldPolicy;
  readonly visible: boolean;
  readonly usableInRules: boolean;
}

export const PRESETS = ['workplace', 'contactCard', 'workforce', 'msp'] as const;
export type Preset = (typeof PRESETS)[number];

export interface AttributeMapping {
  readonly preset: Preset | null;
  /** Besides those of the preset; one with the same `to` takes its place. */
  readonly fields: readonly FieldMapping[];
  readonly mailFallback: 'userPrincipalName' | null;
  /** Source of the initials; null where there are none. */
  readonly initialsFrom: string | null;
  readonly connection: {
    readonly attribute: string;
    readonly equals: string;
    readonly mode: 'flag' | 'require';
  } | null;
}

export const MATCH_KEYS = ['entraId', 'mail', 'alias', 'initials'] as const;
export type MatchKey = (typeof MATCH_KEYS)[number];

export interface Removal {
  readonly mode: 'keep' | 'disable' | 'delete';
  /** Days between disabling and deletion; 0 deletes at once. Only with `delete`. */
  readonly afterDays: number;
}

/** What makes people get something. */
export type GrantSource =
  | { readonly kind: 'group'; readonly groupId: string }
  /** `{servicePrincipalId}/{appRoleId}`. */
  | { readonly kind: 'appRole'; readonly appRole: string }
  /** Id of a directory role or of its template. */
  | { readonly kind: 'directoryRole'; readonly directoryRole: string }
  /** Text of a condition over attributes. */
  | { readonly kind: 'rule'; readonly where: string };

export interface GrantRule {
  readonly source: GrantSource;
  /** Ids of roles of the organization's catalog. */
  readonly roles: readonly string[];
  readonly memberships: readonly CatalogReference[];
  /** Ids of receptions, whose hosts these people are. */
  readonly hostsOf: readonly string[];
  readonly organizationalUnits: readonly string[];
}

export interface SegmentRules {
  readonly fromGroups: 'none' | 'listed' | 'all';
  readonly groupIds: readonly string[];
  readonly rules: readonly { readonly id: string; readonly name: string; readonly where: string }[];
}

export interface RemovalGuard {
  readonly maxCount: number;
  /** Of the setup's people, 0 to 1. */
  readonly maxShare: number;
  /** So many removals pass whatever their share is. */
  readonly minCount: number;
  readonly withinHours: number;
}

export const DEFAULT_REMOVAL_GUARD: RemovalGuard = {
  maxCount: 500,
  maxShare: 0.2,
  minCount: 5,
  withinHours: 24,
};
