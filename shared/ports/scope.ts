/** What every mirror key needs: whose it is, and into how many partitions the tenant's rows are spread. */
export interface TenantScope {
  readonly tenantId: string;
  readonly bucketCount: number;
}

/**
 * The right to write for one tenant. Writers of the mirror take it in place of a tenant id, so that no row can be
 * written without a lease or for another tenant.
 */
export interface Fence extends TenantScope {
  /** @throws LeaseLost where a request sent now could still be in flight when the lease ends */
  assertHeld(): void;
}
