import type { ConsentApp } from '../../core/bundle.js';
import type { RetrySettings } from '../../core/failure-outcome.js';
import type { Chance, Clock } from '../../ports/clock.js';
import type { Directory } from '../../ports/directory.js';
import type { Disconnections } from '../../ports/disconnections.js';
import type { JobQueue } from '../../ports/job-queue.js';
import type { Log } from '../../ports/log.js';
import type { MatchingStates } from '../../ports/matches.js';
import type { RecordMatching } from '../../ports/record-matching.js';
import type { Runs, SecretExpiries, Subscriptions, Tenants } from '../../ports/registry.js';
import type { Setups } from '../../ports/setups.js';
import type { TakeTenantLease } from '../../ports/tenant-lease.js';
import type { TenantRows } from '../../ports/tenant-rows.js';
import type { TenantSecrets } from '../../ports/tenant-secrets.js';

/** Everything that the removal of a tenant reaches outside itself. */
export interface DisconnectPorts {
  readonly tenants: Tenants;
  readonly disconnections: Disconnections;
  readonly takeLease: TakeTenantLease;
  readonly tenantRows: TenantRows;
  readonly setups: Pick<Setups, 'all'>;
  readonly matchingStates: Pick<MatchingStates, 'get'>;
  readonly recordMatching: Pick<RecordMatching, 'leaveOrganizations'>;
  readonly runs: Runs;
  readonly subscriptions: Subscriptions;
  readonly directory: Pick<Directory, 'subscriptions' | 'unsubscribe'>;
  readonly tenantSecrets: TenantSecrets;
  readonly secretExpiries: SecretExpiries;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

/** Milliseconds. */
export interface DisconnectSettings {
  /** After so long everything has ended that was let in before the tenant was disconnecting. */
  readonly settleMs: number;
  readonly jobBudgetMs: number;
  readonly continuationDelayMs: number;
  readonly retry: RetrySettings;
  readonly consentApps: readonly ConsentApp[];
  /** Where Graph reaches us: tells our subscriptions from others of the same application. */
  readonly notificationUrl: string;
}
