import { BoundedMemory } from '../../core/bounded-memory.js';
import {
  judgeNotification,
  takesTriggers,
  type NotificationClaim,
  type NotificationVerdict,
} from '../../core/notification.js';
import type { Subscription } from '../../core/subscription.js';
import type { Tenant } from '../../core/tenant.js';
import type { ClientStateHasher } from '../../ports/client-state.js';
import type { Clock } from '../../ports/clock.js';
import type { Subscriptions, Tenants } from '../../ports/registry.js';

export interface JudgeClaimsPorts {
  readonly subscriptions: Subscriptions;
  readonly tenants: Tenants;
  readonly clientStates: ClientStateHasher;
  readonly clock: Clock;
}

/** Judges what one request claims, item by item; null stands for an item that has not the form of one. */
export type JudgeClaims = (
  claims: readonly (NotificationClaim | null)[],
) => Promise<readonly NotificationVerdict[]>;

/** A tenant that took triggers is not looked up again for so long: its job looks again anyway. */
const TRUSTED_FOR_MS = 60_000;
const REMEMBERED_TENANTS = 10_000;
const READS_AT_ONCE = 16;

/**
 * A subscription that was found is not read again for so long: in a storm each is named many times a second. One that
 * is ended meanwhile is believed a little longer, which costs a read that finds nothing. What is not found is looked
 * for each time, since it may be stored any moment.
 */
const SUBSCRIPTION_TRUSTED_FOR_MS = 30_000;
const REMEMBERED_SUBSCRIPTIONS = 20_000;

/**
 * What a request may cost is bounded by what there is, not by what it names: a forger's may name thousands of
 * tenants and subscriptions. A tenant has two subscriptions, and a few while they are made anew; where more are
 * named, reading its list costs less. Likewise the tenants of a request and the registry, a page of 1,000 at a time.
 */
const SUBSCRIPTIONS_READ_SINGLY = 8;
const TENANTS_READ_SINGLY = 64;
const REGISTRY_PAGE = 1_000;

/**
 * Judges claims by what the tables say: no Graph call, and at most one point read per distinct subscription of a
 * connected tenant in half a minute, besides one per tenant and minute.
 */
export function createJudgeClaims(ports: JudgeClaimsPorts): JudgeClaims {
  const memory: Memory = {
    runningSince: new BoundedMemory(REMEMBERED_TENANTS),
    subscriptions: new BoundedMemory(REMEMBERED_SUBSCRIPTIONS),
  };
  return (claims) => judgeAll(ports, claims, memory);
}

/** What one instance need not ask again for a while; instants by the monotonic clock. */
interface Memory {
  readonly runningSince: BoundedMemory<number>;
  readonly subscriptions: BoundedMemory<{ readonly row: Subscription; readonly readAt: number }>;
}

async function judgeAll(
  ports: JudgeClaimsPorts,
  claims: readonly (NotificationClaim | null)[],
  memory: Memory,
): Promise<NotificationVerdict[]> {
  const wellFormed = claims.filter((claim) => claim !== null);
  const running = await tenantsNamed(ports, wellFormed, memory.runningSince);
  const ofConnected = wellFormed.filter(({ tenantId }) => running.has(tenantId));
  const subscriptions = await subscriptionsNamed(ports, ofConnected, memory.subscriptions);
  return claims.map((claim): NotificationVerdict => {
    if (claim === null) return { kind: 'refused', reason: 'malformed' };
    if (!running.has(claim.tenantId)) return { kind: 'refused', reason: 'tenantNotRunning' };
    const subscription = subscriptions.get(subscriptionKey(claim)) ?? null;
    const verdict = judgeNotification(claim, subscription, clientStateMatches(ports, claim, subscription));
    if (verdict.kind === 'refused' || running.get(verdict.tenantId) === true) return verdict;
    return { kind: 'refused', reason: 'tenantNotRunning' };
  });
}

function subscriptionKey(claim: Pick<NotificationClaim, 'tenantId' | 'subscriptionId'>): string {
  return `${claim.tenantId} ${claim.subscriptionId}`;
}

