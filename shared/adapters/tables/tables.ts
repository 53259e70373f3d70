/** Every table that the stores use. `docs/tables.md` describes each; a test compares the two. */
export const TABLES = [
  'Tenants',
  'SecretExpiry',
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

export type TableName = (typeof TABLES)[number];
