import { judgeHearing } from '../core/hearing.js';
import { JOB_VERSION } from '../core/job.js';
import { takesTriggers } from '../core/notification.js';
import { FEWEST_POLL_MINUTES, pollDue, pollId } from '../core/polling.js';
import { RESOURCES, type Resource } from '../core/resource.js';
import { silentResources, withSilence } from '../core/issues/silence.js';
import type { ResourceState } from '../core/round.js';
import type { Tenant } from '../core/tenant.js';
import { changeTenant } from '../ports/change-tenant.js';
import type { Clock } from '../ports/clock.js';
import type { JobQueue } from '../ports/job-queue.js';
import type { Log } from '../ports/log.js';
import type { Subscriptions, Tenants } from '../ports/registry.js';
import type { SyncStates } from '../ports/sync-state.js';
import type { TenantWalk } from '../ports/tenant-walk.js';

export interface SchedulePollsPorts {
  readonly walkTenants: TenantWalk;
  readonly tenants: Tenants;
  readonly subscriptions: Subscriptions;
  readonly syncStates: SyncStates;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly log: Log;
}

type States = Readonly<Record<Resource, ResourceState>>;

/** How often a tenant is polled whose notifications are doubtful: they may be all that was lost, or only the first. */
const DOUBTFUL_EVERY_MINUTES = FEWEST_POLL_MINUTES;

const MINUTE_MS = 60_000;

/**
 * One tick of backstop polling. Graph drops notifications without a word, so each running tenant's directory is asked
 * for changes at least every so often, and more often while notifications seem not to come. A poll is a round like any
 * other: where nothing changed it costs one request per resource.
 *
 * The same tick judges silence: where polls keep finding changes that a standing subscription did not announce, the
 * tenant says so as long as it lasts.
 * @throws AggregateError after all tenants were tried, where some failed
 */
export function createSchedulePolls(
  ports: SchedulePollsPorts,
  settings: {
    /** Instead of what tenants say; null where theirs counts. */
    readonly everyMinutes: number | null;
  },
): () => Promise<void> {
  return async () => {
    const now = ports.clock.now();
    await ports.walkTenants(async (tenant) => {
      if (!takesTriggers(tenant)) return;
      const states = await ports.syncStates.read(tenant.tenantId);
      const doubtful = await doubtfulResources(ports, tenant.tenantId, states, now);
      await tellSilence(ports, tenant, silentResources(states, doubtful, now), now);
      const minutesOf = (resource: Resource): number => {
        const usual = settings.everyMinutes ?? tenant.pollEveryMinutes;
        return doubtful.includes(resource) ? Math.min(usual, DOUBTFUL_EVERY_MINUTES) : usual;
      };
      await poll(ports, tenant.tenantId, states, { now, minutesOf });
    });
  };
}

async function poll(
  ports: SchedulePollsPorts,
  tenantId: string,
  states: States,
  { now, minutesOf }: { readonly now: number; readonly minutesOf: (resource: Resource) => number },
): Promise<void> {
  const isDue = (resource: Resource, wanted: boolean): boolean =>
    pollDue({ tenantId, state: states[resource], wanted, now, everyMs: minutesOf(resource) * MINUTE_MS });
  // Nearly always nothing is due: then nobody is asked whether it is wanted already.
  if (!RESOURCES.some((resource) => isDue(resource, false))) return;
  const wanted = (await ports.syncStates.wants(tenantId)).map(({ resource }) => resource);
  const due = RESOURCES.filter((resource) => isDue(resource, wanted.includes(resource)));
  if (due.length === 0) return;
  const since = new Date(now).toISOString();
  for (const resource of due) await ports.syncStates.want(tenantId, resource, { full: false, since });
  const job = { version: JOB_VERSION, tenantId, attempt: 0, kind: 'continue', reason: 'poll' } as const;
  await ports.queue.send([{ messageId: pollId(tenantId, now), job, dueAt: null }]);
}

/** Resources whose changes were found unannounced although a subscription stood when they may have happened. */
async function doubtfulResources(
  ports: Pick<SchedulePollsPorts, 'subscriptions'>,
  tenantId: string,
  states: States,
  now: number,
): Promise<Resource[]> {
  const doubtful = RESOURCES.filter((resource) => judgeHearing(states[resource].hearing, now) !== 'fine');
  if (doubtful.length === 0) return [];
  const rows = await ports.subscriptions.list(tenantId);
  return doubtful.filter((resource) => {
    const since = states[resource].hearing.unannounced?.since ?? '';
    return rows.some((row) => row.resource === resource && row.madeAt !== null && row.madeAt <= since);
  });
}

async function tellSilence(
  ports: SchedulePollsPorts,
  seen: Tenant,
  silent: readonly Resource[],
  now: number,
): Promise<void> {
  const at = new Date(now).toISOString();
  const told = (tenant: Tenant): Tenant => withSilence(tenant, silent, at);
  if (told(seen) === seen) return;
  await changeTenant(ports, seen.tenantId, told);
  if (silent.length > 0)
    ports.log.warn('Notifications have gone silent', {
      tenantId: seen.tenantId,
      resources: silent.join(' '),
    });
  else ports.log.info('Notifications are heard again', { tenantId: seen.tenantId });
}
