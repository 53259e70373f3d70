import type { RecordClaim, SetupRef } from '../core/matching/record-claim.js';
import type { Fence } from './scope.js';

export interface StoredClaim {
  readonly claim: RecordClaim;
  /** Changes with every change; null for what is not stored. */
  readonly tag: string | null;
}

/**
 * Which setup of an organization has each record, over all of its tenants. Lease holders of different tenants write
 * the same rows, each only what its own tenant's setups have. Every method may throw Unavailable or Throttled; fenced
 * ones also LeaseLost.
 */
export interface RecordClaims {
  /** Those that are stored, by record. */
  read(organizationId: string, recordIds: readonly string[]): Promise<ReadonlyMap<string, StoredClaim>>;
  /** Inserts; returns the records that have a claim already, which stays as it is. */
  insert(fence: Fence, organizationId: string, claims: readonly RecordClaim[]): Promise<readonly string[]>;
  /**
   * In place of what was read; a claim that concerns nobody is removed.
   * @throws RowConflict if it was changed since it was read
   */
  save(fence: Fence, organizationId: string, stored: StoredClaim, next: RecordClaim): Promise<void>;
  /**
   * Returns all of the organization that name that setup, or any setup of the tenant for null, page by page; and those
   * of which some setup was not told yet, since a stop may have left that to be done.
   */
  naming(
    organizationId: string,
    tenantId: string,
    setupId: string | null,
  ): AsyncIterable<readonly StoredClaim[]>;
}

/** A record that a setup has to look at again. */
export interface RecordNewsItem {
  readonly recordId: string;
  /** Null for what the setup itself began; else changes whenever it is told again. */
  readonly tag: string | null;
}

/**
 * Records that a setup has to look at again, since another setup of its organization took or released them, or since
 * it began itself to change what it has of them. Every method may throw Unavailable or Throttled; fenced ones also
 * LeaseLost.
 */
export interface RecordNews {
  /** By whoever changed what the setup rests on, without its tenant's lease. */
  tell(setup: SetupRef, recordIds: readonly string[]): Promise<void>;
  /** Before the setup changes what it has of these records or says of their users: after a stop they are looked at again. */
  begin(fence: Fence, setupId: string, recordIds: readonly string[]): Promise<void>;
  list(tenantId: string, setupId: string, limit: number): Promise<readonly RecordNewsItem[]>;
  /** What the setup was told again since stays. */
  done(fence: Fence, setupId: string, items: readonly RecordNewsItem[]): Promise<void>;
}
