import { beforeEach, describe, expect, it } from 'vitest';
import { createTableStores, type TableStores } from '../../../../shared/adapters/tables/table-stores.js';
import { LeaseLost } from '../../../../shared/core/failures.js';
import { LeaseSightings } from '../../../../shared/core/lease-sightings.js';
import { LeaseKeeper, type LeaseResult } from '../../../../shared/use-cases/sync-tenant/lease-keeper.js';
import { MemoryTables } from '../../../fakes/memory-tables.js';
import { TENANT_ID } from '../../../histories/world.js';

const SETTINGS = { leaseLengthMs: 60_000, requestInFlightMs: 10_000 };
const AT = Date.parse('2026-01-05T08:00:00Z');

/** A process with clocks of its own. */
class Process {
  private readonly leaseSightings = new LeaseSightings();

  constructor(
    private readonly stores: TableStores,
    public wall = AT,
    public monotonic = 0,
  ) {}

  /** Both clocks go on. */
  pass(milliseconds: number): void {
    this.wall += milliseconds;
    this.monotonic += milliseconds;
  }

  take(): Promise<LeaseResult> {
    const clock = {
      now: () => this.wall,
      monotonic: () => this.monotonic,
      wait: () => Promise.resolve(),
    };
    const { leaseSightings } = this;
    return LeaseKeeper.take(
      { leases: this.stores.leases, leaseSightings, clock },
      SETTINGS,
      TENANT_ID,
      String(this.monotonic),
    );
  }
}

async function taken(process: Process): Promise<LeaseKeeper> {
  const result = await process.take();
  if (result.kind === 'held') throw new Error(`It is held for ${result.leftMs} ms.`);
  return result.keeper;
}

/** Clocks of two processes agree on nothing. */
describe('one writer per tenant', () => {
  let stores: TableStores;
  beforeEach(() => {
    stores = createTableStores(new MemoryTables());
  });

  it.each([-3_600_000, 60_000, 3_600_000])('also if the clock of the second is %i ms off', async (offMs) => {
    const first = new Process(stores);
    const second = new Process(stores, AT + offMs, 500);
    const keeper = await taken(first);
    for (let renewal = 0; renewal < 10; renewal += 1) {
      expect((await second.take()).kind).toBe('held');
      for (const process of [first, second]) process.pass(25_000);
      await keeper.renewIfDue();
      keeper.fence(TENANT_ID, 16).assertHeld();
    }
  });

  it.each([-3_600_000, 0, 3_600_000])(
    'takes over from one that died once its lease stood still for its length, if the clocks are %i ms apart',
    async (offMs) => {
      const second = new Process(stores, AT + offMs, 500);
      await taken(new Process(stores));
      expect(await second.take()).toEqual({ kind: 'held', leftMs: 60_000 });
      second.pass(59_999);
      expect(await second.take()).toEqual({ kind: 'held', leftMs: 1 });
      second.pass(1);
      expect((await second.take()).kind).toBe('taken');
    },
  );

  it('holds off one whose machine was suspended, while its monotonic clock stood still', async () => {
    const first = new Process(stores);
    const keeper = await taken(first);
    const second = new Process(stores);
    await second.take();
    second.pass(60_000);
    first.wall += 60_000;
    (await taken(second)).fence(TENANT_ID, 16).assertHeld();
    expect(() => keeper.fence(TENANT_ID, 16).assertHeld()).toThrow(LeaseLost);
    await expect(keeper.renewIfDue()).rejects.toThrow(LeaseLost);
  });

  it('is not taken for dead because its clock was set back', async () => {
    const first = new Process(stores);
    const keeper = await taken(first);
    first.wall -= 3_600_000;
    first.monotonic += 49_000;
    keeper.fence(TENANT_ID, 16).assertHeld();
    first.monotonic += 2_000;
    expect(() => keeper.fence(TENANT_ID, 16).assertHeld()).toThrow(LeaseLost);
  });
});
