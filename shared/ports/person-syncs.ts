import type { PersonSync } from '../core/person-sync.js';

/**
 * Syncs of single persons that were asked for, with their traces. Written by whoever asks, then by the holder of the
 * tenant's lease, or by a job that finds the tenant resting. Every method may throw Unavailable or Throttled.
 */
export interface PersonSyncs {
  /** Of a tenant, the oldest first; few, since those that are over are forgotten after a day. */
  all(tenantId: string): Promise<readonly PersonSync[]>;
  get(tenantId: string, requestId: string): Promise<PersonSync | null>;
  /** The whole row, in one piece. */
  save(sync: PersonSync): Promise<void>;
  /** Absent is no fault. */
  remove(sync: Pick<PersonSync, 'tenantId' | 'requestId'>): Promise<void>;
}
