import { BoundedMemory } from '../core/bounded-memory.js';
import { jobsFor, type Arrival, type CoalescedJob, type CoalescingSettings } from '../core/coalescing.js';
import { Unavailable } from '../core/failures.js';
import {
  judgeNotification,
  takesTriggers,
  type NotificationClaim,
  type NotificationVerdict,
  type RefusalReason,
} from '../core/notification.js';
import type { Subscription } from '../core/subscription.js';
import type { ClientStateHasher } from '../ports/client-state.js';
import type { Clock } from '../ports/clock.js';
import type { JobQueue } from '../ports/job-queue.js';
import type { Log } from '../ports/log.js';
import type { Subscriptions, Tenants } from '../ports/registry.js';

export interface AcceptNotificationsPorts {
  readonly subscriptions: Subscriptions;
  readonly tenants: Tenants;
  readonly clientStates: ClientStateHasher;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly log: Log;
}

interface AcceptanceSummary {
  readonly accepted: number;
  readonly refused: Readonly<Partial<Record<RefusalReason, number>>>;
}

/** Takes the notifications of one request; null stands for an item that has not the form of one. */
export type AcceptNotifications = (
  claims: readonly (NotificationClaim | null)[],
) => Promise<AcceptanceSummary>;

/** Ids of one instance that the broker confirmed; enough for minutes of many tenants' windows. */
const REMEMBERED_IDS = 10_000;

/** A tenant that took triggers is not looked up again for so long: its job looks again anyway. */
const TRUSTED_FOR_MS = 60_000;
const REMEMBERED_TENANTS = 10_000;
const READS_AT_ONCE = 16;

/**
 * Verifies notifications and queues the jobs that cover them: no Graph call, and one point read per distinct
 * subscription, besides one per tenant and minute. The refused are counted, never told to the sender.
 * @throws Unavailable where the jobs could not be queued: whoever sent the notifications has to send them again
 */
export function createAcceptNotifications(
  ports: AcceptNotificationsPorts,
  settings: CoalescingSettings,
): AcceptNotifications {
  const confirmed = new BoundedMemory<true>(REMEMBERED_IDS);
  const runningSince = new BoundedMemory<number>(REMEMBERED_TENANTS);
  return async (claims) => {
    const at = ports.clock.now();
    const verdicts = await judgeAll(ports, claims, runningSince);
    const arrivals = verdicts.flatMap((verdict): Arrival[] =>
      verdict.kind === 'accepted' ? [{ tenantId: verdict.tenantId, resource: verdict.resource, at }] : [],
    );
    const jobs = jobsFor(arrivals, settings).filter((job) => !confirmed.has(job.messageId));
    await queueJobs(ports.queue, jobs);
    for (const job of jobs) confirmed.set(job.messageId, true);
    const refused = countRefusals(verdicts);
    logRefusals(ports.log, refused);
    return { accepted: arrivals.length, refused };
  };
}

async function judgeAll(
  ports: AcceptNotificationsPorts,
  claims: readonly (NotificationClaim | null)[],
  runningSince: BoundedMemory<number>,
): Promise<NotificationVerdict[]> {
  const wellFormed = claims.filter((claim) => claim !== null);
  const subscriptions = await readDistinct(wellFormed, subscriptionKey, (claim) =>
    ports.subscriptions.get(claim.tenantId, claim.subscriptionId),
  );
  const verdicts = claims.map((claim): NotificationVerdict => {
    if (claim === null) return { kind: 'refused', reason: 'malformed' };
    const subscription = subscriptions.get(subscriptionKey(claim)) ?? null;
    return judgeNotification(claim, subscription, clientStateMatches(ports, claim, subscription));
  });
  const accepted = verdicts.filter((verdict) => verdict.kind === 'accepted');
  const running = await readDistinct(
    accepted,
    (verdict) => verdict.tenantId,
    (verdict) => isRunning(ports, verdict.tenantId, runningSince),
  );
  return verdicts.map((verdict) =>
    verdict.kind === 'refused' || running.get(verdict.tenantId) === true
      ? verdict
      : { kind: 'refused', reason: 'tenantNotRunning' },
  );
}

function subscriptionKey(claim: NotificationClaim): string {
  return `${claim.tenantId} ${claim.subscriptionId}`;
}

/** Reads once per distinct key, a few at a time: a forger's request may name thousands of subscriptions. */
async function readDistinct<Item, Value>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  read: (item: Item) => Promise<Value>,
): Promise<Map<string, Value>> {
  const waiting = [...new Map(items.map((item) => [keyOf(item), item])).entries()];
  const found = new Map<string, Value>();
  const reader = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      found.set(next[0], await read(next[1]));
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, reader));
  return found;
}

function clientStateMatches(
  ports: AcceptNotificationsPorts,
  claim: NotificationClaim,
  subscription: Subscription | null,
): boolean {
  if (subscription === null) return false;
  return ports.clientStates.equal(ports.clientStates.hash(claim.clientState), subscription.clientStateHash);
}

/** Only a yes is remembered: a tenant that goes on again must not miss a notification. */
async function isRunning(
  ports: AcceptNotificationsPorts,
  tenantId: string,
  runningSince: BoundedMemory<number>,
): Promise<boolean> {
  const now = ports.clock.monotonic();
  const looked = runningSince.get(tenantId);
  if (looked !== undefined && now - looked < TRUSTED_FOR_MS) return true;
  const tenant = await ports.tenants.get(tenantId);
  const runs = takesTriggers(tenant?.value ?? null);
  if (runs) runningSince.set(tenantId, now);
  return runs;
}

async function queueJobs(queue: JobQueue, jobs: readonly CoalescedJob[]): Promise<void> {
  if (jobs.length === 0) return;
  try {
    await queue.send(jobs);
  } catch (cause) {
    if (cause instanceof Unavailable) throw cause;
    throw new Unavailable('The jobs of a notification could not be queued', null, { cause });
  }
}

function countRefusals(verdicts: readonly NotificationVerdict[]): Partial<Record<RefusalReason, number>> {
  const counts: Partial<Record<RefusalReason, number>> = {};
  for (const verdict of verdicts) {
    if (verdict.kind === 'refused') counts[verdict.reason] = (counts[verdict.reason] ?? 0) + 1;
  }
  return counts;
}

/** That a paused tenant's notifications are refused is what pausing means: no warning. */
function logRefusals(log: Log, refused: Readonly<Partial<Record<RefusalReason, number>>>): void {
  const reasons = Object.keys(refused);
  if (reasons.length === 0) return;
  if (reasons.every((reason) => reason === 'tenantNotRunning')) {
    log.info('Notifications of tenants that are not running', refused);
  } else {
    log.warn('Notifications refused', refused);
  }
}
