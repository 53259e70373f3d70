import { LeaseLost } from '../../core/failures.js';
import type { Fence } from '../../ports/scope.js';
import type { Clock } from '../../ports/clock.js';
import type { HeldLease } from '../../ports/sync-state.js';
import type { TenantLease } from '../../ports/tenant-lease.js';
import type { SyncPorts, SyncSettings } from './ports.js';

export type LeaseResult =
  | { readonly kind: 'taken'; readonly keeper: LeaseKeeper }
  | { readonly kind: 'held'; readonly leftMs: number };

/** An instant by both clocks, milliseconds. */
interface Instant {
  readonly wall: number;
  readonly monotonic: number;
}

export type LeasePorts = Pick<SyncPorts, 'leases' | 'leaseSightings' | 'clock'>;
type LeaseSettings = Pick<SyncSettings, 'leaseLengthMs' | 'requestInFlightMs'>;

/**
 * Holds a tenant's lease for one job. It ends when either clock says so, from before the request that took or renewed
 * it: the monotonic one is never set back, and the other goes on while the machine is suspended.
 */
export class LeaseKeeper implements TenantLease {
  private renewal: Promise<void> | null = null;
  private given = false;

  private constructor(
    private readonly ports: LeasePorts,
    private readonly settings: LeaseSettings,
    private lease: HeldLease,
    private takenAt: Instant,
  ) {}

  static async take(
    ports: LeasePorts,
    settings: LeaseSettings,
    tenantId: string,
    owner: string,
  ): Promise<LeaseResult> {
    const { clock, leaseSightings } = ports;
    const { leaseLengthMs } = settings;
    const takenAt = instantOf(clock);
    const attempt = await ports.leases.take(tenantId, owner, leaseLengthMs, {
      now: takenAt.wall,
      leftMs: (tag) => leaseSightings.leftMs(tenantId, tag, leaseLengthMs, clock.monotonic()),
    });
    if (attempt.kind === 'held') return attempt;
    return { kind: 'taken', keeper: new LeaseKeeper(ports, settings, attempt.lease, takenAt) };
  }

  /** How many holders before, one after the other, ended without giving it back. */
  get endedHolders(): number {
    return this.lease.endedHolders;
  }

  /** Renews once less than two thirds of the lease are left. @throws LeaseLost */
  async renewIfDue(): Promise<void> {
    if (this.leftMs() > (this.settings.leaseLengthMs * 2) / 3) return;
    this.renewal ??= this.renew().finally(() => (this.renewal = null));
    await this.renewal;
  }

  /** Reading ahead and writing go on side by side: both wait for one and the same renewal. */
  private async renew(): Promise<void> {
    this.assertHeld();
    const takenAt = instantOf(this.ports.clock);
    this.lease = await this.ports.leases.renew(this.lease, this.settings.leaseLengthMs, takenAt.wall);
    this.takenAt = takenAt;
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
   * Nobody is to ask for this tenant before so many milliseconds have passed: the lease is given back, and every job
   * that meets it until then schedules itself past that.
   */
  async releaseToRest(lengthMs: number): Promise<void> {
    this.given = true;
    await this.ports.leases.release(this.lease, { now: this.ports.clock.now(), lengthMs });
  }

  private leftMs(): number {
    const now = instantOf(this.ports.clock);
    const passedMs = Math.max(now.monotonic - this.takenAt.monotonic, now.wall - this.takenAt.wall);
    return this.settings.leaseLengthMs - passedMs;
  }

  private assertHeld(): void {
    if (this.given || this.leftMs() < this.settings.requestInFlightMs) {
      throw new LeaseLost(`The lease of tenant ${this.lease.tenantId} is too near its end to write.`);
    }
  }
}

function instantOf(clock: Pick<Clock, 'now' | 'monotonic'>): Instant {
  return { wall: clock.now(), monotonic: clock.monotonic() };
}
