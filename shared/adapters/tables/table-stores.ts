import type { EdgeDoubts } from '../../ports/edge-doubts.js';
import type { AdminLinks } from '../../ports/admin-links.js';
import type { AccessGrants } from '../../ports/access-grants.js';
import type { ConsentRequests } from '../../ports/consent-requests.js';
import type { Disconnections } from '../../ports/disconnections.js';
import type {
  Matches,
  MatchConflicts,
  MatchDecisions,
  MatchIndex,
  MatchingStates,
} from '../../ports/matches.js';
import type { DriftChecks } from '../../ports/drift-checks.js';
import type { FreshnessMetrics } from '../../ports/freshness-metrics.js';
import type { MemberChains } from '../../ports/member-chains.js';
import type { HiddenUsers } from '../../ports/hidden-users.js';
import type { GroupCounts, Mirror } from '../../ports/mirror.js';
import type { Organizations } from '../../ports/organizations.js';
import type { OversizedPeople } from '../../ports/oversized-people.js';
import type { PersonVersions } from '../../ports/person-versions.js';
import type { PersonSyncs } from '../../ports/person-syncs.js';
import type { RemovalDecisions } from '../../ports/removal-decisions.js';
import type { Overrides, Removals } from '../../ports/removals.js';
import type { RecordClaims, RecordNews } from '../../ports/record-claims.js';
import type { Records, RecordUploads } from '../../ports/records.js';
import type { RepeatableRequests } from '../../ports/repeatable-requests.js';
import type { JournalRetention } from '../../ports/journal-retention.js';
import type { Journal, Outbox } from '../../ports/outbox.js';
import type { Hosts, People } from '../../ports/people.js';
import type { RoleAssignments } from '../../ports/role-assignments.js';
import type { Runs, SecretExpiries, Subscriptions, Tenants } from '../../ports/registry.js';
import type { Reports } from '../../ports/reports.js';
import type { SetupRows } from '../../ports/setup-rows.js';
import type { SetupProgresses } from '../../ports/setup-progress.js';
import type { CatalogEntries, Setups, SetupTemplates } from '../../ports/setups.js';
import type {
  AttentionRows,
  DeadLetters,
  Leases,
  Marks,
  SeenRecords,
  SyncStates,
} from '../../ports/sync-state.js';
import type { TenantRows } from '../../ports/tenant-rows.js';
import type { TableGateway } from './gateway.js';
import { DEFAULT_ROW_ACCESS, type RowAccessOptions } from './partitioned-rows.js';
import { TableAdminLinks } from './table-admin-links.js';
import { TableAccessGrants } from './table-access-grants.js';
import { TableAttentionRows } from './table-attention-rows.js';
import { TableCatalog } from './table-catalog.js';
import { TableConsentRequests } from './table-consent-requests.js';
import { TableDeadLetters } from './table-dead-letters.js';
import { TableDisconnections } from './table-disconnections.js';
import { TableDriftChecks } from './table-drift-checks.js';
import { TableFreshnessMetrics } from './table-freshness-metrics.js';
import { TableGroupCounts } from './table-group-counts.js';
import { TableHiddenUsers } from './table-hidden-users.js';
import { TableHosts } from './table-hosts.js';
import { TableJournalRetention } from './table-journal-retention.js';
import { TableJournal } from './table-journal.js';
import { TableEdgeDoubts } from './table-edge-doubts.js';
import { TableLeases } from './table-leases.js';
import { TableMarks } from './table-marks.js';
import { TableMatchConflicts } from './table-match-conflicts.js';
import { TableMatchDecisions } from './table-match-decisions.js';
import { TableMatches } from './table-matches.js';
import { TableMatchIndex } from './table-match-index.js';
import { TableMatchingStates } from './table-matching-states.js';
import { TableMemberChains } from './table-member-chains.js';
import { TableMirror } from './table-mirror.js';
import { TableOrganizations } from './table-organizations.js';
import { TableOutbox } from './table-outbox.js';
import { TableOverrides } from './table-overrides.js';
import { TableOversizedPeople } from './table-oversized-people.js';
import { TablePeople } from './table-people.js';
import { TablePersonVersions } from './table-person-versions.js';
import { TablePersonSyncs } from './table-person-syncs.js';
import { TableRemovalDecisions } from './table-removal-decisions.js';
import { TableRecords } from './table-records.js';
import { TableRecordClaims } from './table-record-claims.js';
import { TableRecordNews } from './table-record-news.js';
import { TableRecordUploads } from './table-record-uploads.js';
import { TableRemovals } from './table-removals.js';
import { TableRoleAssignments } from './table-role-assignments.js';
import { TableRepeatableRequests } from './table-repeatable-requests.js';
import { TableRuns } from './table-runs.js';
import { TableSecretExpiries } from './table-secret-expiries.js';
import { TableSeenRecords } from './table-seen-records.js';
import { TableReports } from './table-reports.js';
import { TableSetupProgresses } from './table-setup-progresses.js';
import { TableSetupTemplates } from './table-setup-templates.js';
import { TableSetupRows } from './table-setup-rows.js';
import { TableSetups } from './table-setups.js';
import { TableSubscriptions } from './table-subscriptions.js';
import { TableSyncStates } from './table-sync-states.js';
import { TableTenantRows } from './table-tenant-rows.js';
import { TableTenants } from './table-tenants.js';

