import type { SubscriptionRecord } from '../control-api.js';

/** What a subscription watches. */
export interface Watched {
  readonly kind: 'users' | 'groups' | 'members' | 'events';
  /** One object; absent: all of the kind. */
  readonly id?: string;
}

/** A stored subscription. Instants in milliseconds. */
export interface Subscription {
  readonly id: string;
  readonly tenantId: string;
  readonly applicationId: string;
  readonly resource: string;
  readonly watched: Watched;
  readonly changeTypes: readonly string[];
  readonly changeType: string;
  notificationUrl: string;
  readonly lifecycleNotificationUrl: string | null;
  readonly clientState: string | null;
  expiresAt: number;
  authorizedUntil: number;
}

/** What a resource path watches; undefined for one that cannot be subscribed to (graph-protocol 8.1). */
export function watchedBy(resource: string): Watched | undefined {
  const [, kind, id, tail] = /^\/?(users|groups)(?:\/([^/]+)(?:\/(members|events))?)?$/i.exec(resource) ?? [];
  if (kind === undefined) return undefined;
  const name = kind.toLowerCase() === 'users' ? 'users' : 'groups';
  if (id === undefined) return { kind: name };
  if (tail === undefined) return { kind: name, id };
  if (tail.toLowerCase() === 'members') return name === 'groups' ? { kind: 'members', id } : undefined;
  return name === 'users' ? { kind: 'events', id } : undefined;
}

/** Longest life in minutes (graph-protocol 8.3). */
export function longestMinutes(watched: Watched): number {
  return watched.kind === 'events' ? 4230 : 41_760;
}

/** As Graph prints it; only the answer to its creation shows the clientState. */
export function printSubscription(subscription: Subscription, withState: boolean): Record<string, unknown> {
  return {
    id: subscription.id,
    resource: subscription.resource,
    applicationId: subscription.applicationId,
    changeType: subscription.changeType,
    clientState: withState ? subscription.clientState : null,
    notificationUrl: subscription.notificationUrl,
    lifecycleNotificationUrl: subscription.lifecycleNotificationUrl,
    expirationDateTime: new Date(subscription.expiresAt).toISOString(),
    creatorId: subscription.applicationId,
    latestSupportedTlsVersion: 'v1_2',
    includeResourceData: null,
    encryptionCertificate: null,
    encryptionCertificateId: null,
    notificationQueryOptions: null,
    notificationUrlAppId: null,
  };
}

/** As the control API shows it. */
export function recordOf(subscription: Subscription): SubscriptionRecord {
  const { watched: _watched, changeTypes: _types, expiresAt, authorizedUntil, ...rest } = subscription;
  const expirationDateTime = new Date(expiresAt).toISOString();
  return { ...rest, expirationDateTime, authorizedUntil: new Date(authorizedUntil).toISOString() };
}
