import { RowConflict } from '../core/failures.js';
import { isActive, type Run } from '../core/run.js';
import type { Clock } from '../ports/clock.js';
import type { Runs } from '../ports/registry.js';
import type { AttentionRows } from '../ports/sync-state.js';

export interface CancelRunPorts {
  readonly runs: Runs;
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
      await ports.attention.signal(tenantId, `cancel:${runId}`);
      return saved.value;
    } catch (failure) {
      if (!(failure instanceof RowConflict) || tries === TRIES) throw failure;
    }
  }
}
