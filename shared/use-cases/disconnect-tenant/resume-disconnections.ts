import { isForgettable, type Disconnection } from '../../core/disconnection.js';
import { RowConflict } from '../../core/failures.js';
import { JOB_VERSION } from '../../core/job.js';
import type { Disconnections } from '../../ports/disconnections.js';
import type { JobQueue } from '../../ports/job-queue.js';
import type { Stored } from '../../ports/registry.js';
import type { TenantWalk } from '../../ports/tenant-walk.js';
import { clearRests, looksForRests, type ClearRestsPorts } from './clear-rests.js';

export interface ResumeDisconnectionsPorts extends ClearRestsPorts {
  readonly walkTenants: TenantWalk;
  readonly disconnections: Disconnections;
  readonly queue: JobQueue;
}

/** A removal is woken at most once in so long. */
const WINDOW_MS = 5 * 60_000;
const ROWS_PER_PAGE = 500;

/**
 * One tick of the upkeep timer: wakes removals whose job may have been lost, removes what late writers left of tenants
 * that were disconnected, and forgets operations that ended 30 days ago. One that failed waits for whoever asks again.
 * @throws AggregateError where some tenants could not be looked at
 */
export function createResumeDisconnections(ports: ResumeDisconnectionsPorts): () => Promise<void> {
  return async () => {
    const now = ports.clock.now();
    const begun = new Set<string>();
    for await (const stored of operations(ports.disconnections)) {
      const { tenantId, status, startedAt } = stored.value;
      begun.add(`${tenantId} ${startedAt}`);
      if (status === 'Running') await wake(ports, tenantId, now);
      const isForgotten = isForgettable(stored.value, now);
      if (isForgotten || looksForRests(stored.value, now)) await clearRests(ports, tenantId);
      if (isForgotten) await forget(ports, stored);
    }
    // Whoever asked may have stopped before the operation was written.
    await ports.walkTenants(async ({ tenantId, state }) => {
      const lost = state.kind === 'disconnecting' && !begun.has(`${tenantId} ${state.since}`);
      if (lost) await wake(ports, tenantId, now);
    });
  };
}

async function* operations(disconnections: Disconnections): AsyncIterable<Stored<Disconnection>> {
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<Disconnections['list']>> = await disconnections.list({
      after,
      limit: ROWS_PER_PAGE,
    });
    yield* page.rows;
    after = page.next;
  } while (after !== null);
}

async function wake({ queue }: ResumeDisconnectionsPorts, tenantId: string, now: number): Promise<void> {
  const messageId = `disconnect:${tenantId}:${Math.floor(now / WINDOW_MS)}`;
  const job = { version: JOB_VERSION, tenantId, attempt: 0, kind: 'disconnect' } as const;
  await queue.send([{ messageId, job, dueAt: null }]);
}

/** One that was begun anew meanwhile stays. */
async function forget(
  { disconnections }: ResumeDisconnectionsPorts,
  { value, tag }: Stored<Disconnection>,
): Promise<void> {
  try {
    await disconnections.remove(value.tenantId, tag);
  } catch (failure) {
    if (!(failure instanceof RowConflict)) throw failure;
  }
}
