import type { SyncJob } from '../core/job.js';

export interface QueuedJob {
  /** The broker drops a second message with the same id within its duplicate-detection window. */
  readonly messageId: string;
  readonly job: SyncJob;
  /** Epoch milliseconds from which it may be received; null at once. */
  readonly dueAt: number | null;
}

/** The one road: every trigger puts jobs here. The session of a message is its tenant. */
export interface JobQueue {
  /**
   * Durable once it returns.
   * @throws Unavailable where it could not be confirmed; sending again with the same ids is safe
   */
  send(jobs: readonly QueuedJob[]): Promise<void>;
}
