import { JOB_VERSION } from '../core/job.js';
import type { Chance } from '../ports/clock.js';
import type { JobQueue } from '../ports/job-queue.js';
import type { SetupWork } from '../ports/setup-work.js';
import type { AttentionRows } from '../ports/sync-state.js';

export interface RequestSetupWorkPorts {
  readonly attention: AttentionRows;
  readonly queue: JobQueue;
  readonly chance: Chance;
}

/**
 * Has a job look at the setups of a tenant: what there is to do shows by comparing them with how far jobs are with
 * them, so that any job that comes does it, and a lost message costs time only.
 */
export function createRequestSetupWork({ attention, queue, chance }: RequestSetupWorkPorts): SetupWork {
  return {
    async requested(tenantId, setupId) {
      const job = { version: JOB_VERSION, kind: 'continue', tenantId, attempt: 0, reason: 'setup' } as const;
      await queue.send([{ messageId: `setup:${tenantId}:${chance.newId()}`, job, dueAt: null }]);
      await attention.signal(tenantId, `setup:${setupId}`);
    },
  };
}
