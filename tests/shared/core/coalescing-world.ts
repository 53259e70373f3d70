import fc from 'fast-check';
import { jobsFor, type CoalescedJob, type CoalescingSettings } from '../../../shared/core/coalescing.js';

/** One telling of a change: when it reaches which instance, and how long its jobs take to reach the broker. */
interface Telling {
  readonly after: number;
  readonly instance: number;
  readonly sendTakes: number;
  /** The broker keeps the jobs but the answer is lost: the sender tells again later. */
  readonly confirmationLost: boolean;
}

/** All times in milliseconds of the true clock. */
interface Change {
  readonly at: number;
  /** How long until every replica shows it. */
  readonly lag: number;
  readonly tellings: readonly Telling[];
}

/** How one start of a job goes. */
interface Start {
  readonly delay: number;
  readonly worker: number;
  readonly readTakes: number;
  /** The worker dies before it saves the cursor: the round stands in the tables, the message comes again. */
  readonly crashes: boolean;
}

export interface World {
  readonly changes: readonly Change[];
  /** How far each clock is from the true one. */
  readonly instanceSkews: readonly number[];
  readonly workerSkews: readonly number[];
  readonly brokerSkew: number;
  readonly starts: readonly Start[];
}

export interface Limits {
  readonly skewMs: number;
  readonly longestLagMs: number;
}

/** Decides whether a job needs no read, given what is known of the last completed round. */
export type ServedRule = (
  dueAt: number,
  round: { beganAt: string; completedAt: string } | null,
  now: number,
) => boolean;

export function worlds(limits: Limits, settings: CoalescingSettings): fc.Arbitrary<World> {
  const skew = fc.constantFrom(-limits.skewMs, 0, limits.skewMs);
  const skews = fc.array(skew, { minLength: 1, maxLength: 3 });
  const { windowMs } = settings;
  // Mostly close together and at the edges of a few windows: there the decision falls, and no later read hides it.
  const atEdge = fc
    .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: -limits.skewMs - 2, max: limits.skewMs + 2 }))
    .map(([k, off]) => Math.max(0, k * windowMs + off));
  const instant = fc.oneof(
    { weight: 4, arbitrary: atEdge },
    { weight: 2, arbitrary: fc.nat(3 * windowMs) },
    { weight: 1, arbitrary: fc.nat(60_000) },
  );
  const mostly = <Value>(usual: Value, arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
    fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary });
  const telling = fc.record({
    after: mostly(0, fc.nat(5_000)),
    instance: fc.nat(2),
    sendTakes: mostly(0, fc.nat(8_000)),
    confirmationLost: mostly(false, fc.boolean()),
  });
  const lag =
    limits.longestLagMs === 0
      ? fc.constant(0)
      : fc.oneof(fc.constant(0), fc.constant(limits.longestLagMs), fc.nat(limits.longestLagMs));
  return fc.record({
    changes: fc.array(
      fc.record({ at: instant, lag, tellings: fc.array(telling, { minLength: 1, maxLength: 2 }) }),
      { minLength: 1, maxLength: 6 },
    ),
    instanceSkews: skews,
    workerSkews: skews,
    brokerSkew: skew,
    starts: fc.array(
      fc.record({
        delay: mostly(0, fc.nat(4_000)),
        worker: fc.nat(2),
        readTakes: mostly(0, fc.nat(6_000)),
        crashes: mostly(false, fc.boolean()),
      }),
      { minLength: 1, maxLength: 12 },
    ),
  });
}

interface Message {
  readonly job: CoalescedJob;
  /** From when the broker serves it, by the true clock. */
  readonly availableAt: number;
}

interface Reading {
  readonly readAt: number;
  readonly doneAt: number;
}

export interface Outcome {
  /** Completed rounds: when their reading began and ended. */
  readonly rounds: readonly Reading[];
  readonly messages: number;
  readonly lost: readonly Change[];
}

const TENANT = 'tenant';
/** A sender that got no confirmation tells again after this. */
const RETELL_MS = 7_000;
/** After so many crashes a start succeeds, since a job that never does proves nothing. */
const MOST_CRASHES = 3;

