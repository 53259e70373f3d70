import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createAdministratorLogin } from '../../../../shared/adapters/identity/administrator-login.js';
import { CLOUDS, PUBLIC_CLOUD_HOSTS, type Cloud } from '../../../../shared/core/cloud.js';
import { CredentialRefused, NotFound, Unavailable } from '../../../../shared/core/failures.js';
import { Secret } from '../../../../shared/core/secret.js';

const LOGIN = PUBLIC_CLOUD_HOSTS.global.login;
const APP = { clientId: 'c0ffee00-0101-4a5b-9c11-7d0000000101', secretName: 'consent', secretVersion: null };
const TENANT = '11111111-aaaa-4bbb-8ccc-000000000001';
const OTHER = '11111111-aaaa-4bbb-8ccc-000000000002';
const NOW = Date.parse('2026-05-01T12:00:00Z');
const SECOND = 1_000;

let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let strangers: typeof keys;
let keySet: object;
beforeAll(async () => {
  keys = await generateKeyPair('RS256', { extractable: true });
  strangers = await generateKeyPair('RS256', { extractable: true });
  keySet = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] };
});

interface Asked {
  readonly address: string;
  readonly init: RequestInit;
}

/** A login service that gives this id token, or what it answers instead. */
function loginGiving(idToken: string, over: Partial<Record<'token' | 'keys', () => Response>> = {}) {
  const asked: Asked[] = [];
  const login = createAdministratorLogin({
    clouds: (cloud) => PUBLIC_CLOUD_HOSTS[cloud as Exclude<Cloud, 'local'>],
    readSecret: (name) =>
      name === 'consent' ? Promise.resolve(new Secret('s3cret~value')) : Promise.reject(new NotFound(name)),
    requestTimeoutMs: 1_000,
    now: () => NOW,
    fetch: (address, init) => {
      asked.push({ address, init });
      const answer = address.endsWith('/keys') ? over.keys : over.token;
      const usual = address.endsWith('/keys') ? keySet : { id_token: idToken, access_token: 'a' };
      return Promise.resolve(answer?.() ?? Response.json(usual));
    },
  });
  const code = {
    cloud: 'global',
    app: APP,
    redirectUri: 'https://r/x',
    code: 'c0de',
    verifier: 'v',
  } as const;
  return {
    login,
    asked,
    redeem: (changed: Partial<typeof code> = {}) => login.redeem({ ...code, ...changed }),
  };
}

const seconds = Math.floor(NOW / SECOND);
const claims: JWTPayload = {
  iss: `${LOGIN}/${TENANT}/v2.0`,
  aud: APP.clientId,
  tid: TENANT,
  sub: 'somebody',
  nonce: 'n0nce',
  iat: seconds,
  nbf: seconds,
  exp: seconds + 3_600,
};

function signed(
  changed: { [Claim in keyof JWTPayload]?: JWTPayload[Claim] | undefined } = {},
  key = keys.privateKey,
): Promise<string> {
  return new SignJWT({ ...claims, ...changed } as JWTPayload)
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .sign(key);
}

describe('the pages that an administrator is sent to', () => {
  const errand = { clientId: APP.clientId, redirectUri: 'https://r/api/consent/callback', state: 's&=' };

  it.each(CLOUDS.filter((cloud) => cloud !== 'local'))('lie at the login host of the cloud %s', (cloud) => {
    const { login } = loginGiving('');
    const { login: host, graph } = PUBLIC_CLOUD_HOSTS[cloud];
    const consent = new URL(login.consentAddress({ ...errand, cloud, tenantId: TENANT }));
    expect(consent.origin + consent.pathname).toBe(`${host}/${TENANT}/v2.0/adminconsent`);
    expect(consent.searchParams.get('scope')).toBe(`${graph}/.default`);
    expect(consent.searchParams.get('state')).toBe('s&=');
    const signIn = new URL(login.signInAddress({ ...errand, cloud, nonce: 'n', verifier: 'v'.repeat(43) }));
    expect(signIn.origin + signIn.pathname).toBe(`${host}/organizations/oauth2/v2.0/authorize`);
    expect(signIn.searchParams.get('nonce')).toBe('n');
    expect(signIn.href).not.toContain('v'.repeat(43));
    expect(login.origin(cloud)).toBe(host);
  });

  it('carry the fingerprint of the verifier, as RFC 7636 prints it', () => {
    const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
    const address = loginGiving('').login.signInAddress({ ...errand, cloud: 'global', nonce: 'n', verifier });
    expect(new URL(address).searchParams.get('code_challenge')).toBe(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    );
  });
});

