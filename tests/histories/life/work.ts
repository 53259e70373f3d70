import { Failure } from '../../../shared/core/failures.js';
import type { MemoryDelivery } from '../../fakes/memory-queue.js';
import { Crash, HostView } from '../host-view.js';
import { HEALTHY, nextDelivery } from '../play.js';
import { TENANT_ID, type World } from '../world.js';

const MINUTE_MS = 60_000;
/** What is due within that time is waited for; the timers bring on the rest. */
const WITHIN_MS = 10 * MINUTE_MS;
const MOST_JOBS = 400;
/** The net looks for what is rare every half hour. */
const USUAL_CALM_MS = 40 * MINUTE_MS;
/** If messages may have been lost: until then everything was polled, and a parked tenant was tried again. */
const LONG_CALM_MS = 5 * 60 * MINUTE_MS;

/** Hosts take what is due, as the broker serves it: what a host does not finish is served again. */
export async function handleUntilDry(world: World, view: HostView, most = MOST_JOBS): Promise<void> {
  const until = world.clock.now() + WITHIN_MS;
  for (let jobs = 0; jobs < most && !view.dead; jobs += 1) {
    const delivery = await nextDelivery(world, until);
    if (delivery === null) return;
    await handle(world, view, delivery);
  }
  if (most === MOST_JOBS) throw new Error('The queue does not run dry.');
}

/**
 * Nothing goes wrong any more, and the timers tick: nobody asks for a run.
 * @param wasTroubled whether something went wrong before
 */
export async function comeToRest(world: World, wasTroubled: boolean): Promise<void> {
  await world.emulator.clearFaults();
  await world.emulator.setLag(TENANT_ID, 0);
  const until = world.clock.now() + (wasTroubled ? LONG_CALM_MS : USUAL_CALM_MS);
  while (world.clock.now() < until) {
    await tick(world);
    await handleUntilDry(world, new HostView(HEALTHY));
    await world.clock.advance(5 * MINUTE_MS);
  }
  await handleUntilDry(world, new HostView(HEALTHY));
}

/** A day passes, and its night. */
export async function passDay(world: World): Promise<void> {
  await world.clock.advance(86_400_000);
  await tick(world);
  await handleUntilDry(world, new HostView(HEALTHY));
}

/** A timer that fails says so and ticks again in five minutes, as the app's do. */
async function tick(world: World): Promise<void> {
  const host = world.host(new HostView(HEALTHY));
  const timers = [
    host.startNightlyRuns,
    host.schedulePolls,
    host.scheduleUpkeep,
    host.scheduleRetries,
    host.scheduleSweeps,
  ];
  for (const timer of timers) {
    try {
      await timer();
    } catch (failure) {
      if (!isKnown(failure)) throw failure;
    }
  }
}

function isKnown(failure: unknown): boolean {
  return failure instanceof AggregateError
    ? failure.errors.every((one: unknown) => isKnown(one) || isKnown((one as Error).cause))
    : failure instanceof Failure;
}

async function handle(world: World, view: HostView, delivery: MemoryDelivery): Promise<void> {
  const { body, messageId, deliveryCount: deliveries } = delivery;
  try {
    await world.host(view).receiveJob({ body, messageId, deliveries });
    delivery.complete();
  } catch (failure) {
    delivery.abandon();
    if (!(failure instanceof Failure) && !(failure instanceof Crash) && !view.dead) throw failure;
    // The broker serves it again once its lock is over.
    await world.clock.advance(MINUTE_MS);
  }
}
