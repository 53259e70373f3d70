import { createDeadLetterQueue } from '../shared/adapters/bus/dead-letter-queue.js';
import { createJobQueue } from '../shared/adapters/bus/job-queue.js';
import { parseJob } from '../shared/adapters/bus/job-message.js';
import { createSetupWork } from '../shared/adapters/bus/setup-work.js';
import { createDirectory } from '../shared/adapters/graph/directory.js';
import { createDirectoryExamination } from '../shared/adapters/graph/directory-examination.js';
import { createAdministratorLogin } from '../shared/adapters/identity/administrator-login.js';
import { createGraphTokens } from '../shared/adapters/identity/graph-tokens.js';
import { createOwnCredential } from '../shared/adapters/identity/own-credential.js';
import { createTenantLookup } from '../shared/adapters/identity/tenant-lookup.js';
import { answerSeal } from '../shared/adapters/system/answer-seal.js';
import { sha256ClientStates } from '../shared/adapters/system/client-state-hasher.js';
import { systemChance } from '../shared/adapters/system/system-chance.js';
import { systemClock } from '../shared/adapters/system/system-clock.js';
import { phoneNumbers } from '../shared/adapters/phone/phone-numbers.js';
import type { TableGateway } from '../shared/adapters/tables/gateway.js';
import { createSdkGateway } from '../shared/adapters/tables/sdk-gateway.js';
import { createTableStores } from '../shared/adapters/tables/table-stores.js';
import { createLineLog } from '../shared/adapters/telemetry/line-log.js';
import { createTenantSecrets } from '../shared/adapters/vault/tenant-secrets.js';
import { createVault } from '../shared/adapters/vault/vault.js';
import type { Settings } from '../shared/config.js';
import type { Cloud, CloudHosts } from '../shared/core/cloud.js';
import { LeaseSightings } from '../shared/core/lease-sightings.js';
import { NotFound, RequestRefused } from '../shared/core/failures.js';
import type { HealthProbe } from '../shared/ports/health-probe.js';
import type { SyncSettings } from '../shared/use-cases/sync-tenant/ports.js';

/** How many objects of a round are gathered before they are written: enough to fill transactions. */
const CHUNK = { objects: 2_000, references: 5_000, milliseconds: 5_000 };

/** Every adapter, connected to the parts that the settings name. Nothing is asked of them yet. */
export function connectParts(settings: Settings) {
  const credential = createOwnCredential(settings.ownClientId);
  const gateway = connectTables(settings, credential);
  const { serviceBus } = settings;
  const address = serviceBus.kind === 'identity' ? { ...serviceBus, credential } : serviceBus;
  const queue = createJobQueue({ address });
  const { url: vaultUrl, verifyChallenge } = settings.keyVault;
  const vault = createVault({ vaultUrl, verifyChallenge, credential });
  const clouds = (cloud: Cloud): CloudHosts => hostsOf(settings, cloud);
  const { requestTimeoutMs } = settings;
  const tokens = createGraphTokens({
    clouds,
    requestTimeoutMs,
    readSecret: (name, version) => vault.readSecret(name, version),
  });
  const stores = createTableStores(gateway);
  const ports = {
    ...stores,
    clock: systemClock,
    chance: systemChance,
    leaseSightings: new LeaseSightings(),
    clientStates: sha256ClientStates,
    answerSeal,
    phoneNumbers,
    log: createLineLog((level, line) => {
      console[level](line);
    }),
    queue,
    setupWork: createSetupWork(
      { queue, attention: stores.attention, chance: systemChance, clock: systemClock },
      settings.coalescing,
    ),
    deadLetterQueue: createDeadLetterQueue({ address }),
    vault,
    tenantSecrets: createTenantSecrets({
      ...{ vaultUrl, verifyChallenge, credential },
      operatorNames: settings.consentApps.map(({ secretName }) => secretName),
    }),
    directory: createDirectory({ clouds, tokens, requestTimeoutMs }),
    tenantLookup: createTenantLookup({ clouds, requestTimeoutMs }),
    administratorLogin: createAdministratorLogin({
      clouds,
      requestTimeoutMs,
      readSecret: (name, version) => vault.readSecret(name, version),
    }),
    directoryExamination: createDirectoryExamination({
      clouds,
      newToken: (connection) => tokens.byNewLogin(connection),
      requestTimeoutMs,
    }),
  };
  const healthProbes: HealthProbe[] = [
    { name: 'tables', check: () => ports.tenants.list({ after: null, limit: 1 }).then(() => undefined) },
    { name: 'queue', check: () => queue.check() },
    { name: 'vault', check: () => absenceIsFine(vault.expiryOf('health', null)) },
  ];
  return { ports, parseJob, healthProbes, prepare: () => gateway.ensureTables() };
}

function connectTables(
  { tables, tableTimeoutMs }: Settings,
  credential: ReturnType<typeof createOwnCredential>,
): TableGateway {
  return createSdkGateway({
    requestTimeoutMs: tableTimeoutMs,
    ...(tables.kind === 'identity'
      ? { endpoint: tables.endpoint, credential }
      : { connectionString: tables.connectionString }),
  });
}

export function syncSettings(settings: Settings): SyncSettings {
  const { leaseLengthMs, jobBudgetMs, continuationDelayMs, retry } = settings;
  return {
    leaseLengthMs,
    jobBudgetMs,
    continuationDelayMs,
    retry,
    // The lease's end was written by one clock and is read by another.
    requestInFlightMs: settings.tableTimeoutMs + 2 * settings.coalescing.skewMs,
    chunk: CHUNK,
    consentApps: settings.consentApps,
    driftCheckRequests: settings.driftCheckRequests,
    replicaLagMs: Math.max(0, ...settings.coalescing.trailingDelaysMs),
  };
}

function hostsOf(settings: Settings, cloud: Cloud): CloudHosts {
  const hosts = settings.clouds.get(cloud);
  if (hosts === undefined)
    throw new RequestRefused(`The cloud ${cloud} is not served here.`, 400, 'CloudNotServed');
  return hosts;
}

/** The vault is asked for a secret that nobody made: that it answers at all is what counts. */
async function absenceIsFine(asked: Promise<unknown>): Promise<void> {
  try {
    await asked;
  } catch (failure) {
    if (!(failure instanceof NotFound)) throw failure;
  }
}
