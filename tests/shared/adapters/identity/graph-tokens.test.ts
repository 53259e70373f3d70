import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { createGraphTokens, type GraphTokens } from '../../../../shared/adapters/identity/graph-tokens.js';
import { CredentialRefused, NotFound } from '../../../../shared/core/failures.js';
import { Secret } from '../../../../shared/core/secret.js';
import type { Connection } from '../../../../shared/ports/directory.js';
import { fetchHttpClient } from '../../../contracts/fetch-http-client.js';

const LOGIN = 'https://login.emulator.test';
const TENANT = '11111111-aaaa-4bbb-8ccc-000000000001';
const connection: Connection = {
  tenantId: TENANT,
  cloud: 'local',
  credential: {
    clientId: 'client',
    secretName: 'name',
    secretVersion: null,
  },
};

type TokenAnswer = (form: URLSearchParams) => Response | Promise<Response>;

interface Bench {
  readonly tokens: GraphTokens;
  readonly asked: URLSearchParams[];
  readonly vaultReads: string[];
  readonly vault: { value: string };
  answer: TokenAnswer;
  now: number;
}

let issued = 0;
const granted: TokenAnswer = () =>
  Response.json({ token_type: 'Bearer', expires_in: 3599, access_token: `token-${(issued += 1)}` });
const refused = (code: number, error = 'invalid_client', status = 401): TokenAnswer => {
  const body = { error, error_description: `AADSTS${code}: Words.`, error_codes: [code] };
  return () => Response.json(body, { status });
};

function bench(answer: TokenAnswer, capacity = 10): Bench {
  const asked: URLSearchParams[] = [];
  const vaultReads: string[] = [];
  const vault = { value: 'first-secret-value' };
  const made: Bench = {
    asked,
    vaultReads,
    vault,
    answer,
    now: 0,
    tokens: createGraphTokens({
      monotonic: () => made.now,
      capacity,
      clouds: () => ({ login: LOGIN, graph: 'https://graph.emulator.test' }),
      requestTimeoutMs: 1_000,
      readSecret: async (name) => {
        vaultReads.push(name);
        return new Secret(vault.value);
      },
      httpClient: fetchHttpClient(async (address, init) => {
        if (address.includes('/.well-known/')) return metadata(address);
        const form = new URLSearchParams(init.body as string);
        asked.push(form);
        return made.answer(form);
      }),
    }),
  };
  return made;
}

function metadata(address: string): Response {
  const tenant = address.split('/')[3] ?? '';
  const base = `${LOGIN}/${tenant}`;
  return Response.json({
    issuer: `${base}/v2.0`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
  });
}

const failureOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe('an access token for a tenant', () => {
  it('is asked once with the secret, for all of Graph, and kept while it is valid', async () => {
    const { tokens, asked, vaultReads } = bench(granted);
    const first = await tokens.forTenant(connection);
    expect(await tokens.forTenant(connection)).toBe(first);
    expect(asked).toHaveLength(1);
    expect(Object.fromEntries(asked[0]!)).toMatchObject({
      grant_type: 'client_credentials',
      client_id: 'client',
      client_secret: 'first-secret-value',
    });
    expect(asked[0]!.get('scope')).toContain('https://graph.emulator.test/.default');
    expect(vaultReads).toEqual(['name']);
  });

  it('is a new one where a fresh one is asked for', async () => {
    const { tokens } = bench(granted);
    const first = await tokens.forTenant(connection);
    const second = await tokens.forTenant(connection, { fresh: true });
    expect(second).not.toBe(first);
    expect(await tokens.forTenant(connection)).toBe(second);
  });

  it('is a new one unless one was got just before, where that is wished', async () => {
    const made = bench(granted);
    const wish = { fresh: true, unlessWithinMs: 60_000 };
    const first = await made.tokens.forTenant(connection);
    made.now = 59_999;
    expect(await made.tokens.forTenant(connection, wish)).toBe(first);
    made.now = 60_000;
    const second = await made.tokens.forTenant(connection, wish);
    expect(second).not.toBe(first);
    expect(await made.tokens.forTenant(connection, wish)).toBe(second);
    expect(made.asked).toHaveLength(2);
  });

  it('is never shared between tenants or applications', async () => {
    const { tokens } = bench(granted);
    const other = { ...connection, credential: { ...connection.credential, clientId: 'other' } };
    expect(await tokens.forTenant(other)).not.toBe(await tokens.forTenant(connection));
  });

  it('comes with the value that was rotated into the vault', async () => {
    const made = bench(granted, 10);
    await made.tokens.forTenant(connection);
    made.vault.value = 'second-secret-value';
    made.answer = (form) =>
      form.get('client_secret') === 'second-secret-value' ? granted(form) : refused(7000222)(form);
    expect(await made.tokens.forTenant(connection, { fresh: true })).toMatch(/^token-/);
    expect(made.vaultReads).toHaveLength(2);
  });

  it('is asked anew after a failure, with the secret read anew', async () => {
    const made = bench(refused(7000215));
    expect(await failureOf(made.tokens.forTenant(connection))).toMatchObject({ code: 7000215 });
    made.answer = granted;
    expect(await made.tokens.forTenant(connection)).toMatch(/^token-/);
    expect(made.vaultReads).toHaveLength(2);
  });

  it('is kept for so many tenants at most', async () => {
    const { tokens, asked } = bench(granted, 1);
    const other = { ...connection, tenantId: '11111111-aaaa-4bbb-8ccc-000000000002' };
    await tokens.forTenant(connection);
    await tokens.forTenant(other);
    await tokens.forTenant(connection);
    expect(asked).toHaveLength(3);
  });

  it('needs a secret in the vault', async () => {
    const tokens = createGraphTokens({
      clouds: () => ({ login: LOGIN, graph: LOGIN }),
      requestTimeoutMs: 1_000,
      readSecret: () => Promise.reject(new NotFound('no such secret')),
    });
    // Never NotFound: that would be taken for Graph's word that an object is gone.
    expect(await failureOf(tokens.forTenant(connection))).toBeInstanceOf(CredentialRefused);
  });
});