/** Plays the history: tellings at skewed instances, a broker that drops doubles, workers that crash and repeat. */
export function play(world: World, settings: CoalescingSettings, isServed: ServedRule): Outcome {
  const messages = broker(world, settings);
  const rounds = workThrough(world, messages, isServed);
  const lost = world.changes.filter(
    (change) => !rounds.some(({ readAt }) => readAt >= change.at + change.lag),
  );
  return { rounds, messages: messages.length, lost };
}

/** What arrives at the broker, in the order of arrival; the first of each id stays. */
function broker(world: World, settings: CoalescingSettings): Message[] {
  const sends = world.changes
    .flatMap((change) => change.tellings.flatMap((telling) => tellingsOf(change, telling)))
    .toSorted((a, b) => a.arrivesAt - b.arrivesAt);
  const confirmed = new Map<string, number>();
  const sent = sends.flatMap(({ arrivesAt, instance, sendTakes, confirmationLost }) => {
    const clock = arrivesAt + at(world.instanceSkews, instance);
    return jobsFor([{ tenantId: TENANT, resource: 'users', at: clock }], settings).flatMap((job) => {
      const memory = `${instance % world.instanceSkews.length}|${job.messageId}`;
      const skips = (confirmed.get(memory) ?? Infinity) <= arrivesAt;
      if (skips) return [];
      const reachesBroker = arrivesAt + sendTakes;
      if (!confirmationLost) {
        confirmed.set(memory, Math.min(confirmed.get(memory) ?? Infinity, reachesBroker));
      }
      return [{ job, reachesBroker }];
    });
  });
  const kept = new Map<string, Message>();
  for (const { job, reachesBroker } of sent.toSorted((a, b) => a.reachesBroker - b.reachesBroker)) {
    if (kept.has(job.messageId)) continue;
    kept.set(job.messageId, { job, availableAt: Math.max(reachesBroker, job.dueAt - world.brokerSkew) });
  }
  return [...kept.values()];
}

function tellingsOf(change: Change, telling: Telling): (Omit<Telling, 'after'> & { arrivesAt: number })[] {
  const { after, ...rest } = telling;
  const first = { ...rest, arrivesAt: change.at + after };
  if (!telling.confirmationLost) return [first];
  return [first, { ...rest, confirmationLost: false, arrivesAt: first.arrivesAt + RETELL_MS }];
}

/** One worker at a time, as the tenant's lease has it; each message starts when it may and somebody is free. */
function workThrough(world: World, messages: readonly Message[], isServed: ServedRule): Reading[] {
  const rounds: Reading[] = [];
  const waiting = [...messages];
  let last: { beganAt: string; completedAt: string } | null = null;
  let underWay: { readAt: number; beganAt: string } | null = null;
  let freeAt = 0;
  let step = 0;
  let crashes = 0;
  while (waiting.length > 0) {
    waiting.sort((a, b) => a.availableAt - b.availableAt);
    const message = waiting[0]!;
    const start = at(world.starts, step++);
    const skew = at(world.workerSkews, start.worker);
    let now = Math.max(freeAt, message.availableAt + start.delay);
    const stamp = (): string => new Date(now + skew).toISOString();
    const complete = (round: { readAt: number; beganAt: string }): void => {
      now += start.readTakes;
      rounds.push({ readAt: round.readAt, doneAt: now });
      last = { beganAt: round.beganAt, completedAt: stamp() };
    };
    if (underWay !== null) {
      // What stands in the tables is gone on with first; its pages may be from before.
      complete(underWay);
      underWay = null;
    }
    if (!isServed(message.job.dueAt, last, now + skew)) {
      const round = { readAt: now, beganAt: stamp() };
      if (start.crashes && crashes < MOST_CRASHES) {
        crashes += 1;
        underWay = round;
        freeAt = now + start.readTakes;
        continue;
      }
      complete(round);
    }
    waiting.shift();
    freeAt = now;
  }
  return rounds;
}

function at<Value>(list: readonly Value[], index: number): Value {
  return list[index % list.length]!;
}
