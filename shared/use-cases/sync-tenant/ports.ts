import type { EdgeDoubts } from '../../ports/edge-doubts.js';
import type { LeaseSightings } from '../../core/lease-sightings.js';
import type { ConsentApp } from '../../core/bundle.js';
import type { RetrySettings } from '../../core/failure-outcome.js';
import type { Chance, Clock } from '../../ports/clock.js';
import type { Directory } from '../../ports/directory.js';
import type { Disconnections } from '../../ports/disconnections.js';
import type { DriftChecks } from '../../ports/drift-checks.js';
import type { FreshnessMetrics } from '../../ports/freshness-metrics.js';
import type { HiddenUsers } from '../../ports/hidden-users.js';
import type { JobQueue } from '../../ports/job-queue.js';
import type { Log } from '../../ports/log.js';
import type { MatchingStates } from '../../ports/matches.js';
import type { MemberChains } from '../../ports/member-chains.js';
import type { GroupCounts, Mirror } from '../../ports/mirror.js';
import type { Journal, Outbox } from '../../ports/outbox.js';
import type { OversizedPeople } from '../../ports/oversized-people.js';
import type { Hosts, People } from '../../ports/people.js';
import type { PersonVersions } from '../../ports/person-versions.js';
import type { PersonSyncs } from '../../ports/person-syncs.js';
import type { AssignmentsOfUsers } from '../../ports/read-facts.js';
import type { RecordMatching } from '../../ports/record-matching.js';
import type { Runs, SecretExpiries, Tenants } from '../../ports/registry.js';
import type { RemovalDecisions } from '../../ports/removal-decisions.js';
import type { Overrides, Removals } from '../../ports/removals.js';
import type { Reports } from '../../ports/reports.js';
import type { RoleAssignments } from '../../ports/role-assignments.js';
import type { SetupProgresses } from '../../ports/setup-progress.js';
import type { CatalogEntries, Setups } from '../../ports/setups.js';
import type {
  AttentionRows,
  DeadLetters,
  Leases,
  Marks,
  SeenRecords,
  SyncStates,
} from '../../ports/sync-state.js';

import type { ChunkLimits } from './read-chunk.js';

/** Everything that a tenant's sync reaches outside itself. */
export interface SyncPorts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly directory: Directory;
  readonly queue: JobQueue;
  readonly tenants: Tenants;
  readonly runs: Runs;
  readonly secretExpiries: SecretExpiries;
  readonly leases: Leases;
  /** One of each process, which lives as long. */
  readonly leaseSightings: LeaseSightings;
  readonly attention: AttentionRows;
  readonly syncStates: SyncStates;
  readonly memberChains: MemberChains;
  readonly edgeDoubts: EdgeDoubts;
  readonly marks: Marks;
  readonly seen: SeenRecords;
  readonly mirror: Mirror;
  readonly groupCounts: GroupCounts;
  readonly setups: Pick<Setups, 'all' | 'get' | 'remove'>;
  readonly setupProgresses: SetupProgresses;
  readonly catalogEntries: Pick<CatalogEntries, 'whole'>;
  readonly people: People;
  readonly hosts: Hosts;
  readonly removals: Removals;
  readonly overrides: Overrides;
  readonly oversizedPeople: OversizedPeople;
  readonly removalDecisions: RemovalDecisions;
  readonly personVersions: PersonVersions;
  readonly personSyncs: PersonSyncs;
  readonly reports: Reports;
  readonly outbox: Outbox;
  readonly journal: Journal;
  readonly recordMatching: RecordMatching;
  readonly matchingStates: Pick<MatchingStates, 'get' | 'clear'>;
  /** Of users, from what `roleLists` hold. */
  readonly roleAssignments: AssignmentsOfUsers;
  readonly roleLists: RoleAssignments;
  readonly freshnessMetrics: FreshnessMetrics;
  readonly driftChecks: DriftChecks;
  readonly hiddenUsers: HiddenUsers;
  readonly deadLetters: DeadLetters;
  readonly disconnections: Pick<Disconnections, 'get'>;
}

/** All in milliseconds. */
export interface SyncSettings {
  readonly leaseLengthMs: number;
  /** The longest that one table request may be in flight: no request is sent within that of the lease's end. */
  readonly requestInFlightMs: number;
  readonly jobBudgetMs: number;
  /** How long an answer of Graph may lag behind a change, at most. */
  readonly replicaLagMs: number;
  readonly continuationDelayMs: number;
  readonly retry: RetrySettings;
  readonly chunk: ChunkLimits;
  readonly consentApps: readonly ConsentApp[];
  /** How many requests to Graph a night's check for drift may make; 0 for no check. */
  readonly driftCheckRequests: number;
}