/** Everything that is kept in tables, as use cases know it. */
export interface TableStores {
  readonly mirror: Mirror;
  readonly groupCounts: GroupCounts;
  readonly roleAssignments: RoleAssignments;
  readonly syncStates: SyncStates;
  readonly memberChains: MemberChains;
  readonly seen: SeenRecords;
  readonly marks: Marks;
  readonly attention: AttentionRows;
  readonly leases: Leases;
  readonly edgeDoubts: EdgeDoubts;
  readonly deadLetters: DeadLetters;
  readonly tenants: Tenants;
  readonly accessGrants: AccessGrants;
  readonly organizations: Organizations;
  readonly catalogEntries: CatalogEntries;
  readonly setupTemplates: SetupTemplates;
  readonly setups: Setups;
  readonly setupProgresses: SetupProgresses;
  readonly reports: Reports;
  readonly records: Records;
  readonly recordUploads: RecordUploads;
  readonly matches: Matches;
  readonly matchIndex: MatchIndex;
  readonly matchConflicts: MatchConflicts;
  readonly matchDecisions: MatchDecisions;
  readonly matchingStates: MatchingStates;
  readonly recordClaims: RecordClaims;
  readonly recordNews: RecordNews;
  readonly repeatableRequests: RepeatableRequests;
  readonly runs: Runs;
  readonly subscriptions: Subscriptions;
  readonly secretExpiries: SecretExpiries;
  readonly disconnections: Disconnections;
  readonly tenantRows: TenantRows;
  readonly setupRows: SetupRows;
  readonly adminLinks: AdminLinks;
  readonly consentRequests: ConsentRequests;
  readonly people: People;
  readonly hosts: Hosts;
  readonly removals: Removals;
  readonly overrides: Overrides;
  readonly oversizedPeople: OversizedPeople;
  readonly removalDecisions: RemovalDecisions;
  readonly personVersions: PersonVersions;
  readonly personSyncs: PersonSyncs;
  readonly freshnessMetrics: FreshnessMetrics;
  readonly driftChecks: DriftChecks;
  readonly hiddenUsers: HiddenUsers;
  readonly outbox: Outbox;
  readonly journal: Journal;
  readonly journalRetention: JournalRetention;
}

/** The stores over one gateway; they hold no state, so that any number may work side by side. */
export function createTableStores(
  gateway: TableGateway,
  options: Partial<RowAccessOptions> = {},
): TableStores {
  const access: RowAccessOptions = { ...DEFAULT_ROW_ACCESS, ...options };
  return {
    mirror: new TableMirror(gateway, access),
    groupCounts: new TableGroupCounts(gateway, access),
    roleAssignments: new TableRoleAssignments(gateway, access),
    syncStates: new TableSyncStates(gateway),
    memberChains: new TableMemberChains(gateway, access),
    seen: new TableSeenRecords(gateway, access),
    marks: new TableMarks(gateway, access),
    attention: new TableAttentionRows(gateway),
    leases: new TableLeases(gateway),
    edgeDoubts: new TableEdgeDoubts(gateway, access),
    deadLetters: new TableDeadLetters(gateway),
    tenants: new TableTenants(gateway, access),
    accessGrants: new TableAccessGrants(gateway),
    organizations: new TableOrganizations(gateway),
    catalogEntries: new TableCatalog(gateway, access),
    setupTemplates: new TableSetupTemplates(gateway),
    setups: new TableSetups(gateway, access),
    setupProgresses: new TableSetupProgresses(gateway, access),
    reports: new TableReports(gateway, access),
    records: new TableRecords(gateway, access),
    recordUploads: new TableRecordUploads(gateway, access),
    matches: new TableMatches(gateway, access),
    matchIndex: new TableMatchIndex(gateway, access),
    matchConflicts: new TableMatchConflicts(gateway, access),
    matchDecisions: new TableMatchDecisions(gateway, access),
    matchingStates: new TableMatchingStates(gateway, access),
    recordClaims: new TableRecordClaims(gateway, access),
    recordNews: new TableRecordNews(gateway, access),
    repeatableRequests: new TableRepeatableRequests(gateway),
    runs: new TableRuns(gateway, access),
    subscriptions: new TableSubscriptions(gateway, access),
    secretExpiries: new TableSecretExpiries(gateway),
    disconnections: new TableDisconnections(gateway),
    tenantRows: new TableTenantRows(gateway, access),
    setupRows: new TableSetupRows(gateway, access),
    adminLinks: new TableAdminLinks(gateway),
    consentRequests: new TableConsentRequests(gateway),
    people: new TablePeople(gateway, access),
    hosts: new TableHosts(gateway, access),
    removals: new TableRemovals(gateway, access),
    overrides: new TableOverrides(gateway, access),
    oversizedPeople: new TableOversizedPeople(gateway, access),
    removalDecisions: new TableRemovalDecisions(gateway, access),
    personVersions: new TablePersonVersions(gateway),
    personSyncs: new TablePersonSyncs(gateway, access),
    freshnessMetrics: new TableFreshnessMetrics(gateway),
    hiddenUsers: new TableHiddenUsers(gateway, access),
    driftChecks: new TableDriftChecks(gateway),
    outbox: new TableOutbox(gateway, access),
    journal: new TableJournal(gateway, access),
    journalRetention: new TableJournalRetention(gateway, access),
  };
}
