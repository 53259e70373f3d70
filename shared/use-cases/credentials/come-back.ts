import { Failure } from '../../core/failures.js';
import { JOB_VERSION } from '../../core/job.js';
import { RESOURCES } from '../../core/resource.js';
import type { Tenant } from '../../core/tenant.js';
import type { Chance, Clock } from '../../ports/clock.js';
import type { JobQueue, QueuedJob } from '../../ports/job-queue.js';
import type { Log } from '../../ports/log.js';
import type { SyncStates } from '../../ports/sync-state.js';

export interface ComeBackPorts {
  readonly syncStates: SyncStates;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

/**
 * Before a parked tenant is let go on: whatever was announced while its notifications were refused is asked for. It
 * is to be stored first, so that a stop right after the tenant is back loses nothing.
 */
export async function wantWhatWasRefused(
  ports: Pick<ComeBackPorts, 'syncStates' | 'clock'>,
  { tenantId, state }: Tenant,
): Promise<void> {
  if (state.kind !== 'parked' || state.before !== 'running') return;
  const since = new Date(ports.clock.now()).toISOString();
  for (const resource of RESOURCES) await ports.syncStates.want(tenantId, resource, { full: false, since });
}

/**
 * After a parked tenant was let go on: it is woken. Nothing where it was not parked. Its outage is told by the sync
 * that ends it (`note-synced.ts`), since Graph may yet refuse that, and then it is the same outage.
 */
export async function goOn(ports: ComeBackPorts, before: Tenant, after: Tenant): Promise<void> {
  if (before.state.kind !== 'parked' || after.state.kind === 'parked') return;
  const { tenantId } = after;
  ports.log.info('A parked tenant is let in again', { tenantId });
  if (before.state.before !== 'running') return;
  const common = { version: JOB_VERSION, tenantId, attempt: 0 } as const;
  const id = ports.chance.newId();
  const jobs: QueuedJob[] = [
    {
      messageId: `back:${tenantId}:${id}`,
      job: { ...common, kind: 'continue', reason: 'back' },
      dueAt: null,
    },
    {
      messageId: `back-subscriptions:${tenantId}:${id}`,
      job: { ...common, kind: 'subscriptions' },
      dueAt: null,
    },
  ];
  try {
    await ports.queue.send(jobs);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    // The timers wake it: what is wanted stands in the tables.
    ports.log.warn('A tenant that is back could not be woken yet', { tenantId, why: failure.message });
  }
}
