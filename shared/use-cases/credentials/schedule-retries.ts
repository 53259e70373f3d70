import { JOB_VERSION } from '../../core/job.js';
import { parkedRetryDue, type ParkedRetrySettings } from '../../core/parked-retry.js';
import type { Clock } from '../../ports/clock.js';
import type { JobQueue } from '../../ports/job-queue.js';
import type { TenantWalk } from '../../ports/tenant-walk.js';

export interface ScheduleRetriesPorts {
  readonly walkTenants: TenantWalk;
  readonly queue: JobQueue;
  readonly clock: Clock;
}

/**
 * One tick of the upkeep timer: each parked tenant whose next try is due gets a job that looks whether it is mended.
 * @throws AggregateError after all tenants were visited, where some failed
 */
export function createScheduleRetries(
  ports: ScheduleRetriesPorts,
  settings: ParkedRetrySettings,
): () => Promise<void> {
  return async () => {
    const now = ports.clock.now();
    await ports.walkTenants(async (tenant) => {
      if (!parkedRetryDue(tenant, settings, now)) return;
      const { tenantId, lastOutage, state } = tenant;
      // One for each try: a tick that comes before it was made adds none.
      const last = lastOutage?.triedAt ?? lastOutage?.parkedAt ?? state.since;
      const job = { version: JOB_VERSION, tenantId, attempt: 0, kind: 'retryParked' } as const;
      await ports.queue.send([{ messageId: `retryParked:${tenantId}:${last}`, job, dueAt: null }]);
    });
  };
}
