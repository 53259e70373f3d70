import type { ConsentApp } from '../core/bundle.js';
import { restsAfterEndedHosts } from '../core/issues/failing-work.js';
import { JOB_VERSION } from '../core/job.js';
import { takesTriggers } from '../core/notification.js';
import { spreadOf } from '../core/spread.js';
import { upkeepNeed, type UpkeepNeed } from '../core/subscription-upkeep.js';
import type { Subscription } from '../core/subscription.js';
import { appCredentialFor } from '../core/tenant.js';
import { awaitsSetup } from '../core/tenant-state.js';
import type { Clock } from '../ports/clock.js';
import type { JobQueue } from '../ports/job-queue.js';
import type { Subscriptions } from '../ports/registry.js';
import type { TenantWalk } from '../ports/tenant-walk.js';

export interface ScheduleUpkeepPorts {
  readonly walkTenants: TenantWalk;
  readonly subscriptions: Subscriptions;
  readonly queue: JobQueue;
  readonly clock: Clock;
}

/** A tenant's upkeep is asked for at most once in so long; a failed one is asked for again after it. */
const WINDOW_MS = 5 * 60_000;

/** Over how much of it those jobs are spread that need not be at once. */
const SPREAD_MS = 4 * 60_000;

/**
 * One tick of the upkeep timer: each running tenant that may be told of changes and whose subscriptions are missing or
 * old gets a job that mends them, since only the holder of the tenant's session may write for it. So does one none of
 * whose setups is started any more and whose subscriptions still stand: they are ended.
 * @throws AggregateError after all tenants were tried, where some failed
 */
export function createScheduleUpkeep(
  ports: ScheduleUpkeepPorts,
  settings: {
    readonly renewAfterMs: number;
    readonly lifecycleUrl: string;
    readonly consentApps: readonly ConsentApp[];
    /** Whether Graph reaches us; where not, whatever subscriptions stand are ended. */
    readonly notified: boolean;
  },
): () => Promise<void> {
  return async () => {
    const now = ports.clock.now();
    await ports.walkTenants(async (tenant) => {
      const { tenantId } = tenant;
      const isRunning = takesTriggers(tenant);
      const isKept = isRunning && settings.notified;
      if (!isRunning && !awaitsSetup(tenant.state)) return;
      if (restsAfterEndedHosts(tenant.health.failing, now)) return;
      if (isKept && appCredentialFor(tenant, 'near-real-time', settings.consentApps) === null) return;
      const rows = await ports.subscriptions.list(tenantId);
      const need = isKept ? upkeepNeed(rows, { now, ...settings }) : endNeed(rows);
      if (need === 'nothing') return;
      await ports.queue.send([
        {
          messageId: `subscriptions:${tenantId}:${Math.floor(now / WINDOW_MS)}`,
          job: { version: JOB_VERSION, tenantId, attempt: 0, kind: 'subscriptions' },
          dueAt: need === 'late' ? null : now + spreadOf(tenantId, SPREAD_MS),
        },
      ]);
    });
  };
}

/** Of a tenant that nobody is to be told of. */
function endNeed(rows: readonly Subscription[]): UpkeepNeed {
  return rows.length === 0 ? 'nothing' : 'due';
}
