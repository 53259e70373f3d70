import type {
  AppRegistration,
  ChangeOutcome,
  ConsentApp,
  DirectoryChange,
  TenantRegistration,
} from './control-api.js';
import { systemClock, type Clock } from './clock.js';
import { TokenCodec } from './delta/tokens.js';
import { ChangeRefused } from './directory/change-event.js';
import { duePurges, type SilentPurges } from './directory/purge-expired.js';
import { LiveChanges } from './directory/live-changes.js';
import type { GraphEmulatorOptions } from './emulator-options.js';
import { FaultRules } from './faults/fault-rules.js';
import type { WireAnswer, WireRequest } from './http/call.js';
import { serveGraph, type GraphServerContext } from './http/graph-server.js';
import { statusFault } from './http/print-answer.js';
import { directoryRoutes, RouteTable } from './http/routes.js';
import { AccessTokens } from './login/access-tokens.js';
import { jsonAnswer } from './login/answers.js';
import { AuthorizationCodes } from './login/authorization-codes.js';
import { IdTokens } from './login/id-tokens.js';
import { knownApp } from './login/known-app.js';
import type { LoginContext } from './login/login-context.js';
import { serveLogin, serveRefusal } from './login/login-server.js';
import { customaryRefusal } from './login/token-errors.js';
import { MetadataCheck } from './metadata/metadata-check.js';
import { Notifications } from './notify/notifications.js';
import { subscriptionRoutes } from './notify/subscription-routes.js';
import { Random } from './random.js';
import { Tenant } from './tenant.js';

const day = 86_400_000;
const PURGE_EVERY_MS = 60_000;

/** The parts of one emulator, wired: tenants, the two origins, faults, notifications. */
export class EmulatorCore implements GraphServerContext, LoginContext {
  readonly graphUrl: string;
  readonly loginUrl: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly tenants = new Map<string, Tenant>();
  readonly consentApps = new Map<string, ConsentApp>();
  readonly idTokens = new IdTokens();
  readonly codes: AuthorizationCodes;
  readonly faults = new FaultRules();
  readonly tokens: AccessTokens;
  readonly codec: TokenCodec;
  readonly routes: RouteTable;
  readonly notifications: Notifications;
  readonly live: LiveChanges;
  readonly metadata: MetadataCheck | undefined;
  readonly latencyMs: number;
  readonly accessTokenLifeMs: number;
  readonly deltaTokenLifeMs: number;
  readonly purgeAfterMs: number;
  readonly silentPurges: SilentPurges;
  #purgedAt = 0;
  readonly deltaPageSize: number;
  readonly deltaMemberEntries: number;
  throttling: boolean;
  clockSkewMs = 0;

  constructor(options: GraphEmulatorOptions) {
    this.graphUrl = options.graphUrl ?? 'https://graph.emulator.test';
    this.loginUrl = options.loginUrl ?? 'https://login.emulator.test';
    this.clock = options.clock ?? systemClock;
    this.random = new Random(options.seed ?? 1);
    this.codes = new AuthorizationCodes(this.random);
    this.tokens = new AccessTokens(`access ${options.seed ?? 1}`);
    this.codec = new TokenCodec(`paging ${options.seed ?? 1}`);
    this.notifications = new Notifications(this.clock, this.random, options);
    this.live = new LiveChanges(this.clock, this.random, (tenant, changes) =>
      this.applyChanges(tenant, changes),
    );
    this.routes = new RouteTable([...directoryRoutes, ...subscriptionRoutes(this.notifications)]);
    this.metadata = options.metadataFile === undefined ? undefined : new MetadataCheck(options.metadataFile);
    this.latencyMs = options.latencyMs ?? 0;
    this.accessTokenLifeMs = options.accessTokenLifeMs ?? 3_599_000;
    this.deltaTokenLifeMs = options.deltaTokenLifeMs ?? 7 * day;
    this.purgeAfterMs = options.purgeAfterMs ?? 30 * day;
    this.silentPurges = options.silentPurges ?? 'some';
    this.deltaPageSize = options.deltaPageSize ?? 200;
    this.deltaMemberEntries = options.deltaMemberEntries ?? 500;
    this.throttling = options.throttling ?? false;
  }

  now(): number {
    return this.clock.now();
  }

  /** What the servers take for the time: off by the clock skew. */
  serverTime(): number {
    return this.clock.now() + this.clockSkewMs;
  }

  knownApp(tenant: Tenant, clientId: string): AppRegistration | undefined {
    return knownApp(tenant, this.consentApps, clientId, this.clock.now());
  }

  createTenant(registration: TenantRegistration): Tenant {
    return this.adopt(new Tenant(registration));
  }

  /** Serves a tenant made elsewhere (restored from disk). */
  adopt(tenant: Tenant): Tenant {
    if (this.tenants.has(tenant.id)) throw new Error(`tenant ${tenant.id} exists already`);
    this.tenants.set(tenant.id, tenant);
    return tenant;
  }

