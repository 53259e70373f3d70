import type { Readiness } from '../core/people-readiness.js';
import type { Fence } from './scope.js';

/** How far the jobs are with a setup: one row, written by the lease holder. */
export interface SetupProgress {
  readonly setupId: string;
  /** What its people were last derived by, opaque; null where everybody is to be derived anew. */
  readonly basis: string | null;
  readonly readiness: Readiness;
  /** Groups that the setup names and that are not there: it needs attention. */
  readonly missingGroups: readonly string[];
  /**
   * Groups that the setup names and whose members the application may not read, since they or a group beneath hide
   * them: it needs attention.
   */
  readonly hiddenGroups: readonly string[];
  /** ISO 8601 UTC: no deletion falls due before; null where none is waited for. */
  readonly dueAt: string | null;
  /** The removal guard holds all that is staged, and perhaps not all of it is written as held yet. */
  readonly isHolding: boolean;
  /**
   * ISO 8601 UTC: whatever changed in the directory before is in its people, as of the last job that was through with
   * them; null before.
   */
  readonly asOf: string | null;
}

/** Every method may throw Unavailable or Throttled; fenced ones also LeaseLost. */
export interface SetupProgresses {
  /** Null before a job has met the setup. */
  get(tenantId: string, setupId: string): Promise<SetupProgress | null>;
  all(tenantId: string): Promise<readonly SetupProgress[]>;
  save(fence: Fence, progress: SetupProgress): Promise<void>;
  /** Absent is no fault. */
  remove(fence: Fence, setupId: string): Promise<void>;
}
