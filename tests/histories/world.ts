import { aSetup, aSetupDocument } from '../builders/setup.js';
import { aTenant, credentialReference } from '../builders/tenant.js';
import type { GraphEmulatorOptions, OutboundPost } from '../../local/graph/emulator-options.js';
import { VirtualClock } from '../../local/graph/clock.js';
import { GraphEmulator } from '../../local/graph/emulator.js';
import { createSetupWork } from '../../shared/adapters/bus/setup-work.js';
import { phoneNumbers } from '../../shared/adapters/phone/phone-numbers.js';
import { parseJob } from '../../shared/adapters/bus/job-message.js';
import { createDirectory } from '../../shared/adapters/graph/directory.js';
import { createGraphTokens } from '../../shared/adapters/identity/graph-tokens.js';
import { sha256ClientStates } from '../../shared/adapters/system/client-state-hasher.js';
import { createTableStores, type TableStores } from '../../shared/adapters/tables/table-stores.js';
import { LeaseSightings } from '../../shared/core/lease-sightings.js';
import { Secret } from '../../shared/core/secret.js';
import type { Tenant } from '../../shared/core/tenant.js';
import type { TakeTenantLease } from '../../shared/ports/tenant-lease.js';
import type { Chance, Clock } from '../../shared/ports/clock.js';
import type { Directory } from '../../shared/ports/directory.js';
import type { Log } from '../../shared/ports/log.js';
import { createAcceptNotifications } from '../../shared/use-cases/notifications/accept-notifications.js';
import { createDisconnectTenant } from '../../shared/use-cases/disconnect-tenant/disconnect-tenant.js';
import { createResumeDisconnections } from '../../shared/use-cases/disconnect-tenant/resume-disconnections.js';
import { createScheduleRetries } from '../../shared/use-cases/credentials/schedule-retries.js';
import { createRetryParked } from '../../shared/use-cases/credentials/retry-parked.js';
import { assignmentsOfUsers } from '../../shared/ports/assignments-of-users.js';
import { createRecordMatching } from '../../shared/use-cases/matching/record-matching.js';
import { createKeepSubscriptions } from '../../shared/use-cases/keep-subscriptions/keep-subscriptions.js';
import { createReceiveJob } from '../../shared/use-cases/receive-job.js';
import { createSchedulePolls } from '../../shared/use-cases/schedule-polls.js';
import { createScheduleUpkeep } from '../../shared/use-cases/schedule-upkeep.js';
import { createStartNightlyRuns } from '../../shared/use-cases/nightly/start-nightly-runs.js';
import { createScheduleSweeps } from '../../shared/use-cases/retention/schedule-sweeps.js';
import { createSweepTenant } from '../../shared/use-cases/retention/sweep-tenant.js';
import { LeaseKeeper } from '../../shared/use-cases/sync-tenant/lease-keeper.js';
import { createSyncTenant } from '../../shared/use-cases/sync-tenant/sync-tenant.js';
import type { SyncSettings } from '../../shared/use-cases/sync-tenant/ports.js';
import { createTenantWalk } from '../../shared/use-cases/walk-tenants.js';
import { fetchHttpClient } from '../contracts/fetch-http-client.js';
import { MemoryQueue } from '../fakes/memory-queue.js';
import { MemoryTenantSecrets } from '../fakes/memory-tenant-secrets.js';
import { MemoryTables } from '../fakes/memory-tables.js';
import type { HostView } from './host-view.js';
import { LIFECYCLE_URL } from '../builders/subscription.js';

export const TENANT_ID = '11111111-aaaa-4bbb-8ccc-000000000001';
export const NEIGHBOUR_ID = '11111111-aaaa-4bbb-8ccc-000000000002';
const CLIENT_ID = '22222222-aaaa-4bbb-8ccc-000000000001';
/** No directory has it. */
const ROLES = ['User.Read.All', 'GroupMember.Read.All', 'Group.Read.All', 'Organization.Read.All'];

/** Small enough that a directory of seven users fills several pages and chunks. */
export const QUICK: SyncSettings = {
  leaseLengthMs: 60_000,
  requestInFlightMs: 10_000,
  jobBudgetMs: 240_000,
  replicaLagMs: 120_000,
  continuationDelayMs: 3_000,
  retry: { firstMs: 5_000, longestMs: 900_000, attempts: 10 },
  chunk: { objects: 4, references: 4, milliseconds: 5_000 },
  consentApps: [],
  driftCheckRequests: 20,
};

