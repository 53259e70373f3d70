import type { Fence } from './scope.js';

/**
 * The highest version of people of whom there is no row any more, by setup, so that the versions of a person who
 * returns, or of a setup that is made again, go on. Kept until the tenant is disconnected.
 */
export interface PersonVersions {
  /** 0 if none was forgotten. */
  highest(tenantId: string, setupId: string): Promise<number>;
  /** Durable before the rows of these people are removed; never lowers it. @throws LeaseLost, Unavailable, Throttled */
  raise(fence: Fence, setupId: string, version: number): Promise<void>;
}
