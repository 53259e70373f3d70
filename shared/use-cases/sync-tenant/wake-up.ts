import type { SyncJob } from '../../core/job.js';

/** What wakes up a tenant's sync. */
export type WakeUp = Exclude<SyncJob, { kind: 'subscriptions' }>;
