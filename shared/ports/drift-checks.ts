import type { DriftCheck } from '../core/drift/drift-check.js';
import type { Fence } from './scope.js';

/** How far the check of each tenant against its directory is: one row. */
export interface DriftChecks {
  /** `NEVER_CHECKED` before the first. */
  get(tenantId: string): Promise<DriftCheck>;
  /** @throws LeaseLost, Unavailable, Throttled */
  save(fence: Fence, check: DriftCheck): Promise<void>;
}
