import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { GraphEmulator } from '../../../local/graph/emulator.js';
import { createTokenIssuer } from '../../../local/identity/access-token.js';
import { startIdentityServer } from '../../../local/identity/identity-server.js';
import { startVaultServer } from '../../../local/vault/vault-server.js';
import { createDirectory } from '../../../shared/adapters/graph/directory.js';
import { createGraphTokens } from '../../../shared/adapters/identity/graph-tokens.js';
import { createOwnCredential } from '../../../shared/adapters/identity/own-credential.js';
import { createTenantLookup } from '../../../shared/adapters/identity/tenant-lookup.js';
import { createVault, type SecretVault } from '../../../shared/adapters/vault/vault.js';
import { Unavailable } from '../../../shared/core/failures.js';
import { Secret } from '../../../shared/core/secret.js';
import type { Connection, Directory } from '../../../shared/ports/directory.js';
import { startCuttingProxy } from '../../contracts/cutting-proxy.js';
import { startHttpsFront, type HttpsFront } from '../../contracts/https-front.js';
import { trustedTls } from '../../contracts/trusted-authority.js';

const TENANT = '11111111-aaaa-4bbb-8ccc-000000000001';
const CLIENT = '22222222-aaaa-4bbb-8ccc-000000000001';
const connection: Connection = {
  tenantId: TENANT,
  cloud: 'local',
  credential: { clientId: CLIENT, secretName: 'own', secretVersion: null },
};

const fronts = {} as Record<'graph' | 'login' | 'vault', HttpsFront>;
let tls: Awaited<ReturnType<typeof trustedTls>>;
let emulator: GraphEmulator;
let options: { clouds: () => { login: string; graph: string }; requestTimeoutMs: number };

beforeAll(async () => {
  tls = await trustedTls();
  for (const name of ['graph', 'login', 'vault'] as const) {
    fronts[name] = await startHttpsFront(tls);
  }
  const { graph, login } = fronts;
  emulator = new GraphEmulator({ graphUrl: graph.origin, loginUrl: login.origin });
  await emulator.createTenant({
    tenantId: TENANT,
    domain: 'contoso.example',
    apps: [{ clientId: CLIENT, secrets: [{ value: 'good' }], roles: ['User.Read.All', 'Group.Read.All'] }],
  });
  options = { clouds: () => ({ login: login.origin, graph: graph.origin }), requestTimeoutMs: 20_000 };
});
beforeEach(() => {
  fronts.graph.serve(emulator.fetch);
  fronts.login.serve(emulator.fetch);
});
afterAll(async () => {
  await emulator.close();
  for (const front of Object.values(fronts)) await front.close();
});

interface DirectoryChanges {
  readonly requestTimeoutMs?: number;
  readonly token?: () => Promise<string>;
}

function newDirectory({ token, ...changes }: DirectoryChanges = {}): Directory {
  const logins = createGraphTokens({ ...options, readSecret: async () => new Secret('good') });
  const tokens = {
    forTenant: token ?? (() => logins.forTenant(connection)),
    forCandidate: () => Promise.reject(new Error('no candidate')),
  };
  return createDirectory({ ...options, ...changes, tokens });
}

/** Does it again and again, until a request met a connection that was closed on it three times. */
async function untilCut(front: { cuts(): number }, work: () => Promise<unknown>): Promise<void> {
  const before = front.cuts();
  for (let times = 0; front.cuts() < before + 3; times += 1) {
    if (times > 50) throw new Error('No connection was used twice');
    await work();
  }
}