describe('the code of a sign-in', () => {
  it('is redeemed at the login host alone, with secret and verifier, and tells the tenant', async () => {
    const { redeem, asked } = loginGiving(await signed());
    expect(await redeem()).toEqual({ tenantId: TENANT, nonce: 'n0nce' });
    expect(asked.map(({ address }) => address)).toEqual([
      `${LOGIN}/organizations/oauth2/v2.0/token`,
      `${LOGIN}/organizations/discovery/v2.0/keys`,
    ]);
    expect(asked.every(({ init }) => init.redirect === 'manual')).toBe(true);
    expect(Object.fromEntries(asked[0]!.init.body as URLSearchParams)).toMatchObject({
      client_secret: 's3cret~value',
      code_verifier: 'v',
      code: 'c0de',
    });
  });

  it.each([
    ['a minute in the past', { exp: seconds - 59 }],
    ['a minute in the future', { nbf: seconds + 59, iat: seconds + 59 }],
    ['no nonce', { nonce: undefined }],
    ['its tenant in capitals', { tid: TENANT.toUpperCase() }],
  ] as const)('is good with %s', async (_, changed) => {
    expect((await loginGiving(await signed(changed as JWTPayload)).redeem()).tenantId).toBe(TENANT);
  });

  it.each<[string, () => Promise<string> | string]>([
    ['another audience', () => signed({ aud: OTHER })],
    ['the issuer of another tenant', () => signed({ iss: `${LOGIN}/${OTHER}/v2.0` })],
    ['another tenant than its issuer', () => signed({ tid: OTHER })],
    ['an issuer elsewhere', () => signed({ iss: `https://evil.example/${TENANT}/v2.0` })],
    ['no tenant', () => signed({ tid: undefined })],
    ['a tenant that is a path', () => signed({ tid: `${TENANT}/../x`, iss: `${LOGIN}/${TENANT}/../x/v2.0` })],
    [
      'a personal account',
      () => {
        const tid = '9188040d-6c67-4c5b-b112-36a304b66dad';
        return signed({ tid, iss: `${LOGIN}/${tid}/v2.0` });
      },
    ],
    ['an end long ago', () => signed({ exp: seconds - 61 })],
    ['a beginning to come', () => signed({ nbf: seconds + 61 })],
    ['no end', () => signed({ exp: undefined })],
    ['the signature of a stranger', () => signed({}, strangers.privateKey)],
    ['no signature', () => new UnsecuredJWT(claims).encode()],
    [
      'a signature by the public key as a password',
      async () =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
          .sign(Buffer.from(JSON.stringify(await exportJWK(keys.publicKey)).padEnd(64))),
    ],
    [
      'an unknown key',
      () => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k2' }).sign(keys.privateKey),
    ],
    ['no form of a token', () => 'nonsense'],
  ])('is not believed with %s', async (_, make) => {
    await expect(loginGiving(await make()).redeem()).rejects.toBeInstanceOf(CredentialRefused);
  });

  it('that was refused is told from a login service that is down', async () => {
    const refused = () =>
      Response.json(
        { error: 'invalid_grant', error_description: 'AADSTS70008: expired', error_codes: [70008] },
        { status: 400 },
      );
    const failure = await loginGiving('', { token: refused })
      .redeem()
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CredentialRefused);
    expect(failure).toMatchObject({ code: 70008 });
    const down = () => new Response('busy', { status: 503 });
    await expect(loginGiving('', { token: down }).redeem()).rejects.toBeInstanceOf(Unavailable);
    await expect(loginGiving(await signed(), { keys: down }).redeem()).rejects.toBeInstanceOf(Unavailable);
    const endless = () => new Response('x'.repeat(300_000));
    await expect(loginGiving('', { token: endless }).redeem()).rejects.toBeInstanceOf(Unavailable);
  });

  it('lets no secret into a failure', async () => {
    const broken = () => {
      throw new TypeError('request with client_secret=s3cret~value failed');
    };
    const failure = await loginGiving('', { token: broken })
      .redeem()
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Unavailable);
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('s3cret');
    expect((failure as Error).cause).toBeUndefined();
  });

  it('is refused where the vault has no secret for the application', async () => {
    const app = { ...APP, secretName: 'gone' };
    await expect(loginGiving(await signed()).redeem({ app })).rejects.toBeInstanceOf(CredentialRefused);
  });
});
