import type { EdgeDoubt } from '../core/edge-doubt.js';
import type { Fence } from './scope.js';

/** At most one of each question. Every method may throw Unavailable or Throttled; fenced ones also LeaseLost. */
export interface EdgeDoubts {
  /** Takes the place of an earlier one of the same question. */
  put(fence: Fence, doubts: readonly EdgeDoubt[]): Promise<void>;
  list(tenantId: string): Promise<readonly EdgeDoubt[]>;
  /** Absent ones are no fault. */
  remove(fence: Fence, doubts: readonly EdgeDoubt[]): Promise<void>;
}