const PARKED_RETRY = { firstMs: 300_000, longestMs: 3_600_000 };

export const COALESCING = { windowMs: 2_000, skewMs: 200, trailingDelaysMs: [20_000, 120_000] };

const RETENTION = { journalMonths: 13, personalValuesMs: 30 * 86_400_000 };

const NOTIFICATION_URL = 'https://rollcall.example/api/graph/notifications';

const metadataFile = process.env['GRAPH_METADATA_FILE'];

/** The whole product on memory tables, a memory queue and the emulator, on one virtual clock. */
export class World {
  readonly clock = new VirtualClock();
  readonly tables = new MemoryTables();
  readonly queue = new MemoryQueue({ now: () => this.clock.now() });
  readonly stores: TableStores = createTableStores(this.tables);
  readonly emulator: GraphEmulator;
  readonly secrets = new MemoryTenantSecrets();
  readonly lines: string[] = [];
  private readonly leaseSightings = new LeaseSightings();
  private readonly directory: Directory;
  private ids = 0;

  constructor(
    private readonly settings: SyncSettings = QUICK,
    options: GraphEmulatorOptions = {},
  ) {
    this.emulator = new GraphEmulator({
      clock: this.clock,
      deltaPageSize: 2,
      deltaMemberEntries: 2,
      deliver: (post) => this.deliver(post),
      ...(metadataFile === undefined ? {} : { metadataFile }),
      ...options,
    });
    const clouds = () => ({ login: this.emulator.loginUrl, graph: this.emulator.graphUrl });
    const { fetch } = this.emulator;
    const requestTimeoutMs = 30_000;
    const readSecret = () => Promise.resolve(new Secret('good'));
    const tokens = createGraphTokens({
      clouds,
      requestTimeoutMs,
      readSecret,
      httpClient: fetchHttpClient(fetch),
    });
    this.directory = createDirectory({ clouds, tokens, fetch, requestTimeoutMs });
  }

  /**
   * A connected tenant that nothing has been read of yet, with a started setup that nobody is in, so that it will be
   * kept up to date by itself.
   */
  async connect(tenantId = TENANT_ID): Promise<void> {
    await this.connectOnly(tenantId);
    const { scope } = aSetupDocument();
    const document = aSetupDocument({ scope: { ...scope, filter: 'displayName = "Nobody is called this"' } });
    await this.stores.setups.insert(aSetup({ tenantId, setupId: 'nobody', document, state: 'started' }));
  }

  /** The same without any setup. */
  async connectOnly(tenantId = TENANT_ID): Promise<void> {
    const app = { clientId: CLIENT_ID, secrets: [{ value: 'good' }], roles: ROLES };
    const domain = tenantId === TENANT_ID ? 'contoso.example' : `${tenantId}.example`;
    await this.emulator.createTenant({ tenantId, domain, apps: [app] });
    this.secrets.live.set(secretNameOf(tenantId), tenantId);
    await this.stores.tenants.create(connectedTenant(tenantId, new Date(this.clock.now()).toISOString()));
  }

