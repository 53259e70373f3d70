/** Tells the tenant's jobs that a setup wants them. */
export interface SetupWork {
  /**
   * The setup was started, edited while started, paused, resumed or is to be removed, or what it gives changed in the
   * catalog: whoever holds the tenant's lease looks at it soon and works out everybody of it anew. Called after the
   * setup was written, once or more often for one change.
   * @throws Unavailable, Throttled where nobody could be told; asking again is safe
   */
  requested(tenantId: string, setupId: string): Promise<void>;
}
