/** A value of a directory attribute as Graph sends it. */
export type AttributeValue =
  string | number | boolean | readonly AttributeValue[] | { readonly [name: string]: AttributeValue } | null;

/**
 * A directory object in the mirror. `live`: as Graph lists it. `softDeleted`: in deleted items, hidden, its
 * edges kept; where it was never seen alive, its edges are not known and are asked for when it returns.
 * `attributes` holds only what has a value: absent means null.
 */
export interface MirrorUser {
  readonly id: string;
  readonly presence: 'live' | 'softDeleted';
  readonly attributes: Readonly<Record<string, Exclude<AttributeValue, null>>>;
  /** Attributes whose values are more than a row holds, sorted: what they are is not known. Left out where none is. */
  readonly tooLarge?: readonly string[];
  readonly managerId: string | null;
}

export interface MirrorGroup {
  readonly id: string;
  readonly presence: 'live' | 'softDeleted';
  readonly attributes: Readonly<Record<string, Exclude<AttributeValue, null>>>;
  /** As of a user. */
  readonly tooLarge?: readonly string[];
  /** When a group beneath was last seen to vanish, ISO 8601 UTC; left out if none was. */
  readonly lostBeneathAt?: string;
}

/** The kind of a direct member, Graph's `@odata.type` without `#microsoft.graph.`. */
export type MemberType = 'user' | 'group' | 'device' | 'orgContact' | 'servicePrincipal' | (string & {});

/** A direct membership. */
export interface Edge {
  readonly groupId: string;
  readonly memberId: string;
  readonly memberType: MemberType;
}

/** Names of the attributes read before any setup asks for more (contract, "Tables"). */
export const USER_ATTRIBUTES = [
  'accountEnabled',
  'displayName',
  'givenName',
  'surname',
  'mail',
  'userPrincipalName',
  'userType',
  'mailNickname',
  'jobTitle',
  'department',
  'companyName',
  'officeLocation',
  'mobilePhone',
  'businessPhones',
  'preferredLanguage',
  'employeeId',
  'country',
] as const;

export const GROUP_ATTRIBUTES = [
  'displayName',
  'mail',
  'mailNickname',
  'mailEnabled',
  'securityEnabled',
  'groupTypes',
  'visibility',
] as const;

/** Attributes that Graph types as collections: empty is `[]`, never null. */
export const COLLECTION_ATTRIBUTES: readonly string[] = [
  'businessPhones',
  'groupTypes',
  'imAddresses',
  'otherMails',
  'proxyAddresses',
];
