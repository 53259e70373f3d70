import { RESOURCES, type Resource } from './resource.js';
import { spreadOf } from './spread.js';
import type { ChangeTypes, Subscription } from './subscription.js';

const MINUTE_MS = 60_000;

/**
 * The longest life of a subscription to users, groups and other directory resources.
 * Source: concepts/includes/change-notifications-subscription-lifetime.md.
 */
const LONGEST_LIFE_MS = 41_760 * MINUTE_MS;

/** A day less than the longest, so that clocks may differ. */
const LIFE_MS = Math.min(28 * 24 * 60 * MINUTE_MS, LONGEST_LIFE_MS);

/** A subscription as Graph lists it. Graph never tells the client state again. */
interface ListedSubscription {
  readonly subscriptionId: string;
  readonly resource: string;
  readonly notificationUrl: string | null;
}

/** What one resource needs. */
export type SubscriptionNeed =
  /** There is none that works. */
  | { readonly kind: 'create' }
  /** Renewing is due, or Graph did not list it: then only renewing tells whether it lives. */
  | { readonly kind: 'renew'; readonly subscription: Subscription }
  /** It works, but its client state is old, or it has no lifecycle address: another takes its place. */
  | { readonly kind: 'replace'; readonly subscription: Subscription; readonly changeTypes: ChangeTypes }
  | { readonly kind: 'nothing' };

export interface SubscriptionPlan {
  /** Ended in Graph first, then forgotten: superfluous ones, and those that lead to a former address of ours. */
  readonly end: readonly string[];
  readonly needs: Readonly<Record<Resource, SubscriptionNeed>>;
}

/** When a subscription that is made or renewed now shall end, ISO 8601 UTC. @param now epoch milliseconds */
export function subscriptionExpiry(now: number): string {
  return new Date(now + LIFE_MS).toISOString();
}

/**
 * Whether one subscription was not renewed for so long that it should be. The access token bound to a subscription
 * ends after about an hour, and renewing refreshes it. Each has a time of its own, up to a quarter earlier, so that
 * thousands that were made at once are not renewed at once for ever.
 * Source: concepts/change-notifications-delivery-webhooks.md.
 */
function renewalDue(subscription: Subscription, now: number, renewAfterMs: number): boolean {
  const earlier = spreadOf(subscription.subscriptionId, renewAfterMs / 4);
  return renewalLate(subscription, now, renewAfterMs - earlier);
}

function renewalLate(subscription: Subscription, now: number, renewAfterMs: number): boolean {
  return (
    now - Date.parse(subscription.renewedAt) >= renewAfterMs || Date.parse(subscription.expiresAt) <= now
  );
}

/** How long a client state is used, up to a day longer so that not all change at once. */
const CLIENT_STATE_LIFE_MS = 7 * 24 * 60 * MINUTE_MS;

/** Whether another subscription should take its place: one with a new client state and a lifecycle address. */
function replacementDue(subscription: Subscription, now: number, lifecycleUrl: string): boolean {
  const { madeAt, subscriptionId } = subscription;
  if (madeAt === null || subscription.lifecycleUrl !== lifecycleUrl) return true;
  const life = CLIENT_STATE_LIFE_MS + spreadOf(subscriptionId, 24 * 60 * MINUTE_MS);
  return now - Date.parse(madeAt) >= life;
}

/**
 * How long the access token bound to a subscription lasts at least; past it Graph may have dropped notifications.
 * Source: concepts/change-notifications-delivery-webhooks.md.
 */
const TOKEN_LIFE_MS = 60 * MINUTE_MS;

/** Whether notifications may have been lost since the subscription was renewed last. */
export function catchUpDue(subscription: Subscription, now: number): boolean {
  return now - Date.parse(subscription.renewedAt) >= TOKEN_LIFE_MS;
}

/**
 * What the subscriptions of a running tenant need by their rows alone: `late` where a resource has none or one should
 * have been renewed by now, `due` where one is to be renewed or replaced, or where two of a resource were left.
 */
export type UpkeepNeed = 'nothing' | 'due' | 'late';

