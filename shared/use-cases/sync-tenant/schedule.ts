import type { SyncJob } from '../../core/job.js';
import type { SyncPorts } from './ports.js';

/** Puts a copy of the job on the queue for later, with its attempt in its body. */
export async function scheduleAgain(
  ports: Pick<SyncPorts, 'queue' | 'clock' | 'chance'>,
  job: SyncJob,
  attempt: number,
  delayMs: number,
): Promise<void> {
  const messageId = `later:${job.tenantId}:${ports.chance.newId()}`;
  await ports.queue.send([{ messageId, job: { ...job, attempt }, dueAt: ports.clock.now() + delayMs }]);
}
