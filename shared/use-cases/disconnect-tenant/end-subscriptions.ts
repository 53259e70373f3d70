import { withWarning } from '../../core/disconnection.js';
import { BadPage, Failure, Throttled, Unavailable } from '../../core/failures.js';
import { strangersAt } from '../../core/subscription-upkeep.js';
import { appCredentialFor } from '../../core/tenant.js';
import type { Connection } from '../../ports/directory.js';
import type { Subscription } from '../../core/subscription.js';
import type { Removal } from './removal.js';

/** A busy or absent Graph is asked so often by one job, and by so many jobs without progress. */
const TRIES = 3;
const JOBS = 5;
const LONGEST_WAIT_MS = 20_000;
/** Waits are cut into pieces so that the lease lives on through them. */
const WAIT_PIECE_MS = 5_000;

/**
 * Ends the tenant's Graph subscriptions as far as we are still let in: those of our rows and those that lead to us
 * without one. What Graph or the login lastingly refuse is noted and stops nothing, since notifications of a tenant
 * that is not running are refused, and a subscription that nobody renews ends by itself.
 * @param last whether nobody asks again: before that a failure is none
 * @throws Throttled, Unavailable where it is worth a job of its own
 */
export async function endSubscriptions(removal: Removal, last: boolean): Promise<void> {
  const { ports, tenant, settings } = removal;
  if (tenant === null) return;
  const rows = await ports.subscriptions.list(tenant.tenantId);
  const credential = appCredentialFor(tenant, 'near-real-time', settings.consentApps);
  if (credential === null) {
    if (last && rows.length > 0) await noteNotEnded(removal, 'nobody lets us in any more', rows);
    return;
  }
  const { tenantId, cloud } = tenant;
  const connection = { tenantId, cloud, credential };
  try {
    await endAll(removal, connection, rows);
  } catch (failure) {
    if (!(failure instanceof Failure) || failure.kind === 'leaseLost') throw failure;
    if (!last) return;
    if (isPassing(failure) && removal.attempt + 1 < JOBS)
      throw failure instanceof BadPage ? new Unavailable(failure.message, null, { cause: failure }) : failure;
    await noteNotEnded(removal, whyOf(failure), rows);
  }
}

async function endAll(
  removal: Removal,
  connection: Connection,
  rows: readonly Subscription[],
): Promise<void> {
  const { directory } = removal.ports;
  const { notificationUrl } = removal.settings;
  const listed = await persistently(removal, () => directory.subscriptions(connection));
  const alive = new Set(listed.map(({ subscriptionId }) => subscriptionId));
  const ours = rows.map(({ subscriptionId }) => subscriptionId).filter((id) => alive.has(id));
  for (const id of [...ours, ...strangersAt({ rows, listed, notificationUrl })]) {
    await persistently(removal, () => directory.unsubscribe(connection, id));
    removal.progressed = true;
    await removal.note((operation) => ({
      ...operation,
      subscriptionsEnded: operation.subscriptionsEnded + 1,
    }));
  }
}

async function persistently<Answer>(removal: Removal, ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    await removal.holdOn();
    try {
      return await ask();
    } catch (failure) {
      if (!isPassing(failure) || tries === TRIES) throw failure;
      const named = failure instanceof BadPage ? null : failure.retryAfterMs;
      await waitInPieces(removal, named ?? removal.settings.retry.firstMs);
    }
  }
}

function isPassing(failure: unknown): failure is Throttled | Unavailable | BadPage {
  return failure instanceof Throttled || failure instanceof Unavailable || failure instanceof BadPage;
}

async function waitInPieces({ ports, keeper }: Removal, pause: number): Promise<void> {
  for (let left = Math.min(pause, LONGEST_WAIT_MS); left > 0; left -= WAIT_PIECE_MS) {
    await ports.clock.wait(Math.min(left, WAIT_PIECE_MS));
    await keeper.renewIfDue();
  }
}

async function noteNotEnded(removal: Removal, why: string, rows: readonly Subscription[]): Promise<void> {
  const last = rows
    .map(({ expiresAt }) => expiresAt)
    .toSorted()
    .at(-1);
  const until = last === undefined ? 'within three days' : `by ${last}`;
  const message = `Graph's change notifications could not be ended: ${why}. They are refused from now on and end by themselves ${until}.`;
  await removal.note((operation) => withWarning(operation, { code: 'SubscriptionsNotEnded', message }));
  removal.ports.log.warn('Subscriptions could not be ended', { tenantId: removal.tenantId, why });
}

/** In words of ours: what Graph says may name a person. */
function whyOf(failure: Failure): string {
  switch (failure.kind) {
    case 'accessRefused':
      return 'Graph refused us, the consent is withdrawn or lacks a permission';
    case 'credentialRefused':
      return 'the login service refused the credential';
    case 'throttled':
      return 'Graph was busy at every try';
    case 'notFound':
      return 'the secret is not in the vault';
    default:
      return 'Graph could not be asked';
  }
}