describe('a refusal of the login endpoint', () => {
  it.each([
    [7000215, 'invalid_client', 401, 'wrong'],
    [7000222, 'invalid_client', 401, 'expired'],
    [7000216, 'invalid_client', 401, 'missing'],
    [7000218, 'invalid_request', 400, 'missing'],
    [700016, 'unauthorized_client', 400, 'not known'],
    [700011, 'unauthorized_client', 400, 'not known'],
    [70001, 'unauthorized_client', 400, 'disabled'],
    [7000112, 'unauthorized_client', 400, 'disabled'],
    [90002, 'invalid_request', 400, 'not found'],
    [900023, 'invalid_request', 400, 'malformed'],
    [90038, 'invalid_request', 400, 'another national cloud'],
    [900432, 'invalid_request', 400, 'another national cloud'],
    [65001, 'invalid_grant', 400, 'consent'],
    [65004, 'consent_required', 400, 'declined'],
    [70011, 'invalid_scope', 400, 'scope'],
    [500011, 'invalid_resource', 400, 'not present'],
    [53003, 'invalid_grant', 400, 'Conditional Access'],
    [1234567, 'invalid_request', 400, 'refused'],
  ])('with AADSTS%i is told in words', async (code, error, status, words) => {
    const failure = (await failureOf(
      bench(refused(code, error, status)).tokens.forTenant(connection),
    )) as Error;
    expect(failure).toMatchObject({ kind: 'credentialRefused', code });
    expect(failure.message).toContain(words);
  });

  it.each([90033, 90006, 90012, 90024, 90055])('with AADSTS%i passes', async (code) => {
    const { tokens } = bench(refused(code, 'temporarily_unavailable', 400));
    expect(await failureOf(tokens.forTenant(connection))).toMatchObject({ kind: 'unavailable' });
  });

  it.each<[string, TokenAnswer]>([
    ['503', () => new Response('busy', { status: 503 })],
    ['429 with a code', refused(50196, 'invalid_grant', 429)],
    ['500 with JSON', () => Response.json({ error: 'server_error' }, { status: 500 })],
    ['no connection', () => Promise.reject(new TypeError('fetch failed'))],
    ['an empty object', () => Response.json({})],
  ])('that says nothing of the credential passes: %s', async (_name, answer) => {
    expect(await failureOf(bench(answer).tokens.forTenant(connection))).toMatchObject({
      kind: 'unavailable',
    });
  });

  it('without a number is a refusal all the same', async () => {
    const { tokens } = bench(() => Response.json({ error: 'invalid_client' }, { status: 401 }));
    expect(await failureOf(tokens.forTenant(connection))).toMatchObject({
      kind: 'credentialRefused',
      code: null,
    });
  });

  it('is followed by one more try where the secret may have been rotated meanwhile', async () => {
    let now = granted;
    const made = bench((form) => now(form), 10);
    made.answer = () => Response.json({ token_type: 'Bearer', expires_in: 1, access_token: 'short' });
    await made.tokens.forTenant(connection);
    made.vault.value = 'second-secret-value';
    now = granted;
    made.answer = (form) =>
      form.get('client_secret') === 'second-secret-value' ? granted(form) : refused(7000222)(form);
    expect(await made.tokens.forTenant(connection)).toMatch(/^token-/);
    expect(made.asked.map((form) => form.get('client_secret'))).toEqual([
      'first-secret-value',
      'first-secret-value',
      'second-secret-value',
    ]);
  });

  it('shows the secret nowhere', async () => {
    const answers: TokenAnswer[] = [refused(7000215), () => Promise.reject(new TypeError('fetch failed'))];
    for (const answer of answers) {
      const failure = await failureOf(bench(answer).tokens.forTenant(connection));
      expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain('first-secret-value');
    }
  });
});

describe('a candidate', () => {
  it('is always tried anew, by GUID or domain', async () => {
    const { tokens, asked } = bench(granted);
    const candidate = {
      tenant: 'contoso.example',
      cloud: 'local',
      clientId: 'c',
      secret: new Secret('s'),
    } as const;
    await tokens.forCandidate(candidate);
    await tokens.forCandidate(candidate);
    expect(asked).toHaveLength(2);
  });
});