export function upkeepNeed(
  rows: readonly Subscription[],
  { now, renewAfterMs, lifecycleUrl }: Pick<SubscriptionPicture, 'now' | 'renewAfterMs' | 'lifecycleUrl'>,
): UpkeepNeed {
  if (RESOURCES.some((resource) => rows.every((row) => row.resource !== resource))) return 'late';
  if (rows.some((row) => renewalLate(row, now, renewAfterMs))) return 'late';
  const isDue = rows.some(
    (row) => renewalDue(row, now, renewAfterMs) || replacementDue(row, now, lifecycleUrl),
  );
  return isDue || rows.length > RESOURCES.length ? 'due' : 'nothing';
}

export interface SubscriptionPicture {
  readonly rows: readonly Subscription[];
  readonly listed: readonly ListedSubscription[];
  /** Where Graph reaches us. */
  readonly notificationUrl: string;
  readonly lifecycleUrl: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly renewAfterMs: number;
  /** Whether they are renewed although it may not be time. */
  readonly renewAll: boolean;
}

/**
 * What brings one tenant to exactly one working subscription per resource. A listed one that leads to us but has no
 * row cannot be trusted, since its client state is unknown; one that leads elsewhere and has no row is not ours.
 */
export function planSubscriptions(picture: SubscriptionPicture): SubscriptionPlan {
  const kept = new Map(
    RESOURCES.map((resource) => [resource, keptRow(picture, resource)] as const).filter(isKept),
  );
  const keptIds = new Set([...kept.values()].map((row) => row.subscriptionId));
  const superfluous = picture.rows.map((row) => row.subscriptionId).filter((id) => !keptIds.has(id));
  const strangers = strangersAt(picture).filter((id) => !keptIds.has(id));
  return {
    end: [...new Set([...superfluous, ...strangers])],
    needs: { users: need(kept.get('users'), picture), groups: need(kept.get('groups'), picture) },
  };
}

/** Ids of listed subscriptions that lead to us without a row of ours, for one resource or any. */
export function strangersAt(
  picture: Pick<SubscriptionPicture, 'rows' | 'listed' | 'notificationUrl'>,
  resource: Resource | null = null,
): string[] {
  const known = new Set(picture.rows.map((row) => row.subscriptionId));
  return picture.listed
    .filter((listed) => listed.notificationUrl === picture.notificationUrl)
    .filter((listed) => resource === null || resourceOf(listed) === resource)
    .map((listed) => listed.subscriptionId)
    .filter((id) => !known.has(id));
}

function need(row: Subscription | undefined, picture: SubscriptionPicture): SubscriptionNeed {
  if (row === undefined) return { kind: 'create' };
  const { now, renewAfterMs, lifecycleUrl, renewAll } = picture;
  const isListed = listedAs(row, picture) !== undefined;
  // Only of one that lives: renewing tells, and replaces what is gone.
  if (!isListed) return { kind: 'renew', subscription: row };
  if (replacementDue(row, now, lifecycleUrl))
    return { kind: 'replace', subscription: row, changeTypes: otherThan(row.changeTypes) };
  return renewAll || renewalDue(row, now, renewAfterMs)
    ? { kind: 'renew', subscription: row }
    : { kind: 'nothing' };
}

function otherThan(changeTypes: ChangeTypes | null): ChangeTypes {
  return changeTypes === 'created,updated,deleted' ? 'updated,deleted' : 'created,updated,deleted';
}

/** Of several rows of a resource (left by a crash) the one renewed last; none that leads to another address. */
function keptRow(picture: SubscriptionPicture, resource: Resource): Subscription | null {
  const usable = picture.rows.filter(
    (row) => row.resource === resource && leadsHere(listedAs(row, picture), picture.notificationUrl),
  );
  const byAge = usable.toSorted((a, b) => Date.parse(b.renewedAt) - Date.parse(a.renewedAt));
  return byAge.find((row) => listedAs(row, picture) !== undefined) ?? byAge[0] ?? null;
}

function isKept(entry: readonly [Resource, Subscription | null]): entry is readonly [Resource, Subscription] {
  return entry[1] !== null;
}

function listedAs(row: Subscription, picture: SubscriptionPicture): ListedSubscription | undefined {
  return picture.listed.find((listed) => listed.subscriptionId === row.subscriptionId);
}

function leadsHere(listed: ListedSubscription | undefined, notificationUrl: string): boolean {
  return (
    listed === undefined || listed.notificationUrl === null || listed.notificationUrl === notificationUrl
  );
}

function resourceOf(listed: ListedSubscription): string {
  return listed.resource.replace(/^\//, '').toLowerCase();
}
