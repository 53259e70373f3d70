import { createPublicKey, createVerify, type JsonWebKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { GraphEmulator } from '../../../../local/graph/emulator.js';
import { tenantId } from '../support/tenant.js';
import {
  authorizeUrl,
  claimsOf,
  consentApp,
  decide,
  emulatorWithConsentApp,
  redeem,
  redirectUri,
  sentBack,
} from '../support/sign-in.js';

async function codeFor(emulator: GraphEmulator, account: string, tenant = 'organizations'): Promise<string> {
  return sentBack(await decide(emulator, authorizeUrl(emulator, tenant), account))['code'] ?? '';
}

async function idTokenFor(emulator: GraphEmulator, account: string): Promise<string> {
  const answer = await redeem(emulator, await codeFor(emulator, account));
  return ((await answer.json()) as { id_token: string }).id_token;
}

async function refusalOf(response: Promise<Response>): Promise<unknown[]> {
  const answer = await response;
  const body = (await answer.json()) as { error: string; error_codes: number[] };
  return [answer.status, body.error, ...body.error_codes];
}

describe('signing in', () => {
  it('proves who somebody is, and in which tenant', async () => {
    const { emulator, clock } = await emulatorWithConsentApp();
    const now = Math.floor(clock.now() / 1000);
    expect(claimsOf(await idTokenFor(emulator, 'admin@contoso.example'))).toEqual({
      iss: `${emulator.loginUrl}/${tenantId}/v2.0`,
      aud: consentApp.clientId,
      tid: tenantId,
      oid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      sub: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      nonce: 'our nonce',
      preferred_username: 'admin@contoso.example',
      name: 'Ada Administrator',
      iat: now,
      nbf: now,
      exp: now + 3600,
      ver: '2.0',
      wids: ['62e90394-69f5-4237-9190-012177145e10'],
    });
  });

  it('names no role of an ordinary user, and always the same object id of an account', async () => {
    const { emulator, otherTenantId } = await emulatorWithConsentApp();
    const user = claimsOf(await idTokenFor(emulator, 'user@fabrikam.example'));
    expect(user).toMatchObject({ tid: otherTenantId, preferred_username: 'user@fabrikam.example' });
    expect(user).not.toHaveProperty('wids');
    const administrator = claimsOf(await idTokenFor(emulator, 'admin@fabrikam.example'));
    const { emulator: another } = await emulatorWithConsentApp();
    expect(claimsOf(await idTokenFor(another, 'user@fabrikam.example'))['oid']).toBe(user['oid']);
    expect(administrator['oid']).not.toBe(user['oid']);
  });

  it('signs by a key that discovery leads to', async () => {
    const { emulator } = await emulatorWithConsentApp();
    const token = await idTokenFor(emulator, 'user@contoso.example');
    const discovery = await emulator.fetch(
      `${emulator.loginUrl}/${tenantId}/v2.0/.well-known/openid-configuration`,
    );
    const { jwks_uri: keysUrl } = (await discovery.json()) as { jwks_uri: string };
    const { keys } = (await (await emulator.fetch(keysUrl)).json()) as {
      keys: (JsonWebKey & { kid: string })[];
    };
    const [header = '', payload = '', signature = ''] = token.split('.');
    const { kid, alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<string, string>;
    const key = keys.find((each) => each.kid === kid);
    const isSigned = (text: string): boolean =>
      createVerify('RSA-SHA256')
        .update(text)
        .verify(createPublicKey({ key: key ?? {}, format: 'jwk' }), signature, 'base64url');
    expect([alg, isSigned(`${header}.${payload}`), isSigned(`${header}.${payload}x`)]).toEqual([
      'RS256',
      true,
      false,
    ]);
  });

  it('posts the code to the app where it asks for that', async () => {
    const { emulator } = await emulatorWithConsentApp();
    const page = authorizeUrl(emulator, tenantId, { response_mode: 'form_post', state: '"quoted"' });
    const answer = await decide(emulator, page, 'user@contoso.example');
    const html = await answer.text();
    expect(answer.status).toBe(200);
    expect(html).toContain(`<form method="post" action="${redirectUri}">`);
    expect(html).toContain('name="state" value="&quot;quoted&quot;"');
    const code = /name="code" value="([^"]+)"/.exec(html)?.[1] ?? '';
    expect((await redeem(emulator, code)).status).toBe(200);
  });

  it('offers the accounts of the tenant, or of all for organizations, and takes no others', async () => {
    const { emulator } = await emulatorWithConsentApp();
    const one = await (await emulator.fetch(authorizeUrl(emulator, tenantId))).text();
    expect(one).toContain('user@contoso.example');
    expect(one).not.toContain('fabrikam');
    expect(await (await emulator.fetch(authorizeUrl(emulator, 'organizations'))).text()).toContain(
      'fabrikam',
    );
    const foreign = await decide(emulator, authorizeUrl(emulator, tenantId), 'user@fabrikam.example');
    expect([foreign.status, await foreign.text()]).toEqual([400, expect.stringContaining('AADSTS50020')]);
  });

  it('sends a refusal and a wrong request back, but nobody to an address that is not registered', async () => {
    const { emulator } = await emulatorWithConsentApp();
    const page = authorizeUrl(emulator, tenantId);
    expect(sentBack(await decide(emulator, page, 'user@contoso.example', 'cancel'))).toMatchObject({
      error: 'access_denied',
      error_description: expect.stringContaining('AADSTS65004') as string,
      state: 'our state',
    });
    for (const wrong of [
      { response_type: 'token' },
      { scope: 'profile' },
      { code_challenge_method: 'plain' },
    ]) {
      const answer = await emulator.fetch(authorizeUrl(emulator, tenantId, wrong));
      expect(sentBack(answer), JSON.stringify(wrong)).toMatchObject({
        error: 'invalid_request',
        state: 'our state',
      });
    }
    const away = await emulator.fetch(
      authorizeUrl(emulator, tenantId, { redirect_uri: 'https://evil.example' }),
    );
    expect([away.status, await away.text()]).toEqual([400, expect.stringContaining('AADSTS50011')]);
  });
});

