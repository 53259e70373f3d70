import { LeaseLost } from '../../core/failures.js';
import type { Fence } from '../../ports/scope.js';
import type { HeldLease } from '../../ports/sync-state.js';
import type { TenantLease } from '../../ports/tenant-lease.js';
import type { SyncPorts, SyncSettings } from './ports.js';

export type LeaseResult =
  | { readonly kind: 'taken'; readonly keeper: LeaseKeeper }
  | { readonly kind: 'held'; readonly leftMs: number };

/**
 * Holds a tenant's lease for one job. Its end is told by the monotonic clock from before the request that took or
 * renewed it, so that a clock set back or a slow answer never makes it look longer than it is.
 */
export class LeaseKeeper implements TenantLease {
  private renewal: Promise<void> | null = null;
  private given = false;

  private constructor(
    private readonly ports: Pick<SyncPorts, 'leases' | 'clock'>,
    private readonly settings: Pick<SyncSettings, 'leaseLengthMs' | 'requestInFlightMs'>,
    private lease: HeldLease,
    private endsAt: number,
  ) {}

  static async take(
    ports: Pick<SyncPorts, 'leases' | 'clock'>,
    settings: Pick<SyncSettings, 'leaseLengthMs' | 'requestInFlightMs'>,
    tenantId: string,
    owner: string,
  ): Promise<LeaseResult> {
    const endsAt = ports.clock.monotonic() + settings.leaseLengthMs;
    const attempt = await ports.leases.take(tenantId, owner, settings.leaseLengthMs, ports.clock.now());
    if (attempt.kind === 'held') return attempt;
    return { kind: 'taken', keeper: new LeaseKeeper(ports, settings, attempt.lease, endsAt) };
  }

  /** Renews once less than two thirds of the lease are left. @throws LeaseLost */
  async renewIfDue(): Promise<void> {
    const left = this.endsAt - this.ports.clock.monotonic();
    if (left > (this.settings.leaseLengthMs * 2) / 3) return;
    this.renewal ??= this.renew().finally(() => (this.renewal = null));
    await this.renewal;
  }

  /** Reading ahead and writing go on side by side: both wait for one and the same renewal. */
  private async renew(): Promise<void> {
    this.assertHeld();
    const endsAt = this.ports.clock.monotonic() + this.settings.leaseLengthMs;
    this.lease = await this.ports.leases.renew(
      this.lease,
      this.settings.leaseLengthMs,
      this.ports.clock.now(),
    );
    this.endsAt = endsAt;
  }

  fence(tenantId: string, bucketCount: number): Fence {
    return { tenantId, bucketCount, assertHeld: () => this.assertHeld() };
  }

  /** From now on nothing may be written under this lease, whatever is still under way. */
  async release(): Promise<void> {
    if (this.given) return;
    this.given = true;
    await this.ports.leases.release(this.lease);
  }

  /** Gives it back and removes its row, for a tenant that is no more. */
  async end(): Promise<void> {
    this.given = true;
    await this.ports.leases.end(this.lease);
  }

  /**
   * Nobody shall ask for this tenant before so many milliseconds have passed: the lease is left standing until
   * then, and every job that meets it schedules itself past it.
   */
  async leaveStanding(milliseconds: number): Promise<void> {
    this.given = true;
    await this.ports.leases.renew(this.lease, milliseconds, this.ports.clock.now());
  }

  private assertHeld(): void {
    if (this.given || this.ports.clock.monotonic() + this.settings.requestInFlightMs > this.endsAt) {
      throw new LeaseLost(`The lease of tenant ${this.lease.tenantId} is too near its end to write.`);
    }
  }
}
