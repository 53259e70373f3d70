import type { Clock } from '../clock.js';
import type { NotificationCounts, NotificationFaults, SubscriptionRecord } from '../control-api.js';
import type { ChangeEvent } from '../directory/change-event.js';
import type { Deliver, GraphEmulatorOptions } from '../emulator-options.js';
import { GraphFailure } from '../http/failure.js';
import type { Random } from '../random.js';
import type { Tenant } from '../tenant.js';
import { handshake } from './handshake.js';
import { httpDeliver } from './http-deliver.js';
import { Outbox } from './outbox.js';
import { recordOf, type Subscription } from './subscription.js';
import type { SubscriptionRequest } from './subscription-request.js';

const mostPerAppAndTenant = 100;

/** All subscriptions, and the notifications that directory changes raise for them. */
export class Notifications {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #deliver: Deliver;
  readonly #boundTokenLifeMs: number;
  readonly #outbox: Outbox;
  readonly #byTenant = new Map<string, Map<string, Subscription>>();
  #sequence = 0;

  constructor(clock: Clock, random: Random, options: GraphEmulatorOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#deliver = options.deliver ?? httpDeliver;
    this.#boundTokenLifeMs = options.boundTokenLifeMs ?? 3_600_000;
    this.#outbox = new Outbox(clock, this.#deliver, options.notificationBatchMs ?? 100);
  }

  /** Creates a subscription after the handshake(s). @throws GraphFailure 400, 403, 409 */
  async create(tenant: Tenant, clientId: string, request: SubscriptionRequest): Promise<Subscription> {
    this.#refuseDuplicate(tenant, clientId, request);
    await handshake(this.#deliver, request.notificationUrl, this.#random.guid());
    if (request.lifecycleNotificationUrl !== null) {
      await handshake(this.#deliver, request.lifecycleNotificationUrl, this.#random.guid());
    }
    this.#refuseDuplicate(tenant, clientId, request);
    const made: Subscription = {
      ...request,
      id: this.#random.guid(),
      tenantId: tenant.id,
      applicationId: clientId,
      authorizedUntil: 0,
    };
    this.#of(tenant).set(made.id, made);
    this.reauthorize(made);
    return made;
  }

  /** Binds a fresh token: deliveries go on for its life (graph-protocol 8.13). */
  reauthorize(subscription: Subscription): void {
    subscription.authorizedUntil = this.#clock.now() + this.#boundTokenLifeMs;
    if (subscription.lifecycleNotificationUrl === null) return;
    const { authorizedUntil } = subscription;
    this.#clock.after(this.#boundTokenLifeMs * 0.75, () => {
      if (subscription.authorizedUntil === authorizedUntil)
        this.#sendLifecycle(subscription, 'reauthorizationRequired');
    });
  }

  /** The app's own subscription. @throws GraphFailure 404 when there is none (any more) */
  need(tenant: Tenant, clientId: string, id: string): Subscription {
    const found = this.own(tenant, clientId).find((subscription) => subscription.id === id.toLowerCase());
    if (found !== undefined) return found;
    throw new GraphFailure(404, 'ResourceNotFound', 'The object was not found.');
  }

  own(tenant: Tenant, clientId: string): Subscription[] {
    return this.#live(tenant).filter(({ applicationId }) => applicationId === clientId);
  }

  remove(tenant: Tenant, subscription: Subscription): void {
    this.#of(tenant).delete(subscription.id);
  }

