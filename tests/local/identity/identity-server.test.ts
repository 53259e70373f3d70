import { ManagedIdentityCredential } from '@azure/identity';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTokenIssuer } from '../../../local/identity/access-token.js';
import { startIdentityServer, type IdentityServer } from '../../../local/identity/identity-server.js';

const tenantId = '00000000-0000-4000-8000-000000000001';
const header = 'proof of being in the app';
const userAssigned = '33333333-3333-4333-8333-333333333333';
const issuer = createTokenIssuer(tenantId);
let server: IdentityServer;

beforeAll(async () => {
  server = await startIdentityServer({ header, issuer, userAssignedClientIds: [userAssigned] });
  vi.stubEnv('IDENTITY_ENDPOINT', server.endpoint);
  vi.stubEnv('IDENTITY_HEADER', header);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

function claimsOf(token: string): Record<string, unknown> {
  const payload = token.split('.')[1] ?? '';
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}

describe('the managed identity endpoint, asked by ManagedIdentityCredential', () => {
  it('issues a token whose audience is the resource that was asked for', async () => {
    const credential = new ManagedIdentityCredential();
    const vault = await credential.getToken('https://vault.azure.net/.default');
    const bus = await credential.getToken('https://servicebus.azure.net//.default');
    expect(claimsOf(vault.token)['aud']).toBe('https://vault.azure.net');
    expect(claimsOf(bus.token)['aud']).toBe('https://servicebus.azure.net');
    expect(vault.expiresOnTimestamp).toBeGreaterThan(Date.now() + 23 * 60 * 60 * 1000);
  });

  it('issues tokens for storage in the form that Azurite accepts', async () => {
    const { token } = await new ManagedIdentityCredential().getToken('https://storage.azure.com/.default');
    expect(claimsOf(token)).toMatchObject({
      aud: 'https://storage.azure.com',
      iss: `https://sts.windows.net/${tenantId}/`,
      tid: tenantId,
    });
    expect(Object.keys(claimsOf(token))).toEqual(expect.arrayContaining(['nbf', 'exp', 'iat']));
  });

  it('knows the user-assigned identities of the app and no others', async () => {
    const known = new ManagedIdentityCredential({ clientId: userAssigned });
    await expect(known.getToken('https://vault.azure.net/.default')).resolves.toBeDefined();
    const unknown = new ManagedIdentityCredential({ clientId: '44444444-4444-4444-8444-444444444444' });
    await expect(unknown.getToken('https://vault.azure.net/.default')).rejects.toThrow();
  });

  it.each([
    ['no header', {}],
    ['a guessed header', { 'X-IDENTITY-HEADER': 'a guess' }],
  ])('refuses a caller with %s', async (_title, headers) => {
    const query = '?api-version=2019-08-01&resource=https://vault.azure.net';
    const response = await fetch(server.endpoint + query, { headers });
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain('access_token');
  });

  it.each([
    ['a missing resource', '?api-version=2019-08-01', 400],
    ['another api-version', '?api-version=2017-09-01&resource=https://vault.azure.net', 400],
  ])('refuses %s', async (_title, query, status) => {
    const response = await fetch(server.endpoint + query, { headers: { 'X-IDENTITY-HEADER': header } });
    expect(response.status).toBe(status);
  });
});

describe('a token issuer', () => {
  it('accepts its own tokens for their audience, until they end', () => {
    let nowMs = 1_000_000_000_000;
    const own = createTokenIssuer(tenantId, () => nowMs);
    const { token, expiresOn } = own.issue('https://vault.azure.net');
    expect(own.check(token, 'https://vault.azure.net/')).toEqual({ kind: 'valid' });
    expect(own.check(token, 'https://storage.azure.com')).toEqual({
      kind: 'wrongAudience',
      found: 'https://vault.azure.net',
    });
    nowMs = expiresOn * 1000;
    expect(own.check(token, 'https://vault.azure.net')).toEqual({ kind: 'expired' });
  });

  it('accepts neither a token of another issuer nor one that was changed', () => {
    const { token } = createTokenIssuer(tenantId).issue('https://vault.azure.net');
    expect(issuer.check(token, 'https://vault.azure.net')).toEqual({ kind: 'malformed' });
    const [head = '', , signature = ''] = issuer.issue('https://vault.azure.net').token.split('.');
    const forged = Buffer.from(JSON.stringify({ aud: 'https://vault.azure.net', exp: 9e9 })).toString(
      'base64url',
    );
    expect(issuer.check(`${head}.${forged}.${signature}`, 'https://vault.azure.net')).toEqual({
      kind: 'malformed',
    });
    expect(issuer.check('no token', 'https://vault.azure.net')).toEqual({ kind: 'malformed' });
  });
});
