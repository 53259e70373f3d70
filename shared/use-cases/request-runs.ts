import { type Failure, Throttled, Unavailable } from '../core/failures.js';
import { JOB_VERSION } from '../core/job.js';
import { JOBS, RESOURCES, type Job } from '../core/resource.js';
import { runIdAt } from '../core/run-id.js';
import { newRun, type Run } from '../core/run.js';
import type { Chance, Clock } from '../ports/clock.js';
import type { JobQueue } from '../ports/job-queue.js';
import type { Runs, Tenants } from '../ports/registry.js';
import type { AttentionRows, SyncStates } from '../ports/sync-state.js';

export interface RequestRunsPorts {
  readonly tenants: Tenants;
  readonly runs: Runs;
  readonly syncStates: SyncStates;
  readonly queue: JobQueue;
  readonly attention: AttentionRows;
  readonly clock: Clock;
  readonly chance: Chance;
}

export type RequestRunsOutcome =
  /** Asked for now, or active already with the same jobs and the same `full`. */
  | { readonly kind: 'accepted'; readonly run: Run }
  | { readonly kind: 'tenantNotFound' }
  | { readonly kind: 'tenantPaused' }
  /** Nobody has let us in yet: no run could end. */
  | { readonly kind: 'tenantAwaitingConsent' }
  /** The run stands in the table; asking again sends its message. */
  | { readonly kind: 'queueUnavailable'; readonly retryAfterMs: number | null; readonly cause: Failure };

/**
 * Run Jobs: asks for a round of each resource, for people as the run's row says it, and answers immediately. A parked
 * tenant may be asked, since that is how an operator tries again after a fix.
 */
export async function requestRuns(
  ports: RequestRunsPorts,
  tenantId: string,
  wish: { readonly jobs: readonly Job[]; readonly full: boolean },
): Promise<RequestRunsOutcome> {
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null) return { kind: 'tenantNotFound' };
  if (tenant.value.state.kind === 'awaitingConsent') return { kind: 'tenantAwaitingConsent' };
  if (tenant.value.paused) return { kind: 'tenantPaused' };
  const jobs = JOBS.filter((job) => wish.jobs.includes(job));
  const now = ports.clock.now();
  const asked = newRun({
    ...{ tenantId, jobs, full: wish.full, trigger: 'manual' },
    runId: runIdAt(now, ports.chance.newId()),
    requestedAt: new Date(now).toISOString(),
  });
  const { run } = await ports.runs.request(asked, `manual|${jobs.join(',')}|full=${wish.full}`);
  await recordWants(ports.syncStates, run);
  const sent = await wake(ports.queue, run);
  if (sent !== null) return sent;
  await ports.attention.signal(tenantId, `run:${run.runId}`);
  return { kind: 'accepted', run };
}

/**
 * The first request may have stopped before this step, so that it is repeated for an active run; but a part that a
 * round serves already must not ask for another one.
 */
async function recordWants(syncStates: SyncStates, run: Run): Promise<void> {
  for (const resource of RESOURCES) {
    if (run.parts[resource]?.kind !== 'waiting') continue;
    await syncStates.want(run.tenantId, resource, { full: run.full, since: run.requestedAt });
  }
}

async function wake(queue: JobQueue, run: Run): Promise<RequestRunsOutcome | null> {
  const { tenantId, runId } = run;
  try {
    await queue.send([
      {
        messageId: `run:${runId}:start`,
        job: { version: JOB_VERSION, kind: 'run', tenantId, runId, attempt: 0 },
        dueAt: null,
      },
    ]);
    return null;
  } catch (failure) {
    if (failure instanceof Unavailable || failure instanceof Throttled)
      return { kind: 'queueUnavailable', retryAfterMs: failure.retryAfterMs, cause: failure };
    throw failure;
  }
}