  removeTenant(tenantId: string): void {
    const tenant = this.need(tenantId);
    this.notifications.forget(tenant);
    this.tenants.delete(tenant.id);
  }

  /** The tenant of a GUID or a domain. */
  tenant(idOrDomain: string): Tenant | undefined {
    const name = idOrDomain.toLowerCase();
    const byId = this.tenants.get(name);
    if (byId !== undefined) return byId;
    for (const tenant of this.tenants.values()) if (tenant.domain.toLowerCase() === name) return tenant;
    return undefined;
  }

  need(tenantId: string): Tenant {
    const tenant = this.tenants.get(tenantId.toLowerCase());
    if (tenant === undefined) throw new Error(`there is no tenant ${tenantId}`);
    return tenant;
  }

  /** Deletes for good what was soft-deleted long enough ago, at most once a minute. */
  purge(): void {
    const now = this.clock.now();
    if (Math.abs(now - this.#purgedAt) < PURGE_EVERY_MS) return;
    this.#purgedAt = now;
    for (const tenant of this.tenants.values()) {
      const { primary } = tenant.directory;
      const due = duePurges(primary, now - this.purgeAfterMs, this.silentPurges, this.random);
      for (const change of due) this.change(tenant, change);
    }
  }

  applyChanges(tenant: Tenant, changes: readonly DirectoryChange[]): ChangeOutcome {
    this.purge();
    const skipped: { index: number; reason: string }[] = [];
    const ids = changes.map((change, index) => {
      const identified = this.#identified(change);
      try {
        this.change(tenant, identified);
      } catch (error) {
        if (!(error instanceof ChangeRefused)) throw error;
        skipped.push({ index, reason: error.message });
      }
      return subjectOf(identified);
    });
    return { applied: changes.length - skipped.length, skipped, ids };
  }

  /** Applies one change and raises its notifications. @throws ChangeRefused */
  change(tenant: Tenant, change: DirectoryChange): void {
    const events = tenant.directory.apply(change, this.clock.now());
    if (change.kind === 'restoreUser' || change.kind === 'restoreGroup') tenant.announced.delete(change.id);
    this.notifications.raise(tenant, events);
  }

  #identified(change: DirectoryChange): DirectoryChange {
    switch (change.kind) {
      case 'createUser':
      case 'createGroup':
      case 'createObject':
      case 'createDirectoryRole':
        return { ...change, id: (change.id ?? this.random.guid()).toLowerCase() };
      default:
        return change;
    }
  }

  /** Serves a request of either origin. Rejects for any other. */
  async serve(request: WireRequest): Promise<WireAnswer> {
    const { origin } = request.url;
    this.purge();
    if (origin === this.graphUrl) return serveGraph(this, request);
    if (origin === this.loginUrl) return this.#serveLogin(request);
    throw new TypeError(`fetch failed: the emulator does not serve ${origin}`);
  }

  #serveLogin(request: WireRequest): WireAnswer {
    const tenant = this.tenant(request.url.pathname.split('/')[1] ?? '');
    const { answer, delayMs } = this.faults.fire(true, tenant?.id, request.method, request.url);
    const served = (): WireAnswer => ({ ...serveLogin(this, request), delayMs });
    if (answer === undefined) return served();
    if (answer.kind === 'cutConnection') return { ...served(), cut: answer.at ?? 'body' };
    if (answer.kind === 'loginRefused')
      return { ...serveRefusal(this, customaryRefusal(answer.code, answer.error)), delayMs };
    if (answer.kind === 'notJson') return { ...served(), status: 200, body: answer.body ?? '<html></html>' };
    const failure =
      answer.kind === 'status' ? statusFault(answer) : statusFault({ kind: 'status', status: 503 });
    const refused = jsonAnswer(failure.status, {
      error: 'temporarily_unavailable',
      error_description: 'AADSTS90033',
      error_codes: [90033],
    });
    const date = new Date(this.serverTime()).toUTCString();
    return { ...refused, headers: { date, ...refused.headers, ...failure.headers }, delayMs };
  }

  async wait(milliseconds: number): Promise<void> {
    if (milliseconds > 0) await new Promise<void>((resolve) => void this.clock.after(milliseconds, resolve));
  }

  close(): void {
    this.live.set([]);
    this.notifications.close();
  }
}

function subjectOf(change: DirectoryChange): string {
  switch (change.kind) {
    case 'setManager':
      return change.userId;
    case 'addMember':
    case 'removeMember':
      return change.groupId;
    case 'assignAppRole':
    case 'removeAppRole':
    case 'assignDirectoryRole':
    case 'removeDirectoryRole':
      return change.principalId;
    default:
      return change.id ?? '';
  }
}
