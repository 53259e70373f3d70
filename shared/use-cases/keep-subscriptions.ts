import type { ConsentApp } from '../core/bundle.js';
import { jobsFor, type CoalescingSettings } from '../core/coalescing.js';
import { consentFinding } from '../core/consent-finding.js';
import { credentialFinding } from '../core/credential-finding.js';
import { refusalLasts } from '../core/failure-outcome.js';
import { AccessRefused, CredentialRefused, RequestRefused } from '../core/failures.js';
import { JOB_VERSION } from '../core/job.js';
import { takesTriggers } from '../core/notification.js';
import { RESOURCES, type Resource } from '../core/resource.js';
import type { Subscription } from '../core/subscription.js';
import {
  catchUpDue,
  planSubscriptions,
  strangersAt,
  subscriptionExpiry,
  type SubscriptionNeed,
} from '../core/subscription-upkeep.js';
import { appCredentialFor, tenantAfter, type Tenant } from '../core/tenant.js';
import { awaitsSetup, type Matter } from '../core/tenant-state.js';
import { changeTenant } from '../ports/change-tenant.js';
import type { ClientStateHasher } from '../ports/client-state.js';
import type { Chance, Clock } from '../ports/clock.js';
import type { Connection, Directory } from '../ports/directory.js';
import type { JobQueue } from '../ports/job-queue.js';
import type { Log } from '../ports/log.js';
import type { Subscriptions, Tenants } from '../ports/registry.js';
import type { SyncStates } from '../ports/sync-state.js';

export interface KeepSubscriptionsPorts {
  readonly tenants: Tenants;
  readonly subscriptions: Subscriptions;
  readonly directory: Directory;
  readonly syncStates: SyncStates;
  readonly clientStates: ClientStateHasher;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

export interface KeepSubscriptionsSettings {
  /** Where Graph reaches us: the public address followed by /api/graph/notifications. */
  readonly notificationUrl: string;
  /** Age from which a subscription is renewed; 30 minutes unless a test shortens it. */
  readonly renewAfterMs: number;
  readonly consentApps: readonly ConsentApp[];
  /** For the looks that follow a new subscription, since a replica may lag behind. */
  readonly coalescing: CoalescingSettings;
}

/**
 * The job `subscriptions` of one tenant: brings it to one working subscription per resource. Repeatable after any
 * stop. One none of whose setups is started is brought to none. A tenant that is parked or paused, or is not there, is
 * left alone. Where Graph refuses them (403), or lastingly
 * refuses to let us in, that is a matter of the tenant, never a reason to stop it.
 * @param attempt tries without success before this one, 0 for the first
 * @throws the first other Failure met (Throttled …) after both resources were tried
 */
export type KeepSubscriptions = (tenantId: string, attempt: number) => Promise<void>;

export function createKeepSubscriptions(
  ports: KeepSubscriptionsPorts,
  settings: KeepSubscriptionsSettings,
): KeepSubscriptions {
  return async (tenantId, attempt) => {
    const tenant = (await ports.tenants.get(tenantId))?.value ?? null;
    if (tenant === null) return;
    if (awaitsSetup(tenant.state)) return endThose(ports, settings, tenant, attempt);
    if (!takesTriggers(tenant)) return;
    const credential = appCredentialFor(tenant, 'near-real-time', settings.consentApps);
    // Without that consent the nightly runs keep the tenant.
    if (credential === null) return noteMatter(ports, tenant, null);
    const { cloud } = tenant;
    const connection = { tenantId, cloud, credential };
    try {
      await new SubscriptionKeeper(ports, settings, connection).keep();
    } catch (failure) {
      const matter = matterOf(failure, attempt, tenant);
      if (matter === null) throw failure;
      await noteMatter(ports, tenant, matter);
      ports.log.warn('Graph refuses subscriptions', { tenantId, why: String(failure) });
      return;
    }
    await noteMatter(ports, tenant, null);
  };
}

/**
 * Without a started setup nobody is to be told of changes. What Graph lastingly refuses to end is forgotten: it ends
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
      if (matterOf(failure, attempt, tenant) === null) throw failure;
      ports.log.warn('A subscription could not be ended', { tenantId, why: String(failure) });
    }
    // The row goes last, so that a stop in between does not forget what still lives in Graph.
    await ports.subscriptions.remove(tenantId, subscriptionId);
  }
  await noteMatter(ports, tenant, null);
}

const REFUSED: Matter = {
  code: 'noSubscriptions',
  reason:
    'Microsoft Graph refuses to tell of changes at once, so that they are found by the nightly run only.',
  fix: 'Grant the application User.Read.All and Group.Read.All with admin consent; it is tried again every few minutes.',
};

/** Null where it may pass, or is no refusal. */
function matterOf(failure: unknown, attempt: number, { credential }: Tenant): Matter | null {
  if (failure instanceof AccessRefused && failure.status === 403) return REFUSED;
  const refused = failure instanceof AccessRefused || failure instanceof CredentialRefused;
  if (!refused || !refusalLasts(attempt)) return null;
  const finding = credential === null ? consentFinding(failure) : credentialFinding(failure);
  return { code: REFUSED.code, reason: `${NIGHTLY_ONLY} ${finding.finding}`, fix: finding.fix };
}

const NIGHTLY_ONLY = 'Changes are found by the nightly run only.';

/** The tenant goes on without subscriptions, and says so as long as it has none. */
async function noteMatter(
  ports: Pick<KeepSubscriptionsPorts, 'tenants' | 'clock'>,
  seen: Tenant,
  matter: Matter | null,
): Promise<void> {
  const at = new Date(ports.clock.now()).toISOString();
  const noted = (tenant: Tenant): Tenant => {
    const matters = tenant.state.kind === 'attention' ? tenant.state.matters : [];
    const others = matters.filter(({ code }) => code !== REFUSED.code);
    const all = matter === null ? others : [...others, matter];
    return tenantAfter(tenant, { kind: 'matters', at, matters: all });
  };
  // Nearly always nothing changes: then the row is not even read again.
  if (noted(seen) !== seen) await changeTenant(ports, seen.tenantId, noted);
}

class SubscriptionKeeper {
  constructor(
    readonly ports: KeepSubscriptionsPorts,
    readonly settings: KeepSubscriptionsSettings,
    readonly connection: Connection,
  ) {}

