/** Every table that the stores use. `docs/tables.md` describes each; a test compares the two. */
export const TABLES = [
  'Tenants',
  'Access',
  'Organizations',
  'Catalog',
  'SetupTemplates',
  'Setups',
  'Repeatability',
  'SecretExpiry',
  'Disconnections',
  'AdminLinks',
  'ConsentRequests',
  'Subscriptions',
  'SyncState',
  'Seen',
  'Pending',
  'Attention',
  'Leases',
  'Runs',
  'DeadLetters',
  'Users',
  'Groups',
  'Memberships',
  'MemberOf',
  'DeletedUsers',
  'GroupCounts',
] as const;

/**
 * The tables whose partitions do not begin with a tenant's id. All others are cleared by key when a tenant is
 * disconnected; of these, the steps of `use-cases/disconnect-tenant` take out what concerns it.
 */
export const REGISTRY_TABLES: readonly TableName[] = [
  'Tenants',
  'Organizations',
  'Catalog',
  'SetupTemplates',
  'SecretExpiry',
  'Disconnections',
];

export type TableName = (typeof TABLES)[number];
