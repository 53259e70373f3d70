import type { Resource } from './resource.js';
import type { Subscription } from './subscription.js';
import type { Tenant } from './tenant.js';
import { keepsItself } from './tenant-state.js';

/**
 * What a change notification claims. Whether any of it is true is judged by `judgeNotification`.
 * Source: api-reference/v1.0/resources/changenotification.md.
 */
export interface NotificationClaim {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly clientState: string;
}

export type RefusalReason =
  /** It has not the form of a notification. */
  | 'malformed'
  /** No such subscription is known under that tenant. */
  | 'unknownSubscription'
  /** The subscription is another tenant's. */
  | 'foreignTenant'
  /** The client state is not the one that was given to Graph. */
  | 'forgedClientState'
  /** The tenant is disconnected, parked, paused or not started. */
  | 'tenantNotRunning';

export type NotificationVerdict =
  | { readonly kind: 'accepted'; readonly tenantId: string; readonly resource: Resource }
  | { readonly kind: 'refused'; readonly reason: RefusalReason };

/** @param clientStateMatches answer of a comparison in constant time of the claimed and the kept fingerprint */
export function judgeNotification(
  claim: NotificationClaim,
  subscription: Subscription | null,
  clientStateMatches: boolean,
): NotificationVerdict {
  if (subscription?.subscriptionId !== claim.subscriptionId) return refused('unknownSubscription');
  if (subscription.tenantId !== claim.tenantId) return refused('foreignTenant');
  if (!clientStateMatches) return refused('forgedClientState');
  return { kind: 'accepted', tenantId: subscription.tenantId, resource: subscription.resource };
}

/** Whether triggers may start work for the tenant by themselves. */
export function takesTriggers(tenant: Pick<Tenant, 'state' | 'paused'> | null): boolean {
  return tenant !== null && keepsItself(tenant.state) && !tenant.paused;
}

function refused(reason: RefusalReason): NotificationVerdict {
  return { kind: 'refused', reason };
}
