import type { ConsentApp } from '../../core/bundle.js';
import type { CoalescingSettings } from '../../core/coalescing.js';
import type { ClientStateHasher } from '../../ports/client-state.js';
import type { Chance, Clock } from '../../ports/clock.js';
import type { Directory } from '../../ports/directory.js';
import type { JobQueue } from '../../ports/job-queue.js';
import type { Log } from '../../ports/log.js';
import type { SecretExpiries, Subscriptions, Tenants } from '../../ports/registry.js';
import type { SyncStates } from '../../ports/sync-state.js';

export interface KeepSubscriptionsPorts {
  readonly tenants: Tenants;
  readonly subscriptions: Subscriptions;
  readonly secretExpiries: SecretExpiries;
  readonly directory: Directory;
  readonly syncStates: SyncStates;
  readonly clientStates: ClientStateHasher;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

export interface KeepSubscriptionsSettings {
  /** Where Graph reaches us: the public address followed by /api/graph/notifications. */
  readonly notificationUrl: string;
  /** Likewise for what becomes of a subscription: followed by /api/graph/lifecycle. */
  readonly lifecycleUrl: string;
  /** Age by which a subscription is renewed; 30 minutes unless a test shortens it. */
  readonly renewAfterMs: number;
  readonly consentApps: readonly ConsentApp[];
  /** Whether Graph reaches us; where not, whatever subscriptions stand are ended. */
  readonly notified: boolean;
  /** For the looks that follow a new subscription, since a replica may lag behind. */
  readonly coalescing: CoalescingSettings;
}
