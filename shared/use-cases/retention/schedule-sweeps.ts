import { JOB_VERSION } from '../../core/job.js';
import { keptSince, type JournalTimes } from '../../core/retention.js';
import { spreadOf } from '../../core/spread.js';
import type { Clock } from '../../ports/clock.js';
import type { ConsentRequests } from '../../ports/consent-requests.js';
import type { JobQueue } from '../../ports/job-queue.js';
import { dropMonths, type DropMonthsPorts } from './drop-months.js';

export interface ScheduleSweepsPorts extends DropMonthsPorts {
  readonly consentRequests: Pick<ConsentRequests, 'removeExpiredBefore'>;
  readonly queue: JobQueue;
  readonly clock: Clock;
}

const DAY_MS = 24 * 60 * 60_000;
/** The broker drops the second message within it. */
const TURN_MS = 10 * 60_000;

/**
 * One tick of the upkeep timer: each tenant whose turn it is gets its daily job that removes rows that have had their
 * time, whatever its state. What belongs to no tenant is removed here: requests for consent, and months of the journal.
 * @throws AggregateError after all tenants were visited, where some failed
 */
export function createScheduleSweeps(
  ports: ScheduleSweepsPorts,
  retention: JournalTimes,
): () => Promise<void> {
  return async () => {
    const now = ports.clock.now();
    await ports.consentRequests.removeExpiredBefore(null, keptSince('consentRequest', now));
    if (now % DAY_MS < TURN_MS) await dropMonths(ports, retention, now);
    await ports.walkTenants(async ({ tenantId, state }) => {
      const passed = now + spreadOf(`sweep ${tenantId}`, DAY_MS);
      if (state.kind === 'disconnecting' || passed % DAY_MS >= TURN_MS) return;
      const job = { version: JOB_VERSION, tenantId, attempt: 0, kind: 'sweep' } as const;
      const messageId = `sweep:${tenantId}:${Math.floor(passed / DAY_MS)}`;
      await ports.queue.send([{ messageId, job, dueAt: null }]);
    });
  };
}
