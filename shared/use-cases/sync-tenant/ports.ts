import type { ConsentApp } from '../../core/bundle.js';
import type { RetrySettings } from '../../core/failure-outcome.js';
import type { Chance, Clock } from '../../ports/clock.js';
import type { Directory } from '../../ports/directory.js';
import type { Disconnections } from '../../ports/disconnections.js';
import type { JobQueue } from '../../ports/job-queue.js';
import type { Log } from '../../ports/log.js';
import type { GroupCounts, Mirror } from '../../ports/mirror.js';
import type { Runs, SecretExpiries, Tenants } from '../../ports/registry.js';
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
  readonly attention: AttentionRows;
  readonly syncStates: SyncStates;
  readonly marks: Marks;
  readonly seen: SeenRecords;
  readonly mirror: Mirror;
  readonly groupCounts: GroupCounts;
  readonly deadLetters: DeadLetters;
  readonly disconnections: Pick<Disconnections, 'get'>;
}

/** All in milliseconds. */
export interface SyncSettings {
  readonly leaseLengthMs: number;
  /** The longest that one table request may be in flight: no request is sent within that of the lease's end. */
  readonly requestInFlightMs: number;
  readonly jobBudgetMs: number;
  readonly continuationDelayMs: number;
  readonly retry: RetrySettings;
  readonly chunk: ChunkLimits;
  readonly consentApps: readonly ConsentApp[];
}