  /** The use cases of a host process of its own, whose every request passes its view. */
  host(view: HostView) {
    const ports = {
      ...createTableStores(view.gateway(this.tables)),
      clock: this.ownClock(),
      chance: this.chance(),
      leaseSightings: this.leaseSightings,
      clientStates: sha256ClientStates,
      log: this.log(),
      queue: view.queue(this.queue),
      directory: view.directory(this.directory),
      tenantSecrets: view.secrets(this.secrets),
    };
    const recordMatching = createRecordMatching({
      ...ports,
      phoneNumbers,
      setupWork: createSetupWork(ports, COALESCING),
    });
    const walkTenants = createTenantWalk(ports);
    const renewAfterMs = 30 * 60_000;
    const keepSubscriptions = createKeepSubscriptions(ports, {
      notificationUrl: NOTIFICATION_URL,
      lifecycleUrl: LIFECYCLE_URL,
      renewAfterMs,
      coalescing: COALESCING,
      consentApps: [],
      notified: true,
    });
    const { settings } = this;
    const syncTenant = createSyncTenant(
      {
        ...ports,
        recordMatching,
        roleAssignments: assignmentsOfUsers(ports),
        roleLists: ports.roleAssignments,
      },
      settings,
    );
    const takeLease: TakeTenantLease = (tenantId) =>
      LeaseKeeper.take(ports, settings, tenantId, ports.chance.newId());
    const disconnectTenant = createDisconnectTenant(
      {
        ...ports,
        recordMatching,
        takeLease,
      },
      {
        ...settings,
        settleMs: settings.leaseLengthMs + settings.requestInFlightMs,
        notificationUrl: NOTIFICATION_URL,
      },
    );
    const retryParked = createRetryParked(ports, settings);
    const notPlayed = () => Promise.reject(new Error('No consent is played here.'));
    const jobs = {
      ...{ parseJob, syncTenant, keepSubscriptions, disconnectTenant, retryParked },
      proveConsent: notPlayed,
      sweepTenant: createSweepTenant({ ...ports, takeLease }, { ...settings, retention: RETENTION }),
    };
    return {
      ports,
      receiveJob: createReceiveJob(ports, jobs, settings.retry),
      scheduleSweeps: createScheduleSweeps({ ...ports, walkTenants }, RETENTION),
      resumeDisconnections: createResumeDisconnections({ ...ports, walkTenants }),
      startNightlyRuns: createStartNightlyRuns(
        { ...ports, recordMatching, walkTenants },
        { nightlyWindowMs: 60 * 60_000 },
      ),
      scheduleRetries: createScheduleRetries({ ...ports, walkTenants }, PARKED_RETRY),
      schedulePolls: createSchedulePolls({ ...ports, walkTenants }, { everyMinutes: null }),
      scheduleUpkeep: createScheduleUpkeep(
        { ...ports, walkTenants },
        { renewAfterMs, lifecycleUrl: LIFECYCLE_URL, consentApps: [], notified: true },
      ),
    };
  }

  async close(): Promise<void> {
    await this.emulator.close();
  }

  private ownClock(): Clock {
    const now = (): number => this.clock.now();
    return { now, monotonic: now, wait: (milliseconds) => this.clock.advance(milliseconds) };
  }

  private chance(): Chance {
    // Told apart by any part of it: a run's id takes but the beginning.
    const next = (): string =>
      String((this.ids += 1))
        .padStart(8, '0')
        .repeat(4);
    return { newId: next, newToken: next, fraction: () => ((this.ids += 7) % 10) / 10 };
  }

  private log(): Log {
    const write = (message: string, facts: unknown): void => {
      this.lines.push(`${this.clock.now()} ${message} ${JSON.stringify(facts ?? {})}`);
    };
    return { info: write, warn: write, error: write };
  }

  /** Whether the application answers nobody who posts to it. */
  webhookDown = false;

  /** What Graph posts to the application: the handshake, and notifications. */
  private async deliver(post: OutboundPost): Promise<{ status: number; contentType: string; body: string }> {
    if (this.webhookDown) return { status: 503, contentType: 'text/plain', body: '' };
    const token = new URL(post.url).searchParams.get('validationToken');
    if (token !== null) return { status: 200, contentType: 'text/plain', body: token };
    const ports = {
      ...this.stores,
      clientStates: sha256ClientStates,
      queue: this.queue,
      clock: this.ownClock(),
      chance: this.chance(),
      log: this.log(),
    };
    const accept = createAcceptNotifications(ports, COALESCING);
    const { value } = JSON.parse(post.body) as {
      value: {
        tenantId: string;
        subscriptionId: string;
        clientState: string;
        resourceData: { eventTime: string };
      }[];
    };
    await accept(value.map((item) => ({ ...item, eventAt: Date.parse(item.resourceData.eventTime) })));
    return { status: 202, contentType: 'text/plain', body: '' };
  }
}

function secretNameOf(tenantId: string): string {
  return `secret-of-${tenantId.slice(-1)}`;
}

function connectedTenant(tenantId: string, connectedAt: string): Tenant {
  return aTenant({
    tenantId,
    cloud: 'local',
    state: { kind: 'connected', since: connectedAt },
    credential: credentialReference({ clientId: CLIENT_ID, secretName: secretNameOf(tenantId) }),
    createdAt: connectedAt,
    connectedAt,
    bucketCount: null,
  });
}
