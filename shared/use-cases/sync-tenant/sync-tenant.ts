import { bucketCountFor } from '../../core/bucket.js';
import { isServed } from '../../core/coalescing.js';
import { endsItsHosts, HOST_ENDED, hostsEnded } from '../../core/failure-outcome.js';
import { isNews } from '../../core/hearing.js';
import { restsAfterEndedHosts } from '../../core/issues/failing-work.js';
import { RESOURCES } from '../../core/resource.js';
import { resumeRound } from '../../core/round-steps.js';
import { appCredentialFor, loginOf, type Tenant } from '../../core/tenant.js';
import type { Connection } from '../../ports/directory.js';
import type { Stored } from '../../ports/registry.js';
import { changeTenant } from '../../ports/change-tenant.js';
import { concludeWork } from './conclude.js';
import { ChainBook } from './group-members/chain-book.js';
import { isSecondLook } from './drift/drift-checker.js';
import { followFailure, giveUp } from './follow-failure.js';
import { hear } from './hear.js';
import { LeaseKeeper } from './lease-keeper.js';
import { parkTenant, type ParkingWords } from './park-tenant.js';
import { patiently } from './patience.js';
import { refusePersonSyncs, restingWords } from './person-sync/refuse-person-syncs.js';
import type { SyncPorts, SyncSettings } from './ports.js';
import { scheduleAgain } from './schedule.js';
import { setAsideJob } from './set-aside.js';
import { Session } from './session.js';
import { underLease } from './under-lease.js';
import type { WakeUp } from './wake-up.js';
import { Work } from './work.js';

/**
 * The one road after the queue: takes the tenant's lease and does what the tables say is to be done. A job is
 * done, scheduled for later, or set aside; it throws only what is unknown, so that the broker serves it again.
 */
export function createSyncTenant(ports: SyncPorts, settings: SyncSettings): SyncTenant {
  return async (job, deliveries) => {
    try {
      await run(ports, settings, job, deliveries);
    } catch (failure) {
      await followFailure(
        ports,
        settings,
        { job, deliveries, login: null, session: null, reading: null },
        failure,
      );
    }
  };
}

/** `deliveries`: how often the broker has served the message, 1 for the first. */
export type SyncTenant = (job: WakeUp, deliveries: number) => Promise<void>;

/** Of a job whose work did not come to its end. */
const NOTHING_TO_TELL = { heldSince: null, warnings: [] };

async function run(ports: SyncPorts, settings: SyncSettings, job: WakeUp, deliveries: number): Promise<void> {
  const stored = await ports.tenants.get(job.tenantId);
  if (stored === null) {
    // Of a tenant that was disconnected some jobs are still on their way: they name nothing that is there.
    if ((await ports.disconnections.get(job.tenantId)) !== null) return;
    await setAsideJob(ports, job, 'It names a tenant that is not connected.', { tenantKnown: false });
    return;
  }
  if (endsItsHosts(deliveries - 1)) return giveUpAfter(ports, settings, job, deliveries - 1);
  const tenant = stored.value;
  const isParked = tenant.state.kind === 'parked' && !(await isBeingTried(ports, job));
  const isResting = tenant.paused || tenant.state.kind === 'disconnecting';
  if (isResting || isParked) await refusePersonSyncs(ports, job.tenantId, restingWords(tenant));
  if (isResting || (isParked && job.kind === 'notification')) return;
  if (job.kind === 'notification' && (await recordWant(ports, job)) === 'served') return;
  if (await isLeftToRest(ports, job, tenant)) return refusePersonSyncs(ports, job.tenantId, LEFT_TO_REST);
  if (isSecondLook(job)) await wantChanges(ports, job.tenantId);
  const taken = await LeaseKeeper.take(ports, settings, job.tenantId, ports.chance.newId());
  if (taken.kind === 'held') {
    await ports.attention.signal(job.tenantId, job.kind);
    await scheduleAgain(ports, job, job.attempt, taken.leftMs + settings.continuationDelayMs);
    return;
  }
  try {
    const { endedHolders } = taken.keeper;
    const fenced = underLease(ports, () => taken.keeper.fence(job.tenantId, 1).assertHeld());
    // This host may have slept since it looked, and the tenant may have been disconnected.
    if ((await ports.tenants.get(job.tenantId)) === null) await taken.keeper.end();
    else if (endsItsHosts(endedHolders)) await giveUpAfter(fenced, settings, job, endedHolders);
    else await workOn(fenced, settings, { job, deliveries, isParked }, stored, taken.keeper);
  } finally {
    await taken.keeper.release();
  }
}

/** Graph is not asked of a parked tenant but for a run that somebody asked for, through all its continuations. */
async function isBeingTried(ports: SyncPorts, job: WakeUp): Promise<boolean> {
  return job.kind === 'run' || (await ports.runs.active(job.tenantId)).length > 0;
}

function giveUpAfter(
  ports: SyncPorts,
  settings: SyncSettings,
  job: WakeUp,
  endedHosts: number,
): Promise<void> {
  return giveUp(ports, settings, { job, session: null, reading: null }, hostsEnded(endedHosts));
}

const LEFT_TO_REST = {
  code: HOST_ENDED,
  message:
    'Work on the tenant ended the processes that did it, and rests for now. Ask for a run to try at once.',
};

/**
 * Its work ended the processes that did it: until it is woken again, only a run that somebody asked for is tried. The
 * net under the queue wakes it for what it wants meanwhile.
 */
