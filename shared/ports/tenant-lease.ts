import type { Fence } from './scope.js';

/** A tenant's lease in hand: the right to write for it, until it is given back. */
export interface TenantLease {
  /** @throws LeaseLost */
  renewIfDue(): Promise<void>;
  fence(tenantId: string, bucketCount: number): Fence;
  /** From now on nothing may be written under this lease. */
  release(): Promise<void>;
  /** Gives it back and removes its row, for a tenant that is no more. Taken over meanwhile, it is left alone. */
  end(): Promise<void>;
}

export type TakeTenantLease = (
  tenantId: string,
) => Promise<
  | { readonly kind: 'taken'; readonly keeper: TenantLease }
  | { readonly kind: 'held'; readonly leftMs: number }
>;
