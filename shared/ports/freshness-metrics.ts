import type { Latencies } from '../core/freshness/latencies.js';
import type { Fence } from './scope.js';

/** How fast changes were applied, by tenant and UTC date ("YYYY-MM-DD"); kept for some weeks. */
export interface FreshnessMetrics {
  /** Adds to what the lease holder counted on that date. @throws LeaseLost, Unavailable, Throttled */
  add(fence: Fence, date: string, latencies: Latencies): Promise<void>;
  /** What was counted from that date on, the date included; each date once, in order. */
  since(tenantId: string, date: string): Promise<readonly Latencies[]>;
}

/** Dates older than so many days are dropped. */
export const FRESHNESS_KEPT_DAYS = 31;
