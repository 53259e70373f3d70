import type { Fence } from './scope.js';

/** What an operator decided about removals of a setup; a job carries it out under the tenant's lease. */
export interface RemovalDecision {
  /** Sorts by when it was decided. */
  readonly decisionId: string;
  readonly setupId: string;
  /**
   * approve: the held removals of these go; reject: an override keeps these; release: the overrides of these end, so
   * that they are derived again.
   */
  readonly kind: 'approve' | 'reject' | 'release';
  /** Whom the operator saw: who is held since is none of them. */
  readonly directoryIds: readonly string[];
  readonly decidedBy: string;
  /** ISO 8601 UTC. */
  readonly decidedAt: string;
}

/** Decisions that wait for a job. Every method may throw Unavailable or Throttled; fenced ones also LeaseLost. */
export interface RemovalDecisions {
  /** Written by whoever decides, without a lease. Idempotent under the id. */
  add(tenantId: string, decision: RemovalDecision): Promise<void>;
  /** Of one setup, the oldest first, at most `limit`; empty only where none is left. */
  pending(tenantId: string, setupId: string, limit: number): Promise<readonly RemovalDecision[]>;
  /** After it was carried out; absent is no fault. */
  discard(fence: Fence, decision: RemovalDecision): Promise<void>;
  /** Everything of a setup that is no more. */
  clear(fence: Fence, setupId: string): Promise<void>;
}
