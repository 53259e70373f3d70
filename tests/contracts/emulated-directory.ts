import type { GraphEmulatorOptions } from '../../local/graph/emulator-options.js';
import { GraphEmulator } from '../../local/graph/emulator.js';
import { createDirectory } from '../../shared/adapters/graph/directory.js';
import { createGraphTokens } from '../../shared/adapters/identity/graph-tokens.js';
import { Secret } from '../../shared/core/secret.js';
import type { Connection, Directory } from '../../shared/ports/directory.js';
import { fetchHttpClient } from './fetch-http-client.js';
import { startHttpsFront } from './https-front.js';
import { trustedTls } from './trusted-authority.js';

export const CLIENT_ID = '22222222-aaaa-4bbb-8ccc-000000000001';
export const EVERY_ROLE = [
  'User.Read.All',
  'GroupMember.Read.All',
  'Group.Read.All',
  'Organization.Read.All',
];

/** The real Graph and identity adapters before the emulator. */
export interface EmulatedDirectory {
  readonly directory: Directory;
  readonly emulator: GraphEmulator;
  /** What the vault would hold, by secret name. */
  readonly vault: Map<string, string>;
  close(): Promise<void>;
}

export interface DirectoryTenant {
  readonly tenantId: string;
  readonly connection: Connection;
}

/** The index of Graph's metadata that every request is checked against; null where none is given. */
export const METADATA_FILE = process.env['GRAPH_METADATA_FILE'] ?? null;

function emulatorOptions(): GraphEmulatorOptions {
  return {
    deltaPageSize: 3,
    deltaMemberEntries: 2,
    notificationBatchMs: 1,
    // A subscriber that is always there: answers the handshake with the token, and notifications with 202.
    deliver: async ({ url, contentType }) => ({
      status: contentType.startsWith('text/plain') ? 200 : 202,
      contentType: 'text/plain',
      body: new URL(url).searchParams.get('validationToken') ?? '',
    }),
    ...(METADATA_FILE === null ? {} : { metadataFile: METADATA_FILE }),
  };
}

/** Everything in this process, without sockets. */
export async function directoryInProcess(): Promise<EmulatedDirectory> {
  const emulator = new GraphEmulator(emulatorOptions());
  return assemble(emulator, emulator.fetch, () => emulator.close());
}

/** Both SDKs over TLS, with nothing of theirs replaced. */
export async function directoryOverHttps(): Promise<EmulatedDirectory> {
  const tls = await trustedTls();
  const [graph, login] = [await startHttpsFront(tls), await startHttpsFront(tls)];
  const emulator = new GraphEmulator({
    ...emulatorOptions(),
    graphUrl: graph.origin,
    loginUrl: login.origin,
  });
  graph.serve(emulator.fetch);
  login.serve(emulator.fetch);
  return assemble(emulator, null, async () => {
    await emulator.close();
    await graph.close();
    await login.close();
  });
}

function assemble(
  emulator: GraphEmulator,
  fetch: GraphEmulator['fetch'] | null,
  close: () => Promise<void>,
): EmulatedDirectory {
  const vault = new Map<string, string>();
  const clouds = () => ({ login: emulator.loginUrl, graph: emulator.graphUrl });
  const tokens = createGraphTokens({
    clouds,
    requestTimeoutMs: 5_000,
    readSecret: async (name) => new Secret(vault.get(name) ?? ''),
    ...(fetch === null ? {} : { httpClient: fetchHttpClient(fetch) }),
  });
  const directory = createDirectory({
    clouds,
    tokens,
    requestTimeoutMs: 5_000,
    ...(fetch === null ? {} : { fetch }),
  });
  return { directory, emulator, vault, close };
}

let tenants = 0;

/** A tenant of its own for a test, with an application that may read everything unless `roles` says less. */
export async function newTenant(
  stack: EmulatedDirectory,
  roles: readonly string[] = EVERY_ROLE,
): Promise<DirectoryTenant> {
  tenants += 1;
  const tenantId = `11111111-aaaa-4bbb-8ccc-${String(tenants).padStart(12, '0')}`;
  const secretName = `secret-${tenants}`;
  stack.vault.set(secretName, 'good');
  await stack.emulator.createTenant({
    tenantId,
    domain: `tenant-${tenants}.example`,
    apps: [{ clientId: CLIENT_ID, secrets: [{ value: 'good' }], roles }],
  });
  const credential = {
    kind: 'clientSecret',
    clientId: CLIENT_ID,
    secretName,
    secretVersion: null,
    secretId: null,
    expiresOn: null,
  } as const;
  return { tenantId, connection: { tenantId, cloud: 'local', credential } };
}
