import { z } from 'zod';

import { NotFound } from '../../core/failures.js';
import type { Directory, GraphSubscription } from '../../ports/directory.js';
import type { GraphCaller, GraphSide } from './graph-caller.js';
import { badPage, readEnvelope, readJson, type PageOrigin } from './page-envelope.js';

const subscription = z.looseObject({
  id: z.string().min(1).max(200),
  expirationDateTime: z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'is no instant'),
});
const listedSubscription = subscription.extend({
  resource: z.string(),
  notificationUrl: z.string().nullish(),
});

type SubscribeRequest = Parameters<Directory['subscribe']>[1];
type ListedSubscription = Awaited<ReturnType<Directory['subscriptions']>>[number];

export async function createSubscription(
  caller: GraphCaller,
  side: GraphSide,
  request: SubscribeRequest,
): Promise<GraphSubscription> {
  const address = `${side.origin}/v1.0/subscriptions`;
  const body = {
    changeType: request.changeTypes,
    resource: request.resource,
    notificationUrl: request.notificationUrl,
    lifecycleNotificationUrl: request.lifecycleUrl,
    clientState: request.clientState,
    expirationDateTime: request.expiresAt,
  };
  const text = await caller.call(side, { method: 'post', address, body });
  return readSubscription(text, { address, graphOrigin: side.origin });
}

/** PATCH also refreshes the access token bound to the subscription (api/subscription-reauthorize.md). */
export async function renewSubscription(
  caller: GraphCaller,
  side: GraphSide,
  subscriptionId: string,
  expiresAt: string,
): Promise<GraphSubscription | null> {
  const address = subscriptionAddress(side, subscriptionId);
  const body = { expirationDateTime: expiresAt };
  const text = await caller.callIfThere(side, { method: 'patch', address, body });
  return text === null ? null : readSubscription(text, { address, graphOrigin: side.origin });
}

/** The list takes no query options (api/subscription-list.md). */
export async function listSubscriptions(caller: GraphCaller, side: GraphSide): Promise<ListedSubscription[]> {
  const found: ListedSubscription[] = [];
  const visited = new Set<string>();
  let address: string | null = `${side.origin}/v1.0/subscriptions`;
  while (address !== null) {
    const origin = { address, graphOrigin: side.origin };
    if (visited.has(address)) throw badPage(origin, 'the chain of next links does not end');
    visited.add(address);
    const page = readEnvelope(await caller.call(side, { method: 'get', address }), origin);
    const parsed = z.array(listedSubscription).safeParse(page.value);
    if (!parsed.success) throw badPage(origin, 'an element is no subscription', parsed.error);
    for (const element of parsed.data) {
      found.push({
        ...asSubscription(element),
        resource: element.resource,
        notificationUrl: element.notificationUrl ?? null,
      });
    }
    address = page.nextLink;
  }
  return found;
}

export async function deleteSubscription(
  caller: GraphCaller,
  side: GraphSide,
  subscriptionId: string,
): Promise<void> {
  try {
    await caller.call(side, { method: 'delete', address: subscriptionAddress(side, subscriptionId) });
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
  }
}

function subscriptionAddress(side: GraphSide, subscriptionId: string): string {
  return `${side.origin}/v1.0/subscriptions/${encodeURIComponent(subscriptionId)}`;
}

function readSubscription(text: string, origin: PageOrigin): GraphSubscription {
  const parsed = subscription.safeParse(readJson(text, origin));
  if (!parsed.success) throw badPage(origin, 'it is no subscription', parsed.error);
  return asSubscription(parsed.data);
}

function asSubscription(parsed: z.infer<typeof subscription>): GraphSubscription {
  return {
    subscriptionId: parsed.id,
    expiresAt: new Date(parsed.expirationDateTime).toISOString(),
  };
}
