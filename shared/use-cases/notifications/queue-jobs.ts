import { Unavailable } from '../../core/failures.js';
import type { JobQueue, QueuedJob } from '../../ports/job-queue.js';

/** @throws Unavailable whatever was in the way, so that Graph sends the notifications again */
export async function queueJobs(queue: JobQueue, jobs: readonly QueuedJob[]): Promise<void> {
  if (jobs.length === 0) return;
  try {
    await queue.send(jobs);
  } catch (cause) {
    if (cause instanceof Unavailable) throw cause;
    throw new Unavailable('The jobs of a notification could not be queued', null, { cause });
  }
}
