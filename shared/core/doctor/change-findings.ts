import { CursorExpired } from '../failures.js';
import { RESOURCES, type Resource } from '../resource.js';
import type { Subscription } from '../subscription.js';
import type { ListedSubscription, TenantFacts } from './facts.js';
import { finding, type Finding } from './finding.js';

/** How long Graph keeps the position of a directory's changes. Source: concepts/delta-query-overview.md. */
const POSITION_LIFE_MS = 7 * 24 * 60 * 60 * 1000;

/** Whether changes are told to us: what we hold of subscriptions against what Graph holds. */
export function subscriptionFindings(facts: TenantFacts): readonly Finding[] {
  const { subscriptionRows: rows } = facts;
  if (rows.kind === 'failed' || rows.kind === 'late') return [finding('StorageUnreachable')];
  if (rows.kind !== 'told') return [];
  return eachResource(facts, rows.value);
}

function eachResource(facts: TenantFacts, rows: readonly Subscription[]): readonly Finding[] {
  const { listedSubscriptions: listed } = facts;
  return RESOURCES.flatMap((resource) => {
    const own = rows.filter((row) => row.resource === resource);
    if (own.length === 0) return [missing(resource)];
    const living = own.filter(({ expiresAt }) => Date.parse(expiresAt) > facts.now);
    if (living.length === 0) return [expired(own, resource)];
    return listed.kind === 'told' ? against(living, listed.value, facts.notificationUrl) : [];
  });
}

/** One that works is enough. */
function against(
  rows: readonly Subscription[],
  listed: readonly ListedSubscription[],
  notificationUrl: string,
): readonly Finding[] {
  const judged = rows.map((row) => {
    const found = listed.find(({ subscriptionId }) => subscriptionId === row.subscriptionId);
    if (found === undefined) return dead(row);
    const elsewhere = found.notificationUrl !== null && found.notificationUrl !== notificationUrl;
    return elsewhere ? leadsElsewhere(row) : null;
  });
  return judged.includes(null) ? [] : judged.filter((each) => each !== null).slice(0, 1);
}

/** If Graph has said why it makes none, the tenant's issue says so in place of this. */
function missing(resource: Resource): Finding {
  return finding('SubscriptionMissing', {
    message: `There is no subscription to ${resource}, so that their changes are read by polls, at night and by runs alone.`,
  });
}

function expired(rows: readonly Subscription[], resource: Resource): Finding {
  const last =
    rows
      .map(({ expiresAt }) => expiresAt)
      .sort()
      .at(-1) ?? '';
  return finding('SubscriptionExpired', {
    message: `The subscription to ${resource} ended on ${last.slice(0, 10)} without being renewed.`,
  });
}

function dead({ resource }: Subscription): Finding {
  return finding('SubscriptionDead', {
    message: `Microsoft Graph no longer knows the subscription to ${resource}, so that it tells of no changes of them.`,
  });
}

function leadsElsewhere({ resource }: Subscription): Finding {
  return finding('SubscriptionElsewhere', {
    message: `The subscription to ${resource} leads to another address than that of this deployment.`,
  });
}

/** Whether the next round can go on from where the last one ended. */
export function positionFindings(facts: TenantFacts): readonly Finding[] {
  const { syncStates } = facts;
  if (syncStates.kind === 'failed' || syncStates.kind === 'late') return [finding('StorageUnreachable')];
  if (syncStates.kind !== 'told') return [];
  return RESOURCES.flatMap((resource) => {
    const position = facts.positions[resource];
    if (position.kind === 'failed' && position.failure instanceof CursorExpired)
      return [refusedPosition(resource)];
    const { deltaLink, last } = syncStates.value[resource];
    if (deltaLink === null || last === null) return [];
    return facts.now - Date.parse(last.completedAt) > POSITION_LIFE_MS
      ? [stale(resource, last.completedAt)]
      : [];
  });
}

function refusedPosition(resource: Resource): Finding {
  return finding('DeltaTokenExpired', {
    message: `Microsoft Graph no longer accepts the position from which changes of ${resource} are read.`,
  });
}

function stale(resource: Resource, completedAt: string): Finding {
  return finding('DeltaTokenStale', {
    message: `The last complete reading of ${resource} is of ${completedAt.slice(0, 10)}, and Microsoft Graph keeps positions for 7 days only.`,
  });
}
