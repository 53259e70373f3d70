import { readFileSync } from 'node:fs';
import { createTokenIssuer } from '../identity/access-token.js';
import { startIdentityServer } from '../identity/identity-server.js';
import { startVaultServer, type SeedSecret } from './vault-server.js';

/** What `VAULT_CONFIG` holds, as JSON. */
interface VaultConfig {
  readonly port?: number;
  readonly tls: { readonly keyFile: string; readonly certFile: string };
  readonly dataFolder?: string;
  readonly purgeProtection?: boolean;
  readonly seeds?: readonly SeedSecret[];
  readonly identity: { readonly port?: number; readonly header: string };
}

const localTenantId = '00000000-0000-4000-8000-00000000a11a';

/**
 * The process of the vault and the managed identity endpoint. They share it because the vault accepts the
 * tokens that this endpoint issues, by a key that never leaves the process.
 */
async function main(): Promise<void> {
  const config = JSON.parse(process.env['VAULT_CONFIG'] ?? '') as VaultConfig;
  const issuer = createTokenIssuer(localTenantId);
  const identity = await startIdentityServer({ ...config.identity, issuer });
  const vault = await startVaultServer({
    ...config,
    tls: {
      key: readFileSync(config.tls.keyFile, 'utf8'),
      cert: readFileSync(config.tls.certFile, 'utf8'),
    },
    issuer,
  });
  const end = (): void => {
    void Promise.all([vault.close(), identity.close()]).then(() => process.exit(0));
  };
  process.once('SIGTERM', end).once('SIGINT', end);
  console.log(JSON.stringify({ ready: true, url: vault.url, identityEndpoint: identity.endpoint }));
}

await main();
