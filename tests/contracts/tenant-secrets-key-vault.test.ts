import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokenIssuer } from '../../local/identity/access-token.js';
import { startVaultServer } from '../../local/vault/vault-server.js';
import { createTenantSecrets } from '../../shared/adapters/vault/tenant-secrets.js';
import { createVault, type SecretVault } from '../../shared/adapters/vault/vault.js';
import { Unavailable } from '../../shared/core/failures.js';
import { Secret } from '../../shared/core/secret.js';
import type { TenantSecrets } from '../../shared/ports/tenant-secrets.js';
import { trustedTls } from './trusted-authority.js';

const NINETY_DAYS_MS = 90 * 24 * 3_600_000;

let server: Awaited<ReturnType<typeof startVaultServer>>;
let vault: SecretVault;
let secrets: TenantSecrets;

beforeAll(async () => {
  const issuer = createTokenIssuer('00000000-0000-4000-8000-000000000001');
  server = await startVaultServer({ tls: await trustedTls(), issuer });
  const { token } = issuer.issue('https://vault.azure.net');
  const options = {
    vaultUrl: server.url,
    verifyChallenge: false,
    credential: { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 600_000 }) },
  };
  vault = createVault(options);
  secrets = createTenantSecrets(options);
});
afterAll(async () => {
  await server.close();
});

async function keep(name: string, tenantId: string): Promise<void> {
  await vault.save(name, new Secret('value'), { expiresOn: null, tags: { tenantId } });
}

describe('the secrets of a tenant in Key Vault', () => {
  it('are found by their tag through every page of the list, those of others are not', async () => {
    const names = Array.from({ length: 30 }, (_, n) => `many-${String(n).padStart(2, '0')}`);
    for (const name of names) await keep(name, 'many');
    await keep('other-1', 'other');
    expect([...(await secrets.namesOf('many'))].sort()).toEqual(names);
    expect(await secrets.namesOf('nobody')).toEqual([]);
  });

  it('are deleted softly, with the date of their purge, as often as that is asked for', async () => {
    await keep('gone-1', 'gone');
    const first = await secrets.remove('gone-1');
    const inDays = Date.parse(first?.scheduledPurgeDate ?? '') - Date.now();
    expect(Math.abs(inDays - NINETY_DAYS_MS)).toBeLessThan(60_000);
    await expect(vault.readSecret('gone-1', null)).rejects.toMatchObject({ kind: 'notFound' });
    expect(await secrets.namesOf('gone')).toEqual([]);
    expect(await secrets.remove('gone-1')).toEqual(first);
  });

  it('are null where there never was one', async () => {
    expect(await secrets.remove('never-there')).toBeNull();
  });

  it('cannot be reached where the vault is away', async () => {
    const away = createTenantSecrets({
      vaultUrl: 'https://127.0.0.1:9',
      verifyChallenge: false,
      credential: { getToken: async () => ({ token: 't', expiresOnTimestamp: Date.now() + 600_000 }) },
    });
    await expect(away.remove('x')).rejects.toBeInstanceOf(Unavailable);
    await expect(away.namesOf('x')).rejects.toBeInstanceOf(Unavailable);
  });
});
