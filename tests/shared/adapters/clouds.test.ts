import { describe, expect, it } from 'vitest';

import { createDirectory } from '../../../shared/adapters/graph/directory.js';
import { createDirectoryExamination } from '../../../shared/adapters/graph/directory-examination.js';
import { createGraphTokens } from '../../../shared/adapters/identity/graph-tokens.js';
import { PUBLIC_CLOUD_HOSTS, type Cloud } from '../../../shared/core/cloud.js';
import { BadPage, CursorExpired, RequestRefused } from '../../../shared/core/failures.js';
import { Secret } from '../../../shared/core/secret.js';
import type { Connection, Directory } from '../../../shared/ports/directory.js';
import { fetchHttpClient } from '../../contracts/fetch-http-client.js';

type PublicCloud = Exclude<Cloud, 'local'>;
const CLOUDS = Object.keys(PUBLIC_CLOUD_HOSTS) as PublicCloud[];
const TENANT = '11111111-aaaa-4bbb-8ccc-000000000001';
const CLIENT = '22222222-aaaa-4bbb-8ccc-000000000001';

const hosts = (cloud: Cloud) => PUBLIC_CLOUD_HOSTS[cloud as PublicCloud];

interface Sent {
  readonly origin: string;
  readonly path: string;
  readonly authorization: string | null;
  readonly form: URLSearchParams;
}

/** Both adapters of a cloud before hosts that answer anything, and what was sent to whom. */
function world(cloud: PublicCloud, graphAnswers: (path: string) => Response) {
  const sent: Sent[] = [];
  const serve = async (address: string, init: RequestInit): Promise<Response> => {
    const url = new URL(address);
    const authorization = new Headers(init.headers).get('authorization');
    const form = new URLSearchParams(typeof init.body === 'string' ? init.body : '');
    sent.push({ origin: url.origin, path: url.pathname, authorization, form });
    if (url.pathname.endsWith('/openid-configuration')) return Response.json(metadata(url));
    if (url.pathname.endsWith('/oauth2/v2.0/token'))
      return Response.json({ token_type: 'Bearer', expires_in: 3599, access_token: `token-of-${cloud}` });
    return graphAnswers(url.pathname);
  };
  const tokens = createGraphTokens({
    clouds: hosts,
    requestTimeoutMs: 1_000,
    readSecret: () => Promise.resolve(new Secret('good')),
    httpClient: fetchHttpClient(serve),
  });
  const options = { clouds: hosts, requestTimeoutMs: 1_000, fetch: serve };
  const credential = { clientId: CLIENT, secretName: 'own', secretVersion: null };
  const connection: Connection = { tenantId: TENANT, cloud, credential };
  return {
    sent,
    connection,
    tokens,
    directory: createDirectory({ ...options, tokens }),
    examination: createDirectoryExamination({ ...options, newToken: (each) => tokens.byNewLogin(each) }),
  };
}

function metadata(url: URL): object {
  const base = `${url.origin}/${TENANT}`;
  return {
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
  };
}

/** Every read and every call about subscriptions, whatever comes of it. */
async function useEverything(directory: Directory, connection: Connection): Promise<void> {
  const subscription = {
    resource: 'users',
    changeTypes: 'updated,deleted',
    notificationUrl: 'https://rollcall.example/api/graph/notifications',
    lifecycleUrl: 'https://rollcall.example/api/graph/lifecycle',
    clientState: 'state',
    expiresAt: '2026-06-01T00:00:00.000Z',
  } as const;
  const { tenantId: tenant, cloud, credential } = connection;
  await Promise.allSettled([
    directory.readDelta(connection, 'users', null),
    directory.readDelta(connection, 'groups', null),
    directory.count(connection, 'users'),
    directory.exists(connection, 'users', TENANT),
    directory.deletedItems(connection, 'users', null),
    directory.groupsOf(connection, { kind: 'user', id: TENANT }),
    directory.membersOf(connection, TENANT, null),
    directory.managerOf(connection, TENANT),
    directory.subscribe(connection, subscription),
    directory.renew(connection, 'subscription', subscription.expiresAt),
    directory.subscriptions(connection),
    directory.unsubscribe(connection, 'subscription'),
    directory.probe({ tenant, cloud, clientId: credential.clientId, secret: new Secret('good') }),
  ]);
}

describe.each(CLOUDS)('the cloud %s', (cloud) => {
  const { login, graph } = PUBLIC_CLOUD_HOSTS[cloud];
  const others = CLOUDS.filter((each) => each !== cloud).map((each) => PUBLIC_CLOUD_HOSTS[each].graph);
  const empty = (): Response => Response.json({ value: [] });

  it('asks its own login host alone for a token, for its own Graph', async () => {
    const { tokens, connection, sent } = world(cloud, empty);
    expect(await tokens.forTenant(connection)).toBe(`token-of-${cloud}`);
    expect(new Set(sent.map(({ origin }) => origin))).toEqual(new Set([login]));
    const asked = sent.filter(({ path }) => path.endsWith('/token'));
    expect(asked.map(({ path, form }) => [path, form.get('scope')?.split(' ')[0]])).toEqual([
      [`/${TENANT}/oauth2/v2.0/token`, `${graph}/.default`],
    ]);
  });

  it('sends its token to its own Graph host and to no other', async () => {
    const { directory, connection, sent } = world(cloud, empty);
    await useEverything(directory, connection);
    const carrying = sent.filter(({ authorization }) => authorization === `Bearer token-of-${cloud}`);
    expect(carrying.length).toBeGreaterThan(12);
    expect(new Set(carrying.map(({ origin }) => origin))).toEqual(new Set([graph]));
  });

  it('is examined at its own hosts', async () => {
    const { examination, connection, sent } = world(cloud, empty);
    const examined = await examination.logIn(connection);
    await Promise.allSettled([
      examined.organizationId(),
      examined.readOne('users'),
      examined.subscriptions(),
    ]);
    expect(new Set(sent.map(({ origin }) => origin))).toEqual(new Set([login, graph]));
  });

  it.each(others)('takes no page that leads to %s', async (other) => {
    for (const name of ['@odata.nextLink', '@odata.deltaLink']) {
      const page = { value: [], [name]: `${other}/v1.0/users/delta?$skiptoken=x` };
      const { directory, connection } = world(cloud, () => Response.json(page));
      await expect(directory.readDelta(connection, 'users', null)).rejects.toThrow(BadPage);
      if (name === '@odata.nextLink')
        await expect(directory.deletedItems(connection, 'users', null)).rejects.toThrow(BadPage);
    }
  });

  it.each(others)('sends nothing along a link to %s', async (other) => {
    const { directory, connection, sent } = world(cloud, empty);
    const link = `${other}/v1.0/users/delta?$deltatoken=x`;
    await expect(directory.readDelta(connection, 'users', link)).rejects.toThrow(RequestRefused);
    expect(sent).toEqual([]);
  });

  it.each(others)('does not begin anew at a Location on %s', async (other) => {
    const location = `${other}/v1.0/users/delta?$deltatoken=`;
    const gone = (): Response =>
      Response.json({ error: { code: 'resyncRequired' } }, { status: 410, headers: { location } });
    const { directory, connection } = world(cloud, gone);
    const failure: unknown = await directory
      .readDelta(connection, 'users', null)
      .catch((each: unknown) => each);
    expect(failure).toBeInstanceOf(CursorExpired);
    expect(failure).toMatchObject({ restartLink: null });
  });
});
