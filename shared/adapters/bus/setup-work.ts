import { setupJobFor, type CoalescingSettings } from '../../core/coalescing.js';
import { Windows } from '../../core/windows.js';
import type { Chance, Clock } from '../../ports/clock.js';
import type { JobQueue } from '../../ports/job-queue.js';
import type { SetupWork } from '../../ports/setup-work.js';
import type { AttentionRows } from '../../ports/sync-state.js';

/**
 * Calls the attention of the lease holder, and wakes a job for when nobody does: one for everything that is
 * asked for within a window, so that hundreds of answers about records are not hundreds of jobs.
 */
export function createSetupWork(
  ports: {
    readonly queue: JobQueue;
    readonly attention: AttentionRows;
    readonly chance: Pick<Chance, 'newId'>;
    readonly clock: Pick<Clock, 'now'>;
  },
  settings: Pick<CoalescingSettings, 'windowMs' | 'skewMs'>,
): SetupWork {
  const windows = new Windows(settings.skewMs, () => ports.chance.newId());
  return {
    async requested(tenantId, setupId) {
      await ports.attention.signal(tenantId, `setup:${setupId}:${ports.chance.newId()}`);
      // After the signal: a job of this window comes after everything that was signalled in it.
      await ports.queue.send([setupJobFor(tenantId, windows.instant(ports.clock.now()), settings)]);
    },
  };
}