/**
 * Of the connected ones among the tenants named, whether they take triggers. Only a yes is remembered: a tenant that
 * goes on again must not miss a notification.
 */
async function tenantsNamed(
  ports: JudgeClaimsPorts,
  claims: readonly NotificationClaim[],
  runningSince: BoundedMemory<number>,
): Promise<Map<string, boolean>> {
  const now = ports.clock.monotonic();
  const running = new Map<string, boolean>();
  const doubtful: string[] = [];
  for (const tenantId of new Set(claims.map((claim) => claim.tenantId))) {
    const looked = runningSince.get(tenantId);
    if (looked !== undefined && now - looked < TRUSTED_FOR_MS) running.set(tenantId, true);
    else doubtful.push(tenantId);
  }
  for (const tenant of await readTenants(ports.tenants, doubtful)) {
    const runs = takesTriggers(tenant);
    running.set(tenant.tenantId, runs);
    if (runs) runningSince.set(tenant.tenantId, now);
  }
  return running;
}

async function readTenants(tenants: Tenants, ids: readonly string[]): Promise<Tenant[]> {
  if (ids.length <= TENANTS_READ_SINGLY) {
    const found = await aFewAtATime(ids, (id) => tenants.get(id));
    return found.flatMap((stored) => stored?.value ?? []);
  }
  const asked = new Set(ids);
  const found: Tenant[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<Tenants['list']>> = await tenants.list({ after, limit: REGISTRY_PAGE });
    found.push(...page.rows.map(({ value }) => value).filter(({ tenantId }) => asked.has(tenantId)));
    after = page.next;
  } while (after !== null);
  return found;
}

async function subscriptionsNamed(
  { subscriptions, clock }: Pick<JudgeClaimsPorts, 'subscriptions' | 'clock'>,
  claims: readonly NotificationClaim[],
  memory: Memory['subscriptions'],
): Promise<Map<string, Subscription>> {
  const now = clock.monotonic();
  const named = new Map<string, Subscription>();
  const idsByTenant = new Map<string, Set<string>>();
  for (const claim of claims) {
    const known = memory.get(subscriptionKey(claim));
    if (known !== undefined && now - known.readAt < SUBSCRIPTION_TRUSTED_FOR_MS) {
      named.set(subscriptionKey(claim), known.row);
      continue;
    }
    const { tenantId, subscriptionId } = claim;
    const ids = idsByTenant.get(tenantId) ?? new Set();
    idsByTenant.set(tenantId, ids.add(subscriptionId));
  }
  const reads = [...idsByTenant].flatMap(([tenantId, ids]) => readsOf(subscriptions, tenantId, ids));
  const found = await aFewAtATime(reads, (read) => read());
  for (const [key, row] of found.flat()) {
    memory.set(key, { row, readAt: now });
    named.set(key, row);
  }
  return named;
}

/** Each read answers rows under the key by which they were asked for: a row itself may say otherwise. */
function readsOf(
  subscriptions: Subscriptions,
  tenantId: string,
  ids: ReadonlySet<string>,
): (() => Promise<[string, Subscription][]>)[] {
  const underKey = (row: Subscription, subscriptionId: string): [string, Subscription] => [
    subscriptionKey({ tenantId, subscriptionId }),
    row,
  ];
  if (ids.size > SUBSCRIPTIONS_READ_SINGLY)
    return [async () => (await subscriptions.list(tenantId)).map((row) => underKey(row, row.subscriptionId))];
  return [...ids].map((subscriptionId) => async () => {
    const row = await subscriptions.get(tenantId, subscriptionId);
    return row === null ? [] : [underKey(row, subscriptionId)];
  });
}

async function aFewAtATime<Item, Value>(
  items: readonly Item[],
  read: (item: Item) => Promise<Value>,
): Promise<Value[]> {
  const waiting = [...items];
  const found: Value[] = [];
  const reader = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) found.push(await read(next));
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, reader));
  return found;
}

function clientStateMatches(
  ports: JudgeClaimsPorts,
  claim: NotificationClaim,
  subscription: Subscription | null,
): boolean {
  if (subscription === null) return false;
  return ports.clientStates.equal(ports.clientStates.hash(claim.clientState), subscription.clientStateHash);
}
