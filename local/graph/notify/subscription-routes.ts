import { demandRole } from '../http/authorize.js';
import type { GraphCall, RouteAnswer } from '../http/call.js';
import { permissions } from '../http/permissions.js';
import type { Route } from '../http/routes.js';
import type { Notifications } from './notifications.js';
import { parseExpiry, parseSubscription } from './subscription-request.js';
import { printSubscription, type Subscription, type Watched } from './subscription.js';

/** `/subscriptions`: create, read, renew, reauthorize, delete; an app sees its own only. */
export function subscriptionRoutes(notifications: Notifications): readonly Route[] {
  const route = (method: string, template: string, run: Route['run']): Route => ({
    method,
    template,
    roles: undefined,
    cost: 1,
    run,
  });
  const own = (call: GraphCall): Subscription =>
    notifications.need(call.tenant, call.app.clientId, call.params[0] ?? '');
  return [
    route('POST', '/subscriptions', (call) => create(notifications, call)),
    route('GET', '/subscriptions', (call) => list(notifications, call)),
    route('GET', '/subscriptions/{id}', (call) => entity(call, own(call), 200, false)),
    route('PATCH', '/subscriptions/{id}', (call) => renew(notifications, call, own(call))),
    route('DELETE', '/subscriptions/{id}', (call) => {
      notifications.remove(call.tenant, own(call));
      return { status: 204 };
    }),
    route('POST', '/subscriptions/{id}/reauthorize', (call) => {
      notifications.reauthorize(own(call));
      return { status: 204 };
    }),
  ];
}

function neededFor(watched: Watched): readonly string[] {
  switch (watched.kind) {
    case 'users':
      return permissions.users;
    case 'groups':
    case 'members':
      return permissions.groupSubscriptions;
    case 'events':
      return permissions.calendars;
  }
}

async function create(notifications: Notifications, call: GraphCall): Promise<RouteAnswer> {
  const request = parseSubscription(call.body, call.context.now());
  demandRole(call.app, neededFor(request.watched));
  const made = await notifications.create(call.tenant, call.app.clientId, request);
  return entity(call, made, 201, true);
}

function list(notifications: Notifications, call: GraphCall): RouteAnswer {
  const value = notifications
    .own(call.tenant, call.app.clientId)
    .map((each) => printSubscription(each, false));
  return { status: 200, body: { '@odata.context': contextOf(call), value } };
}

function renew(notifications: Notifications, call: GraphCall, subscription: Subscription): RouteAnswer {
  const body = (typeof call.body === 'object' && call.body !== null ? call.body : {}) as Record<
    string,
    unknown
  >;
  subscription.expiresAt = parseExpiry(body['expirationDateTime'], subscription.watched, call.context.now());
  notifications.reauthorize(subscription);
  return entity(call, subscription, 200, false);
}

function entity(
  call: GraphCall,
  subscription: Subscription,
  status: number,
  withState: boolean,
): RouteAnswer {
  const body = {
    '@odata.context': `${contextOf(call)}/$entity`,
    ...printSubscription(subscription, withState),
  };
  return { status, body };
}

function contextOf(call: GraphCall): string {
  return `${call.context.graphUrl}/v1.0/$metadata#subscriptions`;
}
