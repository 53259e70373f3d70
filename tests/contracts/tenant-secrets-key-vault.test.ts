import { setTimeout as passes } from 'node:timers/promises';
import { SecretClient } from '@azure/keyvault-secrets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokenIssuer, type TokenIssuer } from '../../local/identity/access-token.js';
import { startVaultServer } from '../../local/vault/vault-server.js';
import { createTenantSecrets } from '../../shared/adapters/vault/tenant-secrets.js';
import { createVault, type SecretVault } from '../../shared/adapters/vault/vault.js';
import { Unavailable } from '../../shared/core/failures.js';
import { Secret } from '../../shared/core/secret.js';
import type { TenantSecrets } from '../../shared/ports/tenant-secrets.js';
import { trustedTls } from './trusted-authority.js';

const NINETY_DAYS_MS = 90 * 24 * 3_600_000;

let issuer: TokenIssuer;
let server: Awaited<ReturnType<typeof startVaultServer>>;
let vault: SecretVault;
let secrets: TenantSecrets;
/** Whoever else writes the vault. */
let client: SecretClient;

beforeAll(async () => {
  issuer = createTokenIssuer('00000000-0000-4000-8000-000000000001');
  server = await startVaultServer({ tls: await trustedTls(), issuer });
  const { token } = issuer.issue('https://vault.azure.net');
  const options = {
    vaultUrl: server.url,
    verifyChallenge: false,
    credential: { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 600_000 }) },
  };
  vault = createVault(options);
  client = new SecretClient(server.url, options.credential, { disableChallengeResourceVerification: true });
  secrets = createTenantSecrets({ ...options, operatorNames: ['graph-consent'] });
});
afterAll(async () => {
  await server.close();
});

async function keep(name: string, tenantId: string): Promise<void> {
  await vault.save(name, new Secret('value'), { expiresOn: null, tags: { tenantId } });
}

describe('the secrets of a tenant in Key Vault', () => {
  it('are found by their tag through every page of the list, those of others are not', async () => {
    const names = Array.from({ length: 30 }, (_, n) => `graph-many-${String(n).padStart(2, '0')}`);
    for (const name of names) await keep(name, 'many');
    await keep('graph-other-1', 'other');
    expect([...(await secrets.namesOf('many'))].sort()).toEqual(names);
    expect(await secrets.namesOf('nobody')).toEqual([]);
  });

  it('are deleted softly, with the date of their purge, as often as that is asked for', async () => {
    await keep('graph-gone-1', 'gone');
    const first = await secrets.remove('graph-gone-1');
    const inDays = Date.parse(first?.scheduledPurgeDate ?? '') - Date.now();
    expect(Math.abs(inDays - NINETY_DAYS_MS)).toBeLessThan(60_000);
    await expect(vault.readSecret('graph-gone-1', null)).rejects.toMatchObject({ kind: 'notFound' });
    expect(await secrets.namesOf('gone')).toEqual([]);
    expect(await secrets.remove('graph-gone-1')).toEqual(first);
  });

  it('are null where there never was one', async () => {
    expect(await secrets.remove('never-there')).toBeNull();
  });

  it('are those alone that we made: of others neither tag nor name is enough', async () => {
    const contentType = 'application/x-client-secret';
    const tags = { tenantId: 'mixed' };
    await keep('graph-mixed', 'mixed');
    await client.setSecret('by-hand', 'x', { contentType, tags });
    await client.setSecret('graph-by-hand', 'x', { tags });
    expect(await secrets.namesOf('mixed')).toEqual(['graph-mixed']);
  });

  it('never are those of the consent applications, whatever is written on them', async () => {
    await keep('Graph-Consent', 'whose');
    expect(await secrets.namesOf('whose')).toEqual([]);
    expect(await secrets.remove('graph-consent')).toBeNull();
    expect((await vault.readSecret('graph-consent', null)).reveal()).toBe('value');
  });

  it('cannot be reached where the vault is away', async () => {
    const away = createTenantSecrets({
      vaultUrl: 'https://127.0.0.1:9',
      operatorNames: [],
      verifyChallenge: false,
      credential: { getToken: async () => ({ token: 't', expiresOnTimestamp: Date.now() + 600_000 }) },
    });
    await expect(away.remove('x')).rejects.toBeInstanceOf(Unavailable);
    await expect(away.namesOf('x')).rejects.toBeInstanceOf(Unavailable);
  });
});

describe('a list of many pages', () => {
  /** A vault with a page for each of six secrets, and a login that takes so long for each request. */
  async function slowly(
    run: (names: Promise<readonly string[]>) => Promise<void>,
    login: () => Promise<void>,
  ) {
    const paged = await startVaultServer({ tls: await trustedTls(), issuer, pageSize: 1 });
    const { token } = issuer.issue('https://vault.azure.net');
    const options = { vaultUrl: paged.url, verifyChallenge: false, operatorNames: [] };
    const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 600_000 }) };
    const filled = createVault({ ...options, credential });
    const tags = { tenantId: 'slow' };
    for (let n = 0; n < 6; n += 1) {
      await filled.save(`graph-slow-${n}`, new Secret('value'), { expiresOn: null, tags });
    }
    const getToken = async () => {
      await login();
      return { token, expiresOnTimestamp: Date.now() };
    };
    const slow = createTenantSecrets({ ...options, credential: { getToken }, callTimeoutMs: 1_000 });
    await run(slow.namesOf('slow'));
    await paged.close();
  }

  it('is read to its end though all of it takes longer than one call may', async () => {
    await slowly(
      async (names) => expect(await names).toHaveLength(6),
      () => passes(250),
    );
  });

  it('is given up where a later page does not come', async () => {
    let logins = 0;
    await slowly(
      async (names) => {
        await expect(names).rejects.toBeInstanceOf(Unavailable);
        expect(logins).toBeGreaterThan(1);
      },
      () => ((logins += 1) === 1 ? Promise.resolve() : new Promise(() => undefined)),
    );
  });
});
