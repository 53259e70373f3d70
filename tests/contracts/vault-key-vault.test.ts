import { inspect } from 'node:util';

import { SecretClient, type KeyVaultSecret } from '@azure/keyvault-secrets';
import { expect, it } from 'vitest';

import { createTokenIssuer } from '../../local/identity/access-token.js';
import { startIdentityServer } from '../../local/identity/identity-server.js';
import { startVaultServer } from '../../local/vault/vault-server.js';
import { createOwnCredential } from '../../shared/adapters/identity/own-credential.js';
import { createVault } from '../../shared/adapters/vault/vault.js';
import { Secret } from '../../shared/core/secret.js';
import { trustedTls } from './trusted-authority.js';
import { vaultContract, type VaultBench } from './vault.contract.js';

const CLIENT_ID = '33333333-aaaa-4bbb-8ccc-000000000001';

/** The production road: a managed identity's token, the SDK's challenge, TLS. */
let look: (name: string) => Promise<KeyVaultSecret>;

async function open(): Promise<VaultBench> {
  const tls = await trustedTls();
  const issuer = createTokenIssuer('00000000-0000-4000-8000-000000000001');
  const identity = await startIdentityServer({
    header: 'header',
    issuer,
    userAssignedClientIds: [CLIENT_ID],
  });
  process.env['IDENTITY_ENDPOINT'] = identity.endpoint;
  process.env['IDENTITY_HEADER'] = 'header';
  let now = Date.now();
  const server = await startVaultServer({ tls, issuer, nowMs: () => now });
  const credential = createOwnCredential(CLIENT_ID);
  const vault = createVault({ vaultUrl: server.url, credential, verifyChallenge: false });
  const client = new SecretClient(server.url, credential, { disableChallengeResourceVerification: true });
  look = (name) => client.getSecret(name);
  return {
    vault,
    later: async () => {
      now += 1_000;
    },
    close: async () => {
      await server.close();
      await identity.close();
    },
  };
}

vaultContract('the vault on Key Vault', open);

it('a vault whose challenge names another resource gets no token unless that is allowed', async () => {
  const server = await startVaultServer({
    tls: await trustedTls(),
    issuer: createTokenIssuer('00000000-0000-4000-8000-000000000001'),
  });
  const strict = createVault({
    vaultUrl: server.url,
    credential: { getToken: () => Promise.reject(new Error('must not be asked for a token')) },
    verifyChallenge: true,
  });
  const failure = await strict.readSecret('x', null).catch((error: unknown) => error);
  expect(failure).toMatchObject({ kind: 'unavailable' });
  expect(inspect(failure)).not.toContain('must not be asked');
  await server.close();
});

it('a vault that cannot be reached is Unavailable, and the failure does not show the value', async () => {
  const vault = createVault({
    vaultUrl: 'https://127.0.0.1:9',
    credential: { getToken: async () => ({ token: 't', expiresOnTimestamp: Date.now() + 60_000 }) },
    verifyChallenge: false,
  });
  const failure = await vault
    .save('name', new Secret('hush-hush'), { expiresOn: null, tags: {} })
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ kind: 'unavailable' });
  expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain('hush-hush');
});

it('the vault says what a value is', async () => {
  const { properties } = await look('tenant-a');
  expect(properties).toMatchObject({
    ...{ contentType: 'application/x-client-secret', tags: { tenantId: 'a' }, enabled: true },
  });
});
