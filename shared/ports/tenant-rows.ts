import type { Fence } from './scope.js';

/** Every row that belongs to one tenant, whatever its table; for removing them and for proving that none is left. */
export interface TenantRows {
  /** The tables that hold rows under the tenant's own keys, but for that of the leases. */
  readonly tables: readonly string[];
  /**
   * Removes a stretch of the tenant's rows in one of `tables`, in transactions; repeatable after any stop.
   * `more` is false once a look found none left.
   * @throws LeaseLost
   */
  clear(fence: Fence, table: string): Promise<{ readonly removed: number; readonly more: boolean }>;
  /**
   * Removes what lies in one of `tables` under no known tenant and names this one.
   * @throws LeaseLost
   */
  clearUnknown(fence: Fence, table: string): Promise<number>;
  /**
   * Removes what a writer that slept left of a tenant that was disconnected, its lease and secret expiry included.
   * Takes no lease: a stretch of rows is read, then `isGone` is asked, and only rows that are still as they were read
   * are removed. Returns how many were.
   */
  clearRests(tenantId: string, isGone: () => Promise<boolean>): Promise<number>;
  /**
   * Reads every table, those of the registry too, for keys that begin with the tenant's id, and what lies under no
   * known tenant for its id in any text; answers the rows by table, tables without any left out. The operation's own
   * row is not counted.
   */
  left(tenantId: string): Promise<Readonly<Record<string, number>>>;
}
