import { requestRuns } from '../../shared/use-cases/request-runs.js';
import { cancelRun } from '../../shared/use-cases/cancel-run.js';
import type { MemoryDelivery } from '../fakes/memory-queue.js';
import type { History, HistoryEvent } from './arbitraries.js';
import { Crash, HostView, type HostFate } from './host-view.js';
import { TENANT_ID, type World } from './world.js';

export const HEALTHY: HostFate = { crashAt: null, crashAfterEffect: false, stallAtGraph: null };

/** Plays a history through to its end: then everything that was still to be done is done. */
export async function play(world: World, history: History): Promise<void> {
  await world.connect();
  await world.emulator.applyChanges(TENANT_ID, history.before);
  await runJobs(world, false);
  if (history.syncedFirst) await drain(world, 600_000);
  for (const event of history.events) await happen(world, event);
  await quiesce(world);
}

export async function happen(world: World, event: HistoryEvent): Promise<void> {
  const { emulator, clock } = world;
  switch (event.kind) {
    case 'change':
      await emulator.applyChanges(TENANT_ID, event.changes);
      return;
    case 'pass':
      await clock.advance(event.milliseconds);
      return;
    case 'run':
      await runJobs(world, event.full);
      return;
    case 'tick':
      await tick(world);
      return;
    case 'fault':
      await emulator.addFault({ ...event, tenantId: TENANT_ID });
      return;
    case 'lag':
      await emulator.setLag(TENANT_ID, event.seconds);
      return;
    case 'expire':
      await emulator.expireTokens(TENANT_ID, event.expiry);
      return;
    case 'sync':
      await drain(world, 600_000);
      return;
    case 'work':
      await work(world, event.jobs, event.fate);
      return;
    case 'stolenLock':
      await stealLock(world, event);
      return;
    case 'cancel':
      await cancelNewest(world);
      return;
  }
}

export async function runJobs(world: World, full: boolean, tenantId = TENANT_ID): Promise<void> {
  const { ports } = world.host(new HostView(HEALTHY));
  await requestRuns(ports, tenantId, { jobs: ['users', 'groups'], full });
}

async function cancelNewest(world: World): Promise<void> {
  const { ports } = world.host(new HostView(HEALTHY));
  const [newest] = (await ports.runs.list(TENANT_ID, { after: null, limit: 1 })).rows;
  if (newest !== undefined) await cancelRun(ports, TENANT_ID, newest.runId);
}

export async function tick(world: World): Promise<void> {
  const host = world.host(new HostView(HEALTHY));
  await host.resumeDisconnections();
  await host.startNightlyRuns();
  await host.scheduleUpkeep();
}

/** Some jobs at one host, which may die in the midst of one; its message is then served again. */
export async function work(world: World, jobs: number, fate: HostFate): Promise<void> {
  const view = new HostView(fate);
  for (let done = 0; done < jobs && !view.dead; done += 1) {
    const delivery = await nextDelivery(world);
    if (delivery === null) return;
    await handle(world, view, delivery);
  }
}

async function handle(world: World, view: HostView, delivery: MemoryDelivery): Promise<void> {
  try {
    await world
      .host(view)
      .receiveJob({ body: delivery.body, messageId: delivery.messageId, deliveries: delivery.deliveryCount });
    delivery.complete();
  } catch (failure) {
    if (!(failure instanceof Crash) && !view.dead) throw failure;
    delivery.abandon();
  }
}

/** The first host halts with a page in hand until its lease is long over; a second one takes the message. */
async function stealLock(world: World, event: Extract<HistoryEvent, { kind: 'stolenLock' }>): Promise<void> {
  await runJobs(world, false);
  const delivery = await nextDelivery(world);
  if (delivery === null) return;
  const slow = new HostView(event.slow);
  const first = handle(world, slow, delivery);
  await settledOrStalled(first, slow);
  world.queue.loseLock(delivery.sessionId);
  await world.emulator.applyChanges(TENANT_ID, event.changes);
  if (slow.stalled) await world.clock.advance(event.haltMs);
  await work(world, 3, event.fate);
  slow.wakeUp();
  await first;
}

async function settledOrStalled(first: Promise<void>, slow: HostView): Promise<void> {
  const settled = { yes: false };
  void first.finally(() => (settled.yes = true)).catch(() => undefined);
  while (!settled.yes && !slow.stalled) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits for the next message on the virtual clock. */
export async function nextDelivery(
  world: World,
  until = world.clock.now() + 3_600_000,
): Promise<MemoryDelivery | null> {
  const delivery = world.queue.receive();
  if (delivery !== null) return delivery;
  const due = world.queue.nextDueAt();
  if (due === null || due > until) return null;
  await world.clock.advance(due - world.clock.now());
  return world.queue.receive();
}

const MOST_JOBS = 500;

/** The world calms down: faults end, replicas catch up, and hosts that live do what is left to do. */
export async function quiesce(world: World): Promise<void> {
  await world.emulator.clearFaults();
  await world.emulator.setLag(TENANT_ID, 0);
  await drain(world);
  await mend(world);
  await drain(world);
}

/** What an operator does with a tenant that was parked or never got through its first run; else, two timer ticks. */
async function mend(world: World): Promise<void> {
  await world.clock.advance(24 * 3_600_000);
  await tick(world);
  await runJobs(world, false);
}

export async function drain(world: World, withinMs = Infinity): Promise<void> {
  const view = new HostView(HEALTHY);
  const until = world.clock.now() + withinMs;
  for (let jobs = 0; ; jobs += 1) {
    const delivery = await nextDelivery(world, until);
    if (delivery === null) return;
    if (jobs > MOST_JOBS) throw new Error(`The queue does not run dry: ${JSON.stringify(delivery.body)}`);
    await handle(world, view, delivery);
  }
}
