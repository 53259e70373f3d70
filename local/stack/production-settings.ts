import { randomBytes } from 'node:crypto';
import { PUBLIC_CLOUD_HOSTS, type CloudHosts } from '../../shared/core/cloud.js';
import { azuriteEndpoint } from '../tables/azurite.js';
import { consentSettings } from './consent-settings.js';
import type { GraphChoice } from './stack-options.js';
import type { StackPorts } from './stack-ports.js';

export interface StackAddresses {
  /** Where the first functions host serves; also `PUBLIC_URL`. */
  readonly functionsUrl: string;
  readonly tablesEndpoint: string;
  readonly vaultUrl: string;
  readonly identityEndpoint: string;
  /** Host and port of the bus, for a `ServiceBusClient` with a credential. */
  readonly busNamespace: string;
  readonly busControlUrl: string;
  readonly graphUrl: string;
  readonly loginUrl: string;
  /** Whether these are Microsoft's own, in its global cloud. */
  readonly microsoft: boolean;
  /** The emulator's control API; null with another Graph. */
  readonly graphControlUrl: string | null;
}

export function stackAddresses(ports: StackPorts, graph: GraphChoice): StackAddresses {
  return {
    functionsUrl: `http://localhost:${String(ports.functions[0])}`,
    tablesEndpoint: azuriteEndpoint(ports.tables),
    vaultUrl: `https://localhost:${ports.vault}`,
    identityEndpoint: `http://127.0.0.1:${ports.identity}/msi/token`,
    busNamespace: `localhost:${ports.bus}`,
    busControlUrl: `http://127.0.0.1:${ports.busControl}`,
    graphUrl: graphOf(ports, graph).graph,
    loginUrl: graphOf(ports, graph).login,
    microsoft: graph.kind === 'microsoft',
    graphControlUrl: graph.kind === 'emulator' ? `http://127.0.0.1:${ports.graphControl}` : null,
  };
}

/**
 * The platform's setting for arguments of the process that runs the app. A heap with a limit is collected when it
 * has grown by half; one without lets garbage grow to four times what is in use.
 */
export const WORKER_ARGUMENTS = 'languageWorkers__node__arguments';

/** What the managed identity endpoint wants to see; drawn for each stack. */
export function drawIdentityHeader(): string {
  return randomBytes(16).toString('hex');
}

/**
 * The settings of the production app, in the form that uses an identity: the same names as in Azure, with the
 * stack's addresses. `trustFile` holds the authorities to trust.
 */
export function productionSettings(
  addresses: StackAddresses,
  identityHeader: string,
  trustFile: string,
): Record<string, string> {
  return {
    TABLES_ENDPOINT: addresses.tablesEndpoint,
    SERVICE_BUS__fullyQualifiedNamespace: addresses.busNamespace,
    KEY_VAULT_URL: addresses.vaultUrl,
    // The vault names Azure's resource in its challenge, which is not the domain that it serves here.
    KEY_VAULT_VERIFY_CHALLENGE: 'false',
    PUBLIC_URL: addresses.functionsUrl,
    ...cloudSettings(addresses),
    ...consentSettings(addresses),
    IDENTITY_ENDPOINT: addresses.identityEndpoint,
    IDENTITY_HEADER: identityHeader,
    NODE_EXTRA_CA_CERTS: trustFile,
    WEBSITE_AUTH_ENABLED: 'True',
    [WORKER_ARGUMENTS]: '--max-old-space-size=1024',
  };
}

function graphOf(ports: StackPorts, graph: GraphChoice): CloudHosts {
  switch (graph.kind) {
    case 'emulator':
      return { graph: `https://localhost:${ports.graph}`, login: `https://localhost:${ports.login}` };
    case 'microsoft':
      return PUBLIC_CLOUD_HOSTS.global;
    case 'other':
      return { graph: graph.graphUrl, login: graph.loginUrl };
  }
}

function cloudSettings({ microsoft, loginUrl, graphUrl }: StackAddresses): Record<string, string> {
  if (microsoft) return { SERVED_CLOUDS: Object.keys(PUBLIC_CLOUD_HOSTS).join(',') };
  return { SERVED_CLOUDS: 'local', LOCAL_LOGIN_URL: loginUrl, LOCAL_GRAPH_URL: graphUrl };
}

/**
 * What parts inherit from the launcher's environment: what any program needs, and nothing that a developer's
 * shell may hold for Azure. `GRAPH_METADATA_FILE` makes the emulator check every request against an index.
 */
export function inheritedEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const wanted =
    /^(PATH|HOME|USER|TMPDIR|TEMP|TMP|LANG|LC_.*|TZ|SYSTEMROOT|USERPROFILE|HOST_LOG_LEVEL|GRAPH_METADATA_FILE)$/i;
  const inherited: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && wanted.test(name)) inherited[name] = value;
  }
  return inherited;
}
