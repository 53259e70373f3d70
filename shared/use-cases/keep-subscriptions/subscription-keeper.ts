import { jobsFor } from '../../core/coalescing.js';
import { RequestRefused } from '../../core/failures.js';
import { JOB_VERSION } from '../../core/job.js';
import { RESOURCES, type Resource } from '../../core/resource.js';
import type { ChangeTypes, Subscription } from '../../core/subscription.js';
import {
  catchUpDue,
  planSubscriptions,
  strangersAt,
  subscriptionExpiry,
  type SubscriptionNeed,
} from '../../core/subscription-upkeep.js';
import type { Connection, Directory } from '../../ports/directory.js';
import type { KeepSubscriptionsPorts, KeepSubscriptionsSettings } from './ports.js';

type SubscribeRequest = Parameters<Directory['subscribe']>[1];

/** Brings one tenant to one working subscription per resource. */
export class SubscriptionKeeper {
  constructor(
    readonly ports: KeepSubscriptionsPorts,
    readonly settings: KeepSubscriptionsSettings,
    readonly connection: Connection,
  ) {}

  /** @param renewAll also those that are not due */
  async keep(renewAll: boolean): Promise<void> {
    const { tenantId } = this.connection;
    const rows = await this.ports.subscriptions.list(tenantId);
    const listed = await this.ports.directory.subscriptions(this.connection);
    const now = this.ports.clock.now();
    const plan = planSubscriptions({ ...this.settings, rows, listed, now, renewAll });
    const failures: unknown[] = [];
    const attempt = (work: Promise<void>): Promise<void> =>
      work.catch((failure: unknown) => {
        failures.push(failure);
      });
    for (const subscriptionId of plan.end) await attempt(this.end(subscriptionId));
    for (const resource of RESOURCES) await attempt(this.meet(resource, plan.needs[resource]));
    if (failures.length > 0) throw failures[0];
  }

  private async meet(resource: Resource, need: SubscriptionNeed): Promise<void> {
    switch (need.kind) {
      case 'nothing':
        return;
      case 'create':
        return this.create(resource, 'updated,deleted');
      case 'renew':
        await this.renew(need.subscription);
        return;
      case 'replace':
        return this.replace(need.subscription, need.changeTypes);
    }
  }

  /** Answers whether it lived; else another was made. */
  private async renew(subscription: Subscription): Promise<boolean> {
    const { tenantId, subscriptionId, resource } = subscription;
    const now = this.ports.clock.now();
    const renewed = await this.ports.directory.renew(
      this.connection,
      subscriptionId,
      subscriptionExpiry(now),
    );
    if (renewed === null) {
      this.ports.log.warn('Graph subscription was gone', { tenantId, resource, subscriptionId });
      await this.ports.subscriptions.remove(tenantId, subscriptionId);
      await this.create(resource, 'updated,deleted');
      return false;
    }
    // Before the row says that it was renewed: a stop in between must not hide the gap.
    if (catchUpDue(subscription, now)) await this.catchUp(resource, `renewed:${subscriptionId}:${now}`);
    await this.ports.subscriptions.put({
      ...subscription,
      expiresAt: renewed.expiresAt,
      renewedAt: new Date(now).toISOString(),
    });
    return true;
  }

  /**
   * The old one goes on until the new one's row stands, so that no notification is refused meanwhile. Graph allows
   * two side by side where their change types differ; where it takes no others, the old one has to go first.
   */
  private async replace(old: Subscription, changeTypes: ChangeTypes): Promise<void> {
    // First, so that it lives on where Graph refuses another.
    if (!(await this.renew(old))) return;
    try {
      await this.create(old.resource, changeTypes);
    } catch (failure) {
      if (!(failure instanceof RequestRefused) || failure.status !== 400) throw failure;
      await this.end(old.subscriptionId);
      return this.create(old.resource, 'updated,deleted');
    }
    await this.end(old.subscriptionId);
  }

  private async create(resource: Resource, changeTypes: ChangeTypes): Promise<void> {
    const { tenantId } = this.connection;
    const clientState = this.ports.chance.newToken();
    const now = this.ports.clock.now();
    const { notificationUrl, lifecycleUrl } = this.settings;
    const addresses = { notificationUrl, lifecycleUrl };
    const expiresAt = subscriptionExpiry(now);
    const made = await this.subscribe({ resource, changeTypes, clientState, expiresAt, ...addresses });
    // Asked before the row stands, so that a stop right after it loses no change, and again once notifications
    // are accepted, since a round that began earlier may have missed one that was refused.
    await this.want(resource);
    await this.ports.subscriptions.put({
      tenantId,
      subscriptionId: made.subscriptionId,
      resource,
      clientStateHash: this.ports.clientStates.hash(clientState),
      expiresAt: made.expiresAt,
      renewedAt: new Date(now).toISOString(),
      madeAt: new Date(now).toISOString(),
      changeTypes,
      lifecycleUrl,
    });
    await this.catchUp(resource, `subscribed:${made.subscriptionId}`);
    this.ports.log.info('Graph subscription made', {
      tenantId,
      resource,
      subscriptionId: made.subscriptionId,
    });
  }

  /** Graph refuses a second subscription to the same resource; one that leads to us without a row is in the way. */
  private async subscribe(request: SubscribeRequest): ReturnType<Directory['subscribe']> {
    try {
      return await this.ports.directory.subscribe(this.connection, request);
    } catch (failure) {
      if (!(failure instanceof RequestRefused) || failure.status !== 409) throw failure;
      const { resource, notificationUrl } = request;
      const listed = await this.ports.directory.subscriptions(this.connection);
      const rows = await this.ports.subscriptions.list(this.connection.tenantId);
      const inTheWay = strangersAt({ rows, listed, notificationUrl }, resource);
      if (inTheWay.length === 0) throw failure;
      for (const subscriptionId of inTheWay) await this.end(subscriptionId);
      return this.ports.directory.subscribe(this.connection, request);
    }
  }

  /** The row goes last, so that a stop in between does not forget what still lives in Graph. */
  private async end(subscriptionId: string): Promise<void> {
    await this.ports.directory.unsubscribe(this.connection, subscriptionId);
    await this.ports.subscriptions.remove(this.connection.tenantId, subscriptionId);
  }

  /** Reads what changed while nobody told us, also what a replica shows only later. */
  private async catchUp(resource: Resource, messageId: string): Promise<void> {
    const { tenantId } = this.connection;
    await this.want(resource);
    const reason = `changes of ${resource} before the subscription worked`;
    await this.ports.queue.send([
      {
        messageId,
        job: { version: JOB_VERSION, tenantId, attempt: 0, kind: 'continue', reason },
        dueAt: null,
      },
      ...jobsFor([{ tenantId, resource, at: this.ports.clock.now() }], this.settings.coalescing),
    ]);
  }

  private async want(resource: Resource): Promise<void> {
    const since = new Date(this.ports.clock.now()).toISOString();
    await this.ports.syncStates.want(this.connection.tenantId, resource, { full: false, since });
  }
}
