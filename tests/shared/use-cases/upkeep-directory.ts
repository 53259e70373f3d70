import { RequestRefused } from '../../../shared/core/failures.js';
import type { Directory } from '../../../shared/ports/directory.js';
import type { UpkeepPorts } from './upkeep-ports.js';

export interface LiveSubscription {
  readonly subscriptionId: string;
  readonly resource: string;
  readonly notificationUrl: string | null;
  readonly clientState: string | null;
  readonly changeTypes: string;
  readonly lifecycleUrl: string | null;
  expiresAt: string;
}

type SubscriptionCalls = Pick<Directory, 'subscribe' | 'renew' | 'subscriptions' | 'unsubscribe'>;

/** Graph's side of subscriptions: one per resource and kind of changes, others are refused with 409. */
export class UpkeepDirectory implements SubscriptionCalls {
  readonly live = new Map<string, LiveSubscription>();
  /** What the list leaves out though it lives. */
  readonly unlisted = new Set<string>();
  /** As a Graph that knows no `created` of users and groups. */
  takesOneKindOnly = false;
  #made = 0;

  constructor(readonly ports: UpkeepPorts) {}

  add(subscription: Partial<LiveSubscription> & { subscriptionId: string; resource: string }): void {
    this.live.set(subscription.subscriptionId, {
      notificationUrl: null,
      clientState: null,
      changeTypes: 'updated,deleted',
      lifecycleUrl: null,
      expiresAt: '2026-04-01T00:00:00.000Z',
      ...subscription,
    });
  }

  subscribe: Directory['subscribe'] = async (_connection, request) => {
    this.ports.call(`subscribe ${request.resource}`);
    if (request.changeTypes !== 'updated,deleted' && this.takesOneKindOnly)
      throw new RequestRefused('these changes are not told', 400, 'InvalidRequest');
    for (const { resource, changeTypes } of this.live.values()) {
      if (resource === request.resource && changeTypes === request.changeTypes)
        throw new RequestRefused('exists already', 409, 'Conflict');
    }
    const subscriptionId = `made-${++this.#made}`;
    this.live.set(subscriptionId, { ...request, subscriptionId });
    return { subscriptionId, expiresAt: request.expiresAt };
  };

  renew: Directory['renew'] = async (_connection, subscriptionId, expiresAt) => {
    this.ports.call(`renew ${subscriptionId}`);
    const found = this.live.get(subscriptionId);
    if (found === undefined) return null;
    found.expiresAt = expiresAt;
    return { subscriptionId, expiresAt };
  };

  subscriptions: Directory['subscriptions'] = async () => {
    this.ports.call('graph list');
    return [...this.live.values()].filter(({ subscriptionId }) => !this.unlisted.has(subscriptionId));
  };

  unsubscribe: Directory['unsubscribe'] = async (_connection, subscriptionId) => {
    this.ports.call(`unsubscribe ${subscriptionId}`);
    this.live.delete(subscriptionId);
  };
}
