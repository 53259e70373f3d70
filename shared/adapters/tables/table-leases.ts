import { LeaseLost, RowConflict } from '../../core/failures.js';
import type { HeldLease, LeaseAttempt, Leases, LeaseTimes } from '../../ports/sync-state.js';
import type { KeyedRow, RowAddress, StoredRow, TableGateway } from './gateway.js';
import { rowOf, tenantPartition } from './keys.js';
import { retryConflict } from './retry-conflict.js';

const NOBODY = '';

/** Longer than Graph ever names in Retry-After: an end that is further away was written by a wrong clock. */
const LONGEST_REST_MS = 60 * 60_000;

/** One row per tenant. It stays after a release, so that the epoch never goes back. */
export class TableLeases implements Leases {
  constructor(private readonly gateway: TableGateway) {}

  async take(tenantId: string, owner: string, lengthMs: number, times: LeaseTimes): Promise<LeaseAttempt> {
    const { now } = times;
    return await retryConflict<LeaseAttempt>(async () => {
      const stored = await this.gateway.get('Leases', addressOf(tenantId));
      const leftMs = stored === null ? 0 : leftMsOf(stored, times);
      if (leftMs > 0) return { kind: 'held', leftMs };
      const epoch = stored === null ? 1 : Number(stored.columns['epoch']) + 1;
      const endedHolders = stored === null ? 0 : endedHoldersOf(stored);
      const row = leaseRow({ tenantId, owner, epoch, endedHolders }, now + lengthMs);
      const tag =
        stored === null
          ? await this.gateway.insert('Leases', row)
          : await this.gateway.update('Leases', row, stored.tag);
      return { kind: 'taken', lease: { tenantId, owner, epoch, endedHolders, tag } };
    });
  }

  async renew(lease: HeldLease, lengthMs: number, now: number): Promise<HeldLease> {
    const tag = await this.replace(lease, now + lengthMs);
    if (tag === null) {
      throw new LeaseLost(`The lease of tenant ${lease.tenantId}, epoch ${lease.epoch}, was taken over`);
    }
    return { ...lease, tag };
  }

  async release(lease: HeldLease, rest = { now: 0, lengthMs: 0 }): Promise<void> {
    await this.replace({ ...lease, owner: NOBODY, endedHolders: 0 }, rest.now + rest.lengthMs);
  }

  async end(lease: HeldLease): Promise<void> {
    let tag: string | null = lease.tag;
    while (tag !== null) {
      try {
        await this.gateway.delete('Leases', addressOf(lease.tenantId), tag);
        return;
      } catch (failure) {
        if (!(failure instanceof RowConflict)) throw failure;
      }
      tag = await this.newerTag(lease, tag);
    }
  }

  /** Answers the new tag, or null where the row is somebody else's by now. */
  private async replace(lease: HeldLease, expiresAt: number): Promise<string | null> {
    const row = leaseRow(lease, expiresAt);
    let tag: string | null = lease.tag;
    while (tag !== null) {
      try {
        return await this.gateway.update('Leases', row, tag);
      } catch (failure) {
        if (!(failure instanceof RowConflict)) throw failure;
      }
      tag = await this.newerTag(lease, tag);
    }
    return null;
  }

  /**
   * The tag of our own row where a renewal took effect although its answer was lost. The epoch is ours alone:
   * every take counts it up.
   */
  private async newerTag(lease: HeldLease, tried: string): Promise<string | null> {
    const stored = await this.gateway.get('Leases', addressOf(lease.tenantId));
    const ours = stored !== null && stored.columns['epoch'] === lease.epoch && stored.tag !== tried;
    return ours && stored.columns['owner'] !== NOBODY ? stored.tag : null;
  }
}

function addressOf(tenantId: string): RowAddress {
  return { partition: tenantPartition(tenantId), row: rowOf('writer') };
}

/** The count before, absent from rows of earlier versions, and the holder that it is taken from, if there is one. */
function endedHoldersOf({ columns: { owner, endedHolders } }: StoredRow): number {
  return Number(endedHolders ?? 0) + (owner === NOBODY ? 0 : 1);
}

function leaseRow(lease: Omit<HeldLease, 'tag'>, expiresAt: number): KeyedRow {
  const { tenantId, owner, epoch, endedHolders } = lease;
  return {
    ...addressOf(tenantId),
    columns: { owner, epoch, endedHolders, expiresAt: new Date(expiresAt).toISOString() },
  };
}

/** Of a holder's lease the written end proves nothing; what nobody holds is only left alone until then. */
function leftMsOf({ columns, tag }: StoredRow, { now, leftMs }: LeaseTimes): number {
  if (columns['owner'] !== NOBODY) return leftMs(tag);
  return Math.min(Date.parse(String(columns['expiresAt'])) - now, LONGEST_REST_MS);
}
