/** Every table but those by month. `docs/tables.md` describes each; a test compares the two. */
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
  'SearchWords',
  'GroupCounts',
  'RoleAssignments',
  'SetupProgress',
  'Reports',
  'Records',
  'RecordUploads',
  'UploadChunks',
  'Matches',
  'MatchIndex',
  'MatchConflicts',
  'MatchDecisions',
  'MatchingState',
  'RecordClaims',
  'RecordNews',
  'People',
  'Grants',
  'Hosts',
  'Removals',
  'Overrides',
  'OversizedPeople',
  'Decisions',
  'PersonSyncs',
  'Metrics',
] as const;

/** Tables with the month as a suffix, each made when its first row comes and dropped whole. */
export const MONTHLY_TABLES = ['Journal'] as const;

/**
 * The tables whose partitions do not begin with a tenant's id. All others are cleared by key when a tenant is
 * disconnected; of these, the steps of `use-cases/disconnect-tenant` take out what concerns it.
 */
export const REGISTRY_TABLES: readonly FixedTable[] = [
  'Tenants',
  'Organizations',
  'Catalog',
  'SetupTemplates',
  'SecretExpiry',
  'Disconnections',
  'RecordClaims',
];

export type FixedTable = (typeof TABLES)[number];
export type TableFamily = (typeof MONTHLY_TABLES)[number];
/** The family and `yyyyMM`. */
export type MonthlyTable = `${TableFamily}${number}`;
export type TableName = FixedTable | MonthlyTable;

const MONTH = /^\d{6}$/;

/** @param month `yyyyMM` */
export function monthlyTable(family: TableFamily, month: string): MonthlyTable {
  if (!MONTH.test(month)) throw new Error(`${month} is no month`);
  return `${family}${month}` as MonthlyTable;
}

export function isMonthOf(family: TableFamily, table: string): table is MonthlyTable {
  return table.startsWith(family) && MONTH.test(table.slice(family.length));
}
