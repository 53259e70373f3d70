import {
  inStage,
  succeededDisconnection,
  withRemoved,
  type Disconnection,
} from '../../core/disconnection.js';
import { endsItsHosts, failureOutcome, hostsEnded } from '../../core/failure-outcome.js';
import { Unavailable } from '../../core/failures.js';
import type { SyncJob } from '../../core/job.js';
import type { Stored } from '../../ports/registry.js';
import type { Tenant } from '../../core/tenant.js';
import { cancelRuns, clearRows } from './clear-rows.js';
import { deleteSecrets } from './delete-secrets.js';
import { endSubscriptions } from './end-subscriptions.js';
import { leaveFormerOrganizations, leaveOrganizations } from './leave-organizations.js';
import { operationOf } from './operation-of.js';
import type { DisconnectPorts, DisconnectSettings } from './ports.js';
import { Removal } from './removal.js';

export type DisconnectJob = Extract<SyncJob, { kind: 'disconnect' }>;

/** `deliveries`: how often the broker has served the message, 1 for the first. */
export type DisconnectTenant = (job: DisconnectJob, deliveries: number) => Promise<void>;

/**
 * The job that removes everything of a tenant, under its lease, in steps each of which may be repeated. What points
 * to something goes after it: the rows, the secrets, their expiry, the tenant's own row, the lease. It is done,
 * scheduled for later, or the operation has failed with its reason; it throws only what is unknown.
 */
export function createDisconnectTenant(
  ports: DisconnectPorts,
  settings: DisconnectSettings,
): DisconnectTenant {
  return async (job, deliveries) => {
    let removal: Removal | null = null;
    try {
      if (endsItsHosts(deliveries - 1)) {
        await fail(ports, job.tenantId, hostsEnded(deliveries - 1).message);
        return;
      }
      const found = await findWork(ports, job.tenantId);
      if (found === null) return;
      const taken = await ports.takeLease(job.tenantId);
      if (taken.kind === 'held') {
        await again(ports, job, job.attempt, taken.leftMs + settings.continuationDelayMs);
        return;
      }
      const { tenant, operation } = found;
      const deadline = ports.clock.monotonic() + settings.jobBudgetMs;
      const { attempt } = job;
      removal = new Removal(ports, settings, tenant, taken.keeper, operation, { deadline, attempt });
      try {
        await conclude(removal, job, await work(removal));
      } finally {
        await taken.keeper.release();
      }
    } catch (failure) {
      await followFailure(ports, settings, { job, deliveries, removal }, failure);
    }
  };
}

interface Found {
  /** Null where only the last steps are left. */
  readonly tenant: Tenant | null;
  readonly operation: Stored<Disconnection>;
}

/** What there is to do stands in the tables; null where that is nothing. */
async function findWork(ports: DisconnectPorts, tenantId: string): Promise<Found | null> {
  const tenant = (await ports.tenants.get(tenantId))?.value ?? null;
  if (tenant?.state.kind === 'disconnecting') {
    const operation = await operationOf(ports.disconnections, tenantId, tenant.state.since);
    return operation.value.status === 'Running' ? { tenant, operation } : null;
  }
  const operation = await ports.disconnections.get(tenantId);
  return tenant === null && operation?.value.status === 'Running' ? { tenant, operation } : null;
}

/** When the job shall come again, in milliseconds; null once nothing is left. */
async function work(removal: Removal): Promise<number | null> {
  const { ports, settings, operation } = removal;
  const settlesAt = Date.parse(operation.startedAt) + settings.settleMs;
  const settled = ports.clock.now() >= settlesAt;
  await removal.enter('endingSubscriptions');
  await cancelRuns(removal);
  await endSubscriptions(removal, settled);
  await removal.enter('removingRows');
  await leaveFormerOrganizations(removal);
  if (!(await clearRows(removal, settled))) return settings.continuationDelayMs;
  if (!settled) {
    await removal.note((before) => inStage(before, 'waiting', new Date(settlesAt).toISOString()));
    return Math.max(settlesAt - ports.clock.now(), 0);
  }
  await leaveOrganizations(removal);
  await removal.enter('removingSecrets');
  await deleteSecrets(removal);
  await removal.enter('removingTenant');
  await removeTenant(removal);
  return null;
}

async function removeTenant(removal: Removal): Promise<void> {
  const { ports, tenantId } = removal;
  const stored = await ports.tenants.get(tenantId);
  if (stored !== null) {
    await removal.holdOn();
    await ports.tenants.remove(tenantId, stored.tag);
    await removal.note((operation) => withRemoved(operation, 'Tenants', 1));
  }
  // Nobody finds the tenant now: what came until a moment ago is the last that comes.
  await clearRows(removal, true);
  await removal.keeper.end();
}

/** Proves by looking that nothing is left before it says so. */
async function conclude(removal: Removal, job: DisconnectJob, comesAgainMs: number | null): Promise<void> {
  const { ports, tenantId } = removal;
  if (comesAgainMs !== null) {
    await again(ports, job, 0, comesAgainMs);
    return;
  }
  await removal.enter('proving');
  const left = Object.keys(await ports.tenantRows.left(tenantId));
  if (left.length > 0) throw new Unavailable(`Rows of ${tenantId} were left in ${left.join(', ')}`);
  const endedAt = new Date(ports.clock.now()).toISOString();
  await removal.note((operation) => succeededDisconnection(operation, endedAt));
  ports.log.info('A tenant was disconnected and nothing of it is left', { tenantId });
}

async function again(
  ports: DisconnectPorts,
  job: DisconnectJob,
  attempt: number,
  delayMs: number,
): Promise<void> {
  const messageId = `later:${job.tenantId}:${ports.chance.newId()}`;
  await ports.queue.send([{ messageId, job: { ...job, attempt }, dueAt: ports.clock.now() + delayMs }]);
}

interface Failing {
  readonly job: DisconnectJob;
  readonly deliveries: number;
  /** Null where it failed before the lease was taken. */
  readonly removal: Removal | null;
}

async function followFailure(
  ports: DisconnectPorts,
  settings: DisconnectSettings,
  { job, deliveries, removal }: Failing,
  failure: unknown,
): Promise<void> {
  const { tenantId } = job;
  const attempt = removal?.progressed === true ? 0 : job.attempt;
  const outcome = failureOutcome(failure, attempt, deliveries, settings.retry, ports.chance.fraction());
  const why = failure instanceof Error ? failure.message : String(failure);
  ports.log.warn('A disconnection did not come to its end', {
    tenantId,
    outcome: outcome.kind,
    attempt,
    why,
  });
  if (outcome.kind === 'redeliver') throw failure;
  if (outcome.kind === 'comeBack') return again(ports, job, attempt + 1, outcome.delayMs);
  await fail(ports, tenantId, why);
}

async function fail(ports: DisconnectPorts, tenantId: string, why: string): Promise<void> {
  const stored = await ports.disconnections.get(tenantId);
  if (stored?.value.status !== 'Running') return;
  const endedAt = new Date(ports.clock.now()).toISOString();
  const error = { code: 'NotRemoved', message: `${why} Ask for it again once that is resolved.` };
  await ports.disconnections.save({ ...stored.value, status: 'Failed', endedAt, error }, stored.tag);
  ports.log.error('A disconnection failed', { tenantId, why });
}