  async keep(): Promise<void> {
    const { tenantId } = this.connection;
    const rows = await this.ports.subscriptions.list(tenantId);
    const listed = await this.ports.directory.subscriptions(this.connection);
    const now = this.ports.clock.now();
    const plan = planSubscriptions({ ...this.settings, rows, listed, now });
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
        return this.create(resource);
      case 'renew':
        return this.renew(need.subscription);
    }
  }

  private async renew(subscription: Subscription): Promise<void> {
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
      await this.create(resource);
      return;
    }
    // Before the row says that it was renewed: a stop in between must not hide the gap.
    if (catchUpDue(subscription, now)) await this.catchUp(resource, `renewed:${subscriptionId}:${now}`);
    await this.ports.subscriptions.put({
      ...subscription,
      expiresAt: renewed.expiresAt,
      renewedAt: new Date(now).toISOString(),
    });
  }

  private async create(resource: Resource): Promise<void> {
    const { tenantId } = this.connection;
    const clientState = this.ports.chance.newToken();
    const now = this.ports.clock.now();
    const made = await this.subscribe(resource, clientState, now);
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
    });
    await this.catchUp(resource, `subscribed:${made.subscriptionId}`);
    this.ports.log.info('Graph subscription made', {
      tenantId,
      resource,
      subscriptionId: made.subscriptionId,
    });
  }

  /** Graph refuses a second subscription to the same resource; one that leads to us without a row is in the way. */
  private async subscribe(
    resource: Resource,
    clientState: string,
    now: number,
  ): ReturnType<Directory['subscribe']> {
    const { notificationUrl } = this.settings;
    const request = { resource, notificationUrl, clientState, expiresAt: subscriptionExpiry(now) };
    try {
      return await this.ports.directory.subscribe(this.connection, request);
    } catch (failure) {
      if (!(failure instanceof RequestRefused) || failure.status !== 409) throw failure;
      const listed = await this.ports.directory.subscriptions(this.connection);
      const inTheWay = strangersAt({ rows: [], listed, notificationUrl }, resource);
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
