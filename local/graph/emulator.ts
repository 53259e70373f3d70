import { randomChanges } from './directory/random-changes.js';
import type {
  AppRegistration,
  ChangeOutcome,
  ConsentApp,
  ConsentBehaviour,
  DirectoryChange,
  DirectoryTruth,
  FaultRule,
  GraphControl,
  MetadataViolation,
  NotificationCounts,
  NotificationFaults,
  OtherCloud,
  OtherCloudRefusal,
  RandomChanges,
  RequestCounts,
  SubscriptionRecord,
  TenantRegistration,
  TenantSummary,
  TokenExpiry,
  TruthRow,
} from './control-api.js';
import { VirtualClock } from './clock.js';
import { gatherTruth, truthRows } from './directory/truth.js';
import type { GraphEmulatorOptions, InProcessServers } from './emulator-options.js';
import { EmulatorCore } from './emulator-core.js';
import { toResponse } from './http/fetch-response.js';
import { RequestCounter } from './tenant.js';

/**
 * The Graph and login emulator in this process: `fetch` serves both origins without sockets, the methods
 * of {@link GraphControl} change directories, inject faults and tell the truth.
 */
export class GraphEmulator implements GraphControl, InProcessServers {
  readonly graphUrl: string;
  readonly loginUrl: string;
  readonly core: EmulatorCore;

  constructor(options: GraphEmulatorOptions = {}) {
    this.core = new EmulatorCore(options);
    this.graphUrl = this.core.graphUrl;
    this.loginUrl = this.core.loginUrl;
  }

  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const body = await request.text();
    const wire = { method: request.method, url: new URL(request.url), headers: request.headers, body };
    const answer = await this.core.serve(wire);
    await this.core.wait(answer.delayMs ?? 0);
    return toResponse(answer);
  };

  async close(): Promise<void> {
    this.core.close();
  }

  async createTenant(tenant: TenantRegistration): Promise<void> {
    this.core.createTenant(tenant);
  }

  async removeTenant(tenantId: string): Promise<void> {
    this.core.removeTenant(tenantId);
  }

  async listTenants(): Promise<readonly TenantSummary[]> {
    return [...this.core.tenants.values()].map((tenant) => ({
      tenantId: tenant.id,
      displayName: tenant.displayName,
      domain: tenant.domain,
      apps: [...tenant.apps.values()],
      users: tenant.directory.primary.users.live,
      groups: tenant.directory.primary.groups.live,
      lagSeconds: tenant.directory.lagSeconds,
    }));
  }

  async setApp(tenantId: string, app: AppRegistration): Promise<void> {
    this.core.need(tenantId).setApp(app);
  }

  async applyChanges(tenantId: string, changes: readonly DirectoryChange[]): Promise<ChangeOutcome> {
    return this.core.applyChanges(this.core.need(tenantId), changes);
  }

  async applyRandomChanges(tenantId: string, random: RandomChanges): Promise<ChangeOutcome> {
    const tenant = this.core.need(tenantId);
    return this.core.applyChanges(tenant, randomChanges(tenant.directory.primary, random));
  }

  async setLive(tenantIds: readonly string[]): Promise<void> {
    this.core.live.set(tenantIds.map((id) => this.core.need(id)));
  }

  async truth(tenantId: string): Promise<DirectoryTruth> {
    this.core.purge();
    const tenant = this.core.need(tenantId);
    return gatherTruth(tenant.id, truthRows(tenant.directory.primary));
  }

  async *truthRows(tenantId: string): AsyncIterable<TruthRow> {
    this.core.purge();
    yield* truthRows(this.core.need(tenantId).directory.primary);
  }

  async addFault(rule: FaultRule): Promise<string> {
    return this.core.faults.add(rule);
  }

  async listFaults(): Promise<readonly (FaultRule & { readonly id: string; readonly fired: number })[]> {
    return this.core.faults.list();
  }

  async clearFaults(which?: { readonly id?: string; readonly tenantId?: string }): Promise<void> {
    this.core.faults.clear(which);
  }

  async setNotificationFaults(tenantId: string, faults: NotificationFaults): Promise<void> {
    this.core.notifications.setFaults(this.core.need(tenantId), faults);
  }

  async expireTokens(tenantId: string, expiry: TokenExpiry = {}): Promise<void> {
    this.core.need(tenantId).expireTokens(expiry);
  }

  async setLag(tenantId: string, seconds: number): Promise<void> {
    this.core.need(tenantId).directory.setLag(seconds, this.core.clock.now());
  }

  async setThrottling(on: boolean): Promise<void> {
    this.core.throttling = on;
  }

  async subscriptions(tenantId: string): Promise<readonly SubscriptionRecord[]> {
    return this.core.notifications.list(this.core.need(tenantId));
  }

  async killSubscription(tenantId: string, subscriptionId: string): Promise<void> {
    this.core.notifications.kill(this.core.need(tenantId), subscriptionId);
  }

  async sendLifecycleEvent(tenantId: string, subscriptionId: string, event: string): Promise<void> {
    this.core.notifications.tellLifecycle(this.core.need(tenantId), subscriptionId, event);
  }

  async notificationCounts(tenantId: string): Promise<NotificationCounts> {
    return this.core.notifications.counts(this.core.need(tenantId));
  }

  async requestCounts(tenantId: string): Promise<RequestCounts> {
    return this.core.need(tenantId).counter.read();
  }

  async resetCounts(tenantId?: string): Promise<void> {
    const tenants = tenantId === undefined ? [...this.core.tenants.values()] : [this.core.need(tenantId)];
    for (const tenant of tenants) {
      tenant.counter = new RequestCounter();
      this.core.notifications.resetCounts(tenant);
    }
  }

  async violations(): Promise<readonly MetadataViolation[]> {
    return this.core.metadata?.violations() ?? [];
  }

  async clearViolations(): Promise<void> {
    this.core.metadata?.clear();
  }

  async advanceClock(milliseconds: number): Promise<void> {
    const { clock } = this.core;
    if (!(clock instanceof VirtualClock)) throw new Error('the emulator runs on real time');
    await clock.advance(milliseconds);
  }
  async setConsentApp(app: ConsentApp): Promise<void> {
    this.core.consentApps.set(app.clientId.toLowerCase(), app);
  }

  async listConsentApps(): Promise<readonly ConsentApp[]> {
    return [...this.core.consentApps.values()];
  }

  async setConsentBehaviour(tenantId: string, behaviour: ConsentBehaviour): Promise<void> {
    this.core.need(tenantId).consentBehaviour = behaviour;
  }

  async withdrawConsent(tenantId: string, clientId: string): Promise<void> {
    this.core.need(tenantId).withdrawConsent(clientId);
  }

  async setTenantCloud(
    tenantId: string,
    cloud: OtherCloud | null,
    { code = 90002 }: OtherCloudRefusal = {},
  ): Promise<void> {
    this.core.need(tenantId).cloud = cloud === null ? null : { name: cloud, refusal: code };
  }

  async setClockSkew(milliseconds: number): Promise<void> {
    this.core.clockSkewMs = milliseconds;
  }
}
