import { RowConflict } from '../core/failures.js';
import { isActive, type Run } from '../core/run.js';
import { keepsItself } from '../core/tenant-state.js';
import type { Clock } from '../ports/clock.js';
import type { Runs, Tenants } from '../ports/registry.js';
import type { AttentionRows, SyncStates } from '../ports/sync-state.js';

export interface CancelRunPorts {
  readonly runs: Runs;
  readonly tenants: Tenants;
  readonly syncStates: SyncStates;
  readonly attention: AttentionRows;
  readonly clock: Clock;
}

/** A job saves its run at most once a page: more conflicts than this are no coincidence. */
const TRIES = 8;

/**
 * Cancels a run; one that is over stays as it is. Null where there is no such run.
 * @throws RowConflict where others kept changing the row
 */
export async function cancelRun(ports: CancelRunPorts, tenantId: string, runId: string): Promise<Run | null> {
  for (let tries = 1; ; tries += 1) {
    const stored = await ports.runs.get(tenantId, runId);
    if (stored === null) return null;
    if (!isActive(stored.value)) return stored.value;
    const endedAt = new Date(ports.clock.now()).toISOString();
    try {
      const saved = await ports.runs.save({ ...stored.value, status: 'Canceled', endedAt }, stored.tag);
      await withdrawWants(ports, tenantId);
      await ports.attention.signal(tenantId, `cancel:${runId}`);
      return saved.value;
    } catch (failure) {
      if (!(failure instanceof RowConflict) || tries === TRIES) throw failure;
    }
  }
}

/** Only runs ask for rounds of a tenant that does not run by itself: with the last of them its wants go. */
async function withdrawWants(ports: CancelRunPorts, tenantId: string): Promise<void> {
  const tenant = await ports.tenants.get(tenantId);
  if (tenant !== null && keepsItself(tenant.value.state)) return;
  const wants = await ports.syncStates.wants(tenantId);
  if ((await ports.runs.active(tenantId)).length > 0) return;
  for (const want of wants) await ports.syncStates.clearWant(tenantId, want.resource, want.tag);
}
