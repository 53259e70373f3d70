import { Failure, RowConflict } from '../core/failures.js';
import { withDeadLetters } from '../core/issues/dead-letters.js';
import type { Clock } from './clock.js';
import type { Log } from './log.js';
import type { Tenants } from './registry.js';
import type { DeadLetters } from './sync-state.js';

export interface RecordDeadLettersPorts {
  readonly tenants: Pick<Tenants, 'get' | 'save'>;
  readonly deadLetters: Pick<DeadLetters, 'count'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/**
 * Records on a tenant's row how many dead letters it has, after one was added or removed. Never fails for a table: the
 * timer `upkeep` records the same.
 * @param tenantId null for letters that name no tenant: nothing is recorded
 */
export async function recordDeadLetters(
  ports: RecordDeadLettersPorts,
  tenantId: string | null,
): Promise<void> {
  if (tenantId === null) return;
  try {
    while (!(await recorded(ports, tenantId)));
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const why = failure.message;
    ports.log.warn('The number of dead letters could not be recorded yet', { tenantId, why });
  }
}

/** Counts after the row was read: of two that count at the same time, one meets the other's write. False if it did. */
async function recorded(
  { tenants, deadLetters, clock }: RecordDeadLettersPorts,
  tenantId: string,
): Promise<boolean> {
  const stored = await tenants.get(tenantId);
  if (stored === null) return true;
  const count = await deadLetters.count(tenantId);
  const next = withDeadLetters(stored.value, count, new Date(clock.now()).toISOString());
  if (next === stored.value) return true;
  try {
    await tenants.save(next, stored.tag);
    return true;
  } catch (failure) {
    if (failure instanceof RowConflict) return false;
    throw failure;
  }
}