describe('a connection that is closed as it is used again', () => {
  const cutKept = (cuts: boolean): void => {
    for (const front of Object.values(fronts)) front.cutKeptConnections(cuts);
  };
  beforeAll(() => cutKept(true));
  afterAll(() => cutKept(false));

  it('does not disturb reading from Graph', async () => {
    const directory = newDirectory();
    await untilCut(fronts.graph, () => directory.readDelta(connection, 'users', null));
  });

  it('does not disturb a login', async () => {
    const tokens = createGraphTokens({ ...options, readSecret: async () => new Secret('good') });
    await untilCut(fronts.login, () => tokens.byNewLogin(connection));
  });

  it('does not disturb looking up a tenant', async () => {
    const lookup = createTenantLookup(options);
    await untilCut(fronts.login, async () => {
      expect(await lookup.find('contoso.example', 'local')).toMatchObject({
        kind: 'found',
        tenantId: TENANT,
      });
    });
  });

  it('disturbs neither reading nor saving secrets', async () => {
    const issuer = createTokenIssuer(randomUUID());
    const server = await startVaultServer({ tls, issuer });
    fronts.vault.serve((address, init) => fetch(address.replace(fronts.vault.origin, server.url), init));
    const credential = {
      getToken: async () => ({
        token: issuer.issue('https://vault.azure.net').token,
        expiresOnTimestamp: Date.now() + 3_600_000,
      }),
    };
    const vault: SecretVault = createVault({
      vaultUrl: fronts.vault.origin,
      credential,
      verifyChallenge: false,
    });
    try {
      await untilCut(fronts.vault, async () => {
        const version = await vault.save('name', new Secret('value'), { expiresOn: null, tags: {} });
        expect((await vault.readSecret('name', version)).reveal()).toBe('value');
      });
    } finally {
      await server.close();
    }
  });

  it('does not disturb asking for a token of the managed identity', async () => {
    const server = await startIdentityServer({ header: 'header', issuer: createTokenIssuer(randomUUID()) });
    const proxy = await startCuttingProxy({ port: Number(new URL(server.endpoint).port) });
    let cuts = 0;
    proxy.decide(({ onConnection }) => {
      if (onConnection === 1) return 'passed';
      cuts += 1;
      return 'cutBefore';
    });
    vi.stubEnv('IDENTITY_ENDPOINT', `http://127.0.0.1:${proxy.port}/msi/token`);
    vi.stubEnv('IDENTITY_HEADER', 'header');
    try {
      const credential = createOwnCredential(null);
      // Each resource has a token of its own, which the SDK keeps.
      for (let resource = 1; cuts === 0; resource += 1) {
        const token = await credential.getToken(`https://resource-${resource}.example/.default`);
        expect(token?.token).toBeTruthy();
      }
    } finally {
      vi.unstubAllEnvs();
      await proxy.close();
      await server.close();
    }
  });
});

describe('Graph', () => {
  /** What Graph answers to the requests to come, in order; then as usual. */
  function answering(...answers: (() => Response | Promise<Response>)[]): { sent: string[] } {
    const sent: string[] = [];
    fronts.graph.serve((address, init) => {
      sent.push(`${init.method ?? 'GET'} ${new URL(address).pathname}`);
      const next = answers.shift();
      return next === undefined ? emulator.fetch(address, init) : Promise.resolve(next());
    });
    return { sent };
  }
  const failing =
    (status: number, headers = {}) =>
    (): Response =>
      new Response('{}', { status, headers });

  it.each([500, 502, 503, 504])('is asked again after %i', async (status) => {
    const { sent } = answering(failing(status), failing(status));
    expect(await newDirectory().readDelta(connection, 'users', null)).toBeDefined();
    expect(sent).toHaveLength(3);
  });

  it('is asked again if it breaks off its answer', async () => {
    const broken = (): Response =>
      new Response(
        new ReadableStream({
          start: (controller) => {
            controller.enqueue(new TextEncoder().encode('{"value":['));
            controller.error(new Error('broken off'));
          },
        }),
      );
    const { sent } = answering(broken);
    expect(await newDirectory().readDelta(connection, 'users', null)).toBeDefined();
    expect(sent).toHaveLength(2);
  });

  it('is asked again, in time, if it gives no answer', async () => {
    const directory = newDirectory({ requestTimeoutMs: 6_000 });
    // So that its token is there already.
    await directory.readDelta(connection, 'users', null);
    const { sent } = answering(() => new Promise(() => undefined));
    expect(await directory.readDelta(connection, 'users', null)).toBeDefined();
    expect(sent).toHaveLength(2);
  });

  it('is not asked before the time that it names: the job keeps that time for the whole tenant', async () => {
    const { sent } = answering(failing(503, { 'retry-after': '0.1' }));
    const failure: unknown = await newDirectory()
      .readDelta(connection, 'users', null)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Unavailable);
    expect(failure).toMatchObject({ retryAfterMs: 100 });
    expect(sent).toHaveLength(1);
  });

  it('gets no write twice', async () => {
    const { sent } = answering(failing(503));
    const request = {
      resource: 'users',
      changeTypes: 'updated,deleted',
      notificationUrl: 'https://rollcall.example/api/graph/notifications',
      lifecycleUrl: 'https://rollcall.example/api/graph/lifecycle',
      clientState: 'state',
      expiresAt: '2027-01-01T00:00:00.000Z',
    } as const;
    await expect(newDirectory().subscribe(connection, request)).rejects.toBeInstanceOf(Unavailable);
    expect(sent).toEqual(['POST /v1.0/subscriptions']);
  });

  it('is not asked at all without a token, and the login is not asked for one again and again', async () => {
    let asked = 0;
    const { sent } = answering();
    const token = (): Promise<string> => {
      asked += 1;
      return Promise.reject(new Unavailable('The login endpoint gave no token'));
    };
    const directory = newDirectory({ token });
    await expect(directory.readDelta(connection, 'users', null)).rejects.toThrow('gave no token');
    expect([asked, sent]).toEqual([1, []]);
  });
});
