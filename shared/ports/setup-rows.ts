import type { Fence } from './scope.js';

/** Rows of setups, whatever their table, for removing those of setups that are gone. */
export interface SetupRows {
  /**
   * Removes what requests that need no lease left of setups that the tenant does not have. `known` returns the ids of
   * its setups, and is asked after rows were found. Returns of how many setups rows were found.
   * @throws LeaseLost, Unavailable, Throttled
   */
  clearUnknown(fence: Fence, known: () => Promise<ReadonlySet<string>>): Promise<number>;
}
