import type { SyncJob, WakingKind } from '../../core/job.js';

/** What wakes up a tenant's sync. */
export type WakeUp = Extract<SyncJob, { kind: WakingKind }>;