async function isLeftToRest(ports: SyncPorts, job: WakeUp, { health, tenantId }: Tenant): Promise<boolean> {
  if (!restsAfterEndedHosts(health.failing, ports.clock.now())) return false;
  return job.kind !== 'run' && (await ports.runs.active(tenantId)).length === 0;
}

/**
 * A round that began after the job was due has read what it announces: then there is nothing to want, and nothing to
 * do but to note that notifications come, where that is news.
 */
async function recordWant(
  ports: SyncPorts,
  job: Extract<WakeUp, { kind: 'notification' }>,
): Promise<'toDo' | 'served'> {
  const state = (await ports.syncStates.read(job.tenantId))[job.resource];
  const underWay = state.round?.halted === false ? state.round.beganAt : null;
  const begun = [underWay, state.last?.beganAt ?? null];
  const { arrivedAt } = job;
  if (begun.some((instant) => isServed(job.dueAt, instant, ports.clock.now())))
    return arrivedAt !== undefined && isNews(state.hearing, isoOf(arrivedAt)) ? 'toDo' : 'served';
  const since = isoOf(ports.clock.now());
  await ports.syncStates.want(job.tenantId, job.resource, { full: false, since });
  return 'toDo';
}

/** What differed at the first look for drift may be among the changes that came since. */
async function wantChanges(ports: SyncPorts, tenantId: string): Promise<void> {
  const since = isoOf(ports.clock.now());
  for (const resource of RESOURCES) await ports.syncStates.want(tenantId, resource, { full: false, since });
}

function isoOf(instant: number): string {
  return new Date(instant).toISOString();
}

async function workOn(
  ports: SyncPorts,
  settings: SyncSettings,
  message: { readonly job: WakeUp; readonly deliveries: number; readonly isParked: boolean },
  stored: Stored<Tenant>,
  keeper: LeaseKeeper,
): Promise<void> {
  const { tenantId, cloud } = stored.value;
  const credential = appCredentialFor(stored.value, 'directory', settings.consentApps);
  if (credential === null && !message.isParked)
    return stopUnserved(ports, settings, message.job, stored.value);
  const connection = credential === null || message.isParked ? null : { tenantId, cloud, credential };
  let work: Work | null = null;
  try {
    const session = await openSession(ports, settings, connection, stored.value, keeper);
    await hear(session, message.job);
    work = new Work(session, message.job);
    const end = await work.toTheEnd();
    await work.unattended.record(session, message.job, end.kind === 'done' ? end : NOTHING_TO_TELL);
    await work.freshness.save();
    await concludeWork(session, end, work.freshness.announcedForPeople());
  } catch (failure) {
    const failing = {
      ...message,
      login: loginOf(stored.value, 'directory', settings.consentApps),
      session: work?.session ?? null,
      reading: work?.reading ?? null,
    };
    try {
      // Rounds that were completed before the failure are not read again.
      await work?.unattended.record(work.session, message.job, NOTHING_TO_TELL);
      await work?.freshness.save();
    } finally {
      await followFailure(ports, settings, failing, failure);
    }
  }
}

const UNSERVED: ParkingWords = {
  reason: 'The consent application that was consented to is not served here any more.',
  fix: 'Send the administrator a new consent link (POST consent).',
};

/** Nobody lets us in: there is nothing to read, nothing that was read goes, and whoever was let in before is told. */
async function stopUnserved(
  ports: SyncPorts,
  settings: SyncSettings,
  job: WakeUp,
  tenant: Tenant,
): Promise<void> {
  if (tenant.state.kind === 'awaitingConsent') return;
  await parkTenant(
    ports,
    settings,
    job,
    UNSERVED,
    (now) => appCredentialFor(now, 'directory', settings.consentApps) === null,
  );
}

async function openSession(
  ports: SyncPorts,
  settings: SyncSettings,
  connection: Connection | null,
  tenant: Tenant,
  keeper: LeaseKeeper,
): Promise<Session> {
  const deadline = ports.clock.monotonic() + settings.jobBudgetMs;
  const { tenantId } = tenant;
  const buckets = tenant.bucketCount ?? (await bucketsOfUnread(ports, settings, connection, keeper));
  const states = await ports.syncStates.read(tenantId);
  for (const state of Object.values(states)) {
    states[state.resource] = resumeRound(state);
  }
  const fence = keeper.fence(tenantId, buckets);
  const chains = await ChainBook.open(ports.memberChains, fence);
  return new Session(ports, settings, tenantId, connection, keeper, fence, states, chains, deadline);
}

/** Of a tenant whose count is not fixed there is no row yet that it would matter for. */
async function bucketsOfUnread(
  ports: SyncPorts,
  settings: SyncSettings,
  connection: Connection | null,
  keeper: LeaseKeeper,
): Promise<number> {
  return connection === null ? bucketCountFor(0) : await fixBucketCount(ports, settings, connection, keeper);
}

/** Before the first mirror row: into how many partitions the tenant's rows are spread, for good. */
async function fixBucketCount(
  ports: SyncPorts,
  settings: SyncSettings,
  connection: Connection,
  keeper: LeaseKeeper,
): Promise<number> {
  const ask = () => ports.directory.count(connection, 'users');
  const users = await patiently(ports, settings, keeper, { notBefore: 0 }, ask);
  const fixed = await changeTenant(ports, connection.tenantId, (tenant) =>
    tenant.bucketCount === null ? { ...tenant, bucketCount: bucketCountFor(users) } : tenant,
  );
  return fixed?.bucketCount ?? bucketCountFor(users);
}
