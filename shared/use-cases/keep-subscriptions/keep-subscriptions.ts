import { takesTriggers } from '../../core/notification.js';
import { appCredentialFor, loginOf, type Tenant } from '../../core/tenant.js';
import { awaitsSetup } from '../../core/tenant-state.js';
import { noteExpiredSecret } from '../../ports/note-expired-secret.js';
import type { KeepSubscriptionsPorts, KeepSubscriptionsSettings } from './ports.js';
import { obstacleIn, recordObstacle } from './subscription-obstacle.js';
import { SubscriptionKeeper } from './subscription-keeper.js';

/**
 * The job `subscriptions` of one tenant: brings it to one working subscription per resource. Repeatable after any
 * stop. One none of whose setups is started is brought to none. A tenant that is parked or paused, or is not there, is
 * left alone. Where Graph refuses them (403), or lastingly refuses to let us in, that is an issue of the tenant, never
 * a reason to stop it.
 * @throws the first other Failure met (Throttled …) after both resources were tried
 */
export type KeepSubscriptions = (tenantId: string, asked: SubscriptionsAsked) => Promise<void>;

export interface SubscriptionsAsked {
  /** Tries without success before this one, 0 for the first. */
  readonly attempt: number;
  /** Whether all are renewed, though it may not be time: Graph asks for it where the token bound to one ends soon. */
  readonly renewAll: boolean;
}

export function createKeepSubscriptions(
  ports: KeepSubscriptionsPorts,
  settings: KeepSubscriptionsSettings,
): KeepSubscriptions {
  return async (tenantId, { attempt, renewAll }) => {
    const tenant = (await ports.tenants.get(tenantId))?.value ?? null;
    if (tenant === null) return;
    const isRunning = takesTriggers(tenant);
    if (awaitsSetup(tenant.state) || (isRunning && !settings.notified))
      return endThose(ports, settings, tenant, attempt);
    if (!isRunning) return;
    const credential = appCredentialFor(tenant, 'near-real-time', settings.consentApps);
    // Without that consent the nightly runs keep the tenant.
    if (credential === null) return recordObstacle(ports, tenant, null);
    const { cloud } = tenant;
    const connection = { tenantId, cloud, credential };
    try {
      await new SubscriptionKeeper(ports, settings, connection).keep(renewAll);
    } catch (failure) {
      await noteExpiredSecret(ports, loginOf(tenant, 'near-real-time', settings.consentApps), failure);
      const obstacle = obstacleIn(failure, attempt, tenant);
      if (obstacle === null) throw failure;
      await recordObstacle(ports, tenant, obstacle);
      ports.log.warn('Graph refuses subscriptions', { tenantId, why: String(failure) });
      return;
    }
    await recordObstacle(ports, tenant, null);
  };
}

/**
 * Without a started setup nobody is to be told of changes, and where Graph does not reach us nobody can be. What Graph lastingly refuses to end is forgotten: it ends
 * by itself, and its notifications are refused.
 */
async function endThose(
  ports: KeepSubscriptionsPorts,
  settings: KeepSubscriptionsSettings,
  tenant: Tenant,
  attempt: number,
): Promise<void> {
  const { tenantId, cloud } = tenant;
  const rows = await ports.subscriptions.list(tenantId);
  const credential = appCredentialFor(tenant, 'near-real-time', settings.consentApps);
  for (const { subscriptionId } of rows) {
    try {
      if (credential !== null)
        await ports.directory.unsubscribe({ tenantId, cloud, credential }, subscriptionId);
    } catch (failure) {
      if (obstacleIn(failure, attempt, tenant) === null) throw failure;
      ports.log.warn('A subscription could not be ended', { tenantId, why: String(failure) });
    }
    // The row goes last, so that a stop in between does not forget what still lives in Graph.
    await ports.subscriptions.remove(tenantId, subscriptionId);
  }
  await recordObstacle(ports, tenant, null);
}
