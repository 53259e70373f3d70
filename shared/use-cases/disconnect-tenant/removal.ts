import { inStage, type Disconnection, type DisconnectionStage } from '../../core/disconnection.js';
import { RowConflict } from '../../core/failures.js';
import type { Tenant } from '../../core/tenant.js';
import type { Stored } from '../../ports/registry.js';
import type { Fence } from '../../ports/scope.js';
import type { TenantLease } from '../../ports/tenant-lease.js';
import type { DisconnectPorts, DisconnectSettings } from './ports.js';

/** One job's part of a removal: the lease it holds, and the operation as it stands. */
export class Removal {
  /** True once something durable was achieved: then the next try counts from nothing. */
  progressed = false;
  readonly fence: Fence;

  constructor(
    readonly ports: DisconnectPorts,
    readonly settings: DisconnectSettings,
    /** Null once its row is gone and only the last steps are left. */
    readonly tenant: Tenant | null,
    readonly keeper: TenantLease,
    private stored: Stored<Disconnection>,
    private readonly job: {
      /** By the monotonic clock. */
      readonly deadline: number;
      /** Tries without progress before this one. */
      readonly attempt: number;
    },
  ) {
    this.fence = keeper.fence(stored.value.tenantId, 1);
  }

  get tenantId(): string {
    return this.stored.value.tenantId;
  }

  get operation(): Disconnection {
    return this.stored.value;
  }

  get attempt(): number {
    return this.job.attempt;
  }

  get budgetSpent(): boolean {
    return this.ports.clock.monotonic() >= this.job.deadline;
  }

  /** Before every write outside the fence: @throws LeaseLost */
  async holdOn(): Promise<void> {
    await this.keeper.renewIfDue();
    this.fence.assertHeld();
  }

  /** Every stage but `waiting`, which lasts until a known instant. */
  async enter(stage: Exclude<DisconnectionStage, 'waiting'>): Promise<void> {
    await this.note((operation) => inStage(operation, stage));
  }

  /** Changes the operation's row, though an operator may take it up again at the same time. */
  async note(change: (operation: Disconnection) => Disconnection): Promise<void> {
    for (;;) {
      const changed = change(this.stored.value);
      if (changed === this.stored.value) return;
      try {
        this.stored = await this.ports.disconnections.save(changed, this.stored.tag);
        return;
      } catch (failure) {
        if (!(failure instanceof RowConflict)) throw failure;
      }
      const current = await this.ports.disconnections.get(this.tenantId);
      if (current === null) throw new RowConflict(`The disconnection of ${this.tenantId} is gone`);
      this.stored = current;
    }
  }
}