  /** Loses a subscription, whosever it is. @throws Error where there is none */
  kill(tenant: Tenant, id: string): void {
    if (!this.#of(tenant).delete(id.toLowerCase())) throw new Error(`no subscription ${id} in ${tenant.id}`);
  }

  /** Tells an event at once, whosever the subscription is. @throws Error where nobody could be told */
  tellLifecycle(tenant: Tenant, id: string, event: string): void {
    const subscription = this.#of(tenant).get(id.toLowerCase());
    if (subscription === undefined || subscription.lifecycleNotificationUrl === null)
      throw new Error(`no subscription ${id} in ${tenant.id} that has a lifecycle address`);
    this.#sendLifecycle(subscription, event);
  }

  forget(tenant: Tenant): void {
    this.#byTenant.delete(tenant.id);
  }

  list(tenant: Tenant): SubscriptionRecord[] {
    return this.#live(tenant).map(recordOf);
  }

  /** Puts saved subscriptions back. */
  restore(tenant: Tenant, subscriptions: readonly Subscription[]): void {
    for (const subscription of subscriptions) this.#of(tenant).set(subscription.id, { ...subscription });
  }

  /** The subscriptions as they are saved. */
  saved(tenant: Tenant): readonly Subscription[] {
    return this.#live(tenant);
  }

  counts(tenant: Tenant): NotificationCounts {
    return { ...this.#outbox.counts(tenant.id) };
  }

  resetCounts(tenant: Tenant): void {
    this.#outbox.resetCounts(tenant.id);
  }

  setFaults(tenant: Tenant, faults: NotificationFaults): void {
    this.#outbox.setFaults(tenant.id, faults);
  }

  /** Notifies the subscriptions that watch what changed. */
  raise(tenant: Tenant, events: readonly ChangeEvent[]): void {
    if ((this.#byTenant.get(tenant.id)?.size ?? 0) === 0) return;
    for (const subscription of this.#live(tenant)) {
      for (const event of events) {
        const changeType = watches(subscription, event);
        if (changeType !== undefined) this.#send(subscription, event, changeType);
      }
    }
  }

  close(): void {
    this.#outbox.close();
  }

  #of(tenant: Tenant): Map<string, Subscription> {
    const known = this.#byTenant.get(tenant.id);
    if (known !== undefined) return known;
    const made = new Map<string, Subscription>();
    this.#byTenant.set(tenant.id, made);
    return made;
  }

  #live(tenant: Tenant): Subscription[] {
    const all = this.#of(tenant);
    for (const [id, { expiresAt }] of all) if (expiresAt <= this.#clock.now()) all.delete(id);
    return [...all.values()];
  }

  #refuseDuplicate(tenant: Tenant, clientId: string, request: SubscriptionRequest): void {
    const own = this.own(tenant, clientId);
    const same = own.find(
      ({ resource, changeTypes }) =>
        resource.toLowerCase() === request.resource.toLowerCase() &&
        [...changeTypes].sort().join() === [...request.changeTypes].sort().join(),
    );
    if (same !== undefined) {
      const message = `Subscription Id ${same.id} already exists for the requested combination`;
      throw new GraphFailure(409, 'Conflict', message);
    }
    if (own.length < mostPerAppAndTenant) return;
    throw new GraphFailure(
      403,
      'Forbidden',
      'The subscription quota of this application in this tenant is used up.',
    );
  }

  #send(subscription: Subscription, event: ChangeEvent, changeType: string): void {
    const now = this.#clock.now();
    const { id, type } = event.object;
    const resource = `${type === 'user' ? 'Users' : 'Groups'}/${id}`;
    const resourceData = {
      '@odata.type': `#Microsoft.Graph.${type === 'user' ? 'User' : 'Group'}`,
      '@odata.id': resource,
      id,
      organizationId: subscription.tenantId,
      eventTime: new Date(now).toISOString(),
      sequenceNumber: ++this.#sequence,
    };
    const body = { ...common(subscription), changeType, resource, resourceData };
    this.#outbox.send({ subscription, body, lifecycle: false, raisedAt: now, attempts: 0 });
  }

  /**
   * With `organizationId` in place of the documented `tenantId`, as Graph really sends it.
   * Source: github.com/microsoftgraph/msgraph-sdk-java/issues/1551.
   */
  #sendLifecycle(subscription: Subscription, lifecycleEvent: string): void {
    const { tenantId: organizationId, ...members } = common(subscription);
    const body = { ...members, organizationId, resource: '', lifecycleEvent };
    this.#outbox.send({ subscription, body, lifecycle: true, raisedAt: this.#clock.now(), attempts: 0 });
  }
}

function common(subscription: Subscription) {
  return {
    subscriptionId: subscription.id,
    subscriptionExpirationDateTime: new Date(subscription.expiresAt).toISOString(),
    clientState: subscription.clientState,
    tenantId: subscription.tenantId,
  };
}

/** The change type to tell: creation and soft deletion tell `updated` too (graph-protocol 8.2). */
function watches(subscription: Subscription, event: ChangeEvent): string | undefined {
  const { watched, changeTypes } = subscription;
  const { object, what } = event;
  if (watched.id !== undefined && watched.id.toLowerCase() !== object.id) return undefined;
  if (watched.kind === 'events') return undefined;
  if (watched.kind === 'members' && event.members !== true) return undefined;
  const type = watched.kind === 'users' ? 'user' : 'group';
  if (object.type !== type) return undefined;
  if (changeTypes.includes(what)) return what;
  return what === 'created' && changeTypes.includes('updated') ? 'updated' : undefined;
}
