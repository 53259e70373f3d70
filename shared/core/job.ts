import type { Bundle } from './bundle.js';
import type { Resource } from './resource.js';

/**
 * The body of a message on the queue `sync-jobs`: a wake-up with a reason. What there is to do stands in the
 * tables. `attempt` counts tries without progress, 0 at first.
 */
export type SyncJob = { readonly version: 1; readonly tenantId: string; readonly attempt: number } & (
  | {
      readonly kind: 'notification';
      readonly resource: Resource;
      /** Epoch milliseconds. */ readonly dueAt: number;
      /** When the first notification that it stands for arrived, epoch milliseconds; absent from older jobs. */
      readonly arrivedAt?: number;
      /** When the change happened by Graph's own account, epoch milliseconds; absent where it told none. */
      readonly eventAt?: number;
    }
  | { readonly kind: 'run'; readonly runId: string }
  /** Goes on with whatever stands in the tables. */
  | {
      readonly kind: 'continue';
      readonly reason: string;
      /** Changes that are in the mirror and whose people are still to be written; `arrivedAt` in epoch milliseconds. */
      readonly announced?: { readonly arrivedAt: number; readonly changes: number };
    }
  /** Makes or renews the tenant's Graph subscriptions. */
  | {
      readonly kind: 'subscriptions';
      /** Whether all are renewed, though it may not be time; absent for no. */ readonly renewAll?: boolean;
    }
  /** Removes everything of a tenant that is disconnecting. */
  | { readonly kind: 'disconnect' }
  /** Removes the tenant's rows that have had their time. */
  | { readonly kind: 'sweep' }
  /** Looks whether what parked the tenant is mended. */
  | { readonly kind: 'retryParked' }
  /** Looks whether a consent that an administrator came back with works. */
  | {
      readonly kind: 'proveConsent';
      readonly requestId: string;
      readonly bundle: Bundle;
      /** Epoch milliseconds; absent until it was looked once. */ readonly firstLookAt?: number;
    }
);

/** The kinds that wake up the reading of a tenant. */
export type WakingKind = 'notification' | 'run' | 'continue';

export const JOB_VERSION = 1;
