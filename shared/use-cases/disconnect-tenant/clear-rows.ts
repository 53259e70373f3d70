import { withRemoved } from '../../core/disconnection.js';
import { RowConflict } from '../../core/failures.js';
import { isActive } from '../../core/run.js';
import type { Removal } from './removal.js';

/** Kept until Graph was asked a last time to end them. */
const CLEARED_WHEN_SETTLED = 'Subscriptions';

/**
 * Removes the rows under the tenant's own keys, a stretch at a time.
 * @param settled whether nobody can be writing any more who was let in before
 * @returns whether no row was left; false where the budget was spent before
 */
export async function clearRows(removal: Removal, settled: boolean): Promise<boolean> {
  const { tenantRows } = removal.ports;
  for (const table of tenantRows.tables) {
    if (table === CLEARED_WHEN_SETTLED && !settled) continue;
    if (!(await clearTable(removal, table))) return false;
  }
  return true;
}

async function clearTable(removal: Removal, table: string): Promise<boolean> {
  for (;;) {
    await removal.keeper.renewIfDue();
    const { removed, more } = await removal.ports.tenantRows.clear(removal.fence, table);
    if (removed > 0) removal.progressed = true;
    await removal.note((operation) => withRemoved(operation, table, removed));
    if (!more) break;
    if (removal.budgetSpent) return false;
  }
  const unknown = await removal.ports.tenantRows.clearUnknown(removal.fence, table);
  await removal.note((operation) => withRemoved(operation, table, unknown));
  return true;
}

/** Whoever follows a run sees why it ended, until its row goes too. */
export async function cancelRuns(removal: Removal): Promise<void> {
  const { runs, clock } = removal.ports;
  const endedAt = new Date(clock.now()).toISOString();
  for (const { value, tag } of await runs.active(removal.tenantId)) {
    if (!isActive(value)) continue;
    await removal.holdOn();
    try {
      await runs.save({ ...value, status: 'Canceled', endedAt }, tag);
    } catch (failure) {
      if (!(failure instanceof RowConflict)) throw failure;
    }
  }
}
