import type { JournalTimes } from '../../core/retention.js';
import { spreadOf } from '../../core/spread.js';
import type { Tenant } from '../../core/tenant.js';
import type { AdminLinks } from '../../ports/admin-links.js';
import type { Clock } from '../../ports/clock.js';
import type { ConsentRequests } from '../../ports/consent-requests.js';
import type { Mirror } from '../../ports/mirror.js';
import type { RoleAssignments } from '../../ports/role-assignments.js';
import type { Reports } from '../../ports/reports.js';
import type { JournalRetention } from '../../ports/journal-retention.js';
import type { Hosts, People } from '../../ports/people.js';
import type { PersonVersions } from '../../ports/person-versions.js';
import type { PersonSyncs } from '../../ports/person-syncs.js';
import type { RecordUploads } from '../../ports/records.js';
import type { Runs } from '../../ports/registry.js';
import type { Removals } from '../../ports/removals.js';
import type { Fence } from '../../ports/scope.js';
import type { SetupRows } from '../../ports/setup-rows.js';
import type { Setups } from '../../ports/setups.js';
import type { SeenRecords, SyncStates } from '../../ports/sync-state.js';
import type { TenantLease } from '../../ports/tenant-lease.js';

/** What is reached by the removal of a tenant's rows that have had their time. */
export interface SweepPorts {
  readonly adminLinks: Pick<AdminLinks, 'removeEndedBefore'>;
  readonly clock: Clock;
  readonly consentRequests: Pick<ConsentRequests, 'removeExpiredBefore'>;
  readonly hosts: Pick<Hosts, 'scan'>;
  readonly journalRetention: Pick<JournalRetention, 'forgetBefore' | 'valued' | 'redact'>;
  readonly people: Pick<People, 'scan' | 'forget'>;
  readonly personVersions: Pick<PersonVersions, 'raise'>;
  readonly personSyncs: Pick<PersonSyncs, 'all' | 'remove'>;
  readonly recordUploads: Pick<RecordUploads, 'all' | 'remove' | 'chunkedUploads' | 'discardChunks'>;
  readonly removals: Pick<Removals, 'forgetBefore'>;
  readonly mirror: Pick<Mirror, 'readUsers'>;
  readonly reports: Pick<Reports, 'scan' | 'leave'>;
  readonly roleAssignments: RoleAssignments;
  readonly runs: Pick<Runs, 'removeEndedBefore'>;
  readonly seen: Pick<SeenRecords, 'rounds' | 'discard'>;
  readonly setupRows: SetupRows;
  readonly setups: Pick<Setups, 'all'>;
  readonly syncStates: Pick<SyncStates, 'read'>;
}

/** One job's time with one tenant. */
export interface Sweep {
  readonly ports: SweepPorts;
  readonly tenant: Tenant;
  readonly fence: Fence;
  readonly keeper: TenantLease;
  readonly retention: JournalTimes;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly isBudgetSpent: () => boolean;
}

const DAY_MS = 24 * 60 * 60_000;
/** What takes long is done in parts, one each day. */
const PARTS = 7;

/** Whether it is the day of a part of what is done once a week. */
export function isTurn({ tenant: { tenantId }, now }: Sweep, part: number): boolean {
  return Math.floor((now + spreadOf(`sweep ${tenantId}`, DAY_MS)) / DAY_MS) % PARTS === part % PARTS;
}

/** Before every write that takes no fence. @throws LeaseLost */
export async function holdOn({ keeper, fence }: Sweep): Promise<void> {
  await keeper.renewIfDue();
  fence.assertHeld();
}
