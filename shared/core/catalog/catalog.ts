/** The kinds of things that an operator registers for an organization before setups may give them. */
export const CATALOG_KINDS = [
  'role',
  'costCenter',
  'deliveryProvider',
  'reception',
  'organizationalUnit',
  'customerType',
] as const;
export type CatalogKind = (typeof CATALOG_KINDS)[number];

/** One of the operator's own things, in one organization. */
export interface CatalogEntry {
  readonly organizationId: string;
  readonly kind: CatalogKind;
  /** The operator's own id. */
  readonly id: string;
  readonly designation: string;
  /** The module of the product that a role belongs to; null for every other kind. */
  readonly module: string | null;
  /** The organizational unit above; null at the top, and for every other kind. */
  readonly parentId: string | null;
}

/** The kinds that people can be members of. */
export const MEMBERSHIP_KINDS = ['costCenter', 'deliveryProvider', 'reception'] as const;
export type MembershipKind = (typeof MEMBERSHIP_KINDS)[number];

/** A membership in one of the operator's own entities. */
export interface CatalogReference {
  readonly kind: MembershipKind;
  readonly id: string;
}

/** Everything registered for one organization. */
export interface Catalog {
  /** Null where nothing of that kind has this id. */
  find(kind: CatalogKind, id: string): CatalogEntry | null;
}
