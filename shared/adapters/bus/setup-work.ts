import { JOB_VERSION } from '../../core/job.js';
import type { Chance } from '../../ports/clock.js';
import type { JobQueue } from '../../ports/job-queue.js';
import type { SetupWork } from '../../ports/setup-work.js';
import type { AttentionRows } from '../../ports/sync-state.js';

/** Calls the attention of whoever holds the lease, and wakes a job for when nobody does. */
export function createSetupWork(ports: {
  readonly queue: JobQueue;
  readonly attention: AttentionRows;
  readonly chance: Chance;
}): SetupWork {
  return {
    async requested(tenantId, setupId) {
      const id = ports.chance.newId();
      await ports.attention.signal(tenantId, `setup:${setupId}:${id}`);
      const job = { version: JOB_VERSION, tenantId, attempt: 0, kind: 'continue', reason: 'setup' } as const;
      await ports.queue.send([{ messageId: `setup:${tenantId}:${id}`, job, dueAt: null }]);
    },
  };
}