describe('a code', () => {
  it('is good once', async () => {
    const { emulator } = await emulatorWithConsentApp();
    const code = await codeFor(emulator, 'user@contoso.example');
    expect((await redeem(emulator, code)).status).toBe(200);
    expect(await refusalOf(redeem(emulator, code))).toEqual([400, 'invalid_grant', 54005]);
  });

  it('is good for ten minutes', async () => {
    const { emulator, clock } = await emulatorWithConsentApp();
    const code = await codeFor(emulator, 'user@contoso.example');
    await clock.advance(600_000);
    expect(await refusalOf(redeem(emulator, code))).toEqual([400, 'invalid_grant', 70008]);
  });

  it('is good only for the app, verifier, address and tenant that it was made for', async () => {
    const { emulator, otherTenantId } = await emulatorWithConsentApp();
    const code = await codeFor(emulator, 'user@contoso.example');
    const refused = (changed: Record<string, string>, tenant?: string) =>
      refusalOf(redeem(emulator, code, changed, tenant));
    expect(await refused({ client_secret: 'wrong' })).toEqual([401, 'invalid_client', 7000215]);
    expect(await refused({ code_verifier: 'wrong' })).toEqual([400, 'invalid_grant', 501481]);
    expect(await refused({ redirect_uri: 'https://evil.example' })).toEqual([400, 'invalid_grant', 500112]);
    expect(await refused({ code: 'invented' })).toEqual([400, 'invalid_grant', 9002313]);
    expect(await refused({}, otherTenantId)).toEqual([400, 'invalid_grant', 700005]);
    expect((await redeem(emulator, code, {}, tenantId)).status, 'refusals do not use it up').toBe(200);
  });

  it('is not used up by a request that the login host is too busy for', async () => {
    const { emulator } = await emulatorWithConsentApp();
    const code = await codeFor(emulator, 'user@contoso.example');
    await emulator.addFault({ login: true, path: '/token', fault: { kind: 'status', status: 503 } });
    expect(await refusalOf(redeem(emulator, code))).toEqual([503, 'temporarily_unavailable', 90033]);
    expect((await redeem(emulator, code)).status).toBe(200);
  });

  it('gives an access token that reads nothing', async () => {
    const { emulator } = await emulatorWithConsentApp();
    const answer = await redeem(emulator, await codeFor(emulator, 'admin@contoso.example'));
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const headers = { authorization: `Bearer ${token}` };
    expect((await emulator.fetch(`${emulator.graphUrl}/v1.0/users`, { headers })).status).toBe(401);
  });
});
