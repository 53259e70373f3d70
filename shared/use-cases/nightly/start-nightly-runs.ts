import { restsAfterEndedHosts } from '../../core/issues/failing-work.js';
import { waitingSetup } from '../../core/issues/setup-health.js';
import { withHealth } from '../../core/issues/tenant-health.js';
import { JOB_VERSION } from '../../core/job.js';
import { nightDue, nightlyActiveKey, nightlyDelayMs, nightlyRun } from '../../core/nightly.js';
import { takesTriggers } from '../../core/notification.js';
import { RESOURCES } from '../../core/resource.js';
import type { Run } from '../../core/run.js';
import type { Tenant } from '../../core/tenant.js';
import { awaitsSetup, keepsItself } from '../../core/tenant-state.js';
import type { Clock } from '../../ports/clock.js';
import type { JobQueue } from '../../ports/job-queue.js';
import type { Log } from '../../ports/log.js';
import { recordFoundSetups } from '../../ports/record-waiting-setup.js';
import type { Runs, Tenants } from '../../ports/registry.js';
import type { AttentionRows, SyncStates } from '../../ports/sync-state.js';
import type { TenantWalk } from '../../ports/tenant-walk.js';
import { LEFT_OVER_AFTER_MS, leftOverWork, type LeftOverPorts } from './left-over-work.js';

export interface NightlyPorts extends LeftOverPorts {
  readonly walkTenants: TenantWalk;
  readonly tenants: Tenants;
  readonly runs: Runs;
  readonly syncStates: SyncStates;
  readonly attention: AttentionRows;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * One tick of the nightly timer: starts the run of every night that has come, where a setup of the tenant is started,
 * and wakes tenants whose work was left lying because its job was lost. Ticks may come late, doubly, or by hand: a night has one run all the same.
 * @throws AggregateError after all tenants were tried, where some failed
 */
export function createStartNightlyRuns(
  ports: NightlyPorts,
  settings: {
    /** Over how long after their local time the tenants' nights are spread; 0 starts each at its time. */
    readonly nightlyWindowMs: number;
  },
): () => Promise<void> {
  return async () => {
    const now = ports.clock.now();
    await ports.walkTenants(async (tenant) => {
      const delayMs = nightlyDelayMs(tenant.tenantId, settings.nightlyWindowMs);
      const started = takesTriggers(tenant) && (await startNight(ports, tenant, { now, delayMs }));
      if (!started) await wakeForWorkLeftOver(ports, tenant, now);
    });
  };
}

/** Answers whether a run was sent on its way. */
async function startNight(
  ports: NightlyPorts,
  tenant: Tenant,
  times: { readonly now: number; readonly delayMs: number },
): Promise<boolean> {
  const { now } = times;
  const night = nightDue({ ...tenant, connectedAt: tenant.connectedAt ?? tenant.createdAt, ...times });
  if (night.kind === 'notDue') return false;
  const run = nightlyRun(tenant.tenantId, night.localDate, new Date(now).toISOString());
  const stored = await ports.runs.get(run.tenantId, run.runId);
  const known = stored?.value ?? (await ports.runs.request(run, nightlyActiveKey(night.localDate))).run;
  // A run that is recorded but not started may have been left by a crash before its message was sent.
  if (known.status !== 'NotStarted') return false;
  await sendOnItsWay(ports, known, now);
  if (stored === null) {
    ports.log.info('Nightly run requested', { tenantId: run.tenantId, runId: run.runId });
  }
  return true;
}

/** Repeatable: the wants ask for a round that begins later, and the broker drops the message's double. */
async function sendOnItsWay(ports: NightlyPorts, run: Run, now: number): Promise<void> {
  const { tenantId, runId } = run;
  const since = new Date(now).toISOString();
  for (const resource of RESOURCES) {
    await ports.syncStates.want(tenantId, resource, { full: run.full, since });
  }
  await ports.queue.send([
    {
      // The run's id is that of the night, the same for every tenant.
      messageId: `run:${tenantId}:${runId}:start`,
      job: { version: JOB_VERSION, tenantId, attempt: 0, kind: 'run', runId },
      dueAt: null,
    },
  ]);
  await ports.attention.signal(tenantId, `run:${runId}`);
}

/** The net under the queue: what stands in the tables is gone on with, even if its message was lost. */
async function wakeForWorkLeftOver(ports: NightlyPorts, tenant: Tenant, now: number): Promise<void> {
  const { tenantId } = tenant;
  if (tenant.paused || !mayBeWokenFor(tenant) || restsAfterEndedHosts(tenant.health.failing, now)) return;
  const reason = (await startLeftOver(ports, tenant)) ?? (await leftOverWork(ports, tenant, now));
  if (reason === null) return;
  await ports.queue.send([
    {
      messageId: `wake:${tenantId}:${Math.floor(now / LEFT_OVER_AFTER_MS)}`,
      job: { version: JOB_VERSION, tenantId, attempt: 0, kind: 'continue', reason },
      dueAt: null,
    },
  ]);
}

/** Whatever stands for another tenant waits until somebody lets us in, or is done by its disconnection. */
function mayBeWokenFor({ state }: Tenant): boolean {
  return awaitsSetup(state) || keepsItself(state) || state.kind === 'parked';
}

/** A setup was started, and no job has seen it yet: a running tenant's need not be read. */
async function startLeftOver(ports: NightlyPorts, tenant: Tenant): Promise<string | null> {
  if (!awaitsSetup(tenant.state)) return null;
  const { tenantId } = tenant;
  const setups = await ports.setups.all(tenantId);
  if (withHealth(tenant, { waitingSetup: waitingSetup(setups) }) !== tenant)
    await recordFoundSetups(ports, tenantId, setups);
  return setups.some(({ state }) => state === 'started') ? 'a started setup was left over' : null;
}
