import { readFile } from 'node:fs/promises';
import { TableClient, TableServiceClient } from '@azure/data-tables';
import type { AccessToken, TokenCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import type { Stack } from '../stack/stack.js';

/**
 * The app's managed identity, asked by hand: `ManagedIdentityCredential` would read its address from this
 * process's own environment.
 */
class StackCredential implements TokenCredential {
  constructor(
    private readonly endpoint: string,
    private readonly header: string,
  ) {}

  async getToken(scopes: string | string[]): Promise<AccessToken> {
    const url = new URL(this.endpoint);
    url.searchParams.set('api-version', '2019-08-01');
    url.searchParams.set('resource', String(scopes).replace(/\/\.default$/, ''));
    const response = await fetch(url, { headers: { 'X-IDENTITY-HEADER': this.header } });
    const body = (await response.json()) as { access_token: string; expires_on: string };
    return { token: body.access_token, expiresOnTimestamp: Number(body.expires_on) * 1000 };
  }
}

/** Clients of the stack's stores with the rights of the app. */
export interface StackClients {
  table(name: string): TableClient;
  /** Every table there is, those of a month too. */
  tableNames(): Promise<readonly string[]>;
  readonly secrets: SecretClient;
}

export async function connectStackClients(stack: Stack): Promise<StackClients> {
  const tlsOptions = { ca: await readFile(stack.certFile, 'utf8') };
  const { identityEndpoint, tablesEndpoint, vaultUrl } = stack.addresses;
  const credential = new StackCredential(identityEndpoint, stack.settings['IDENTITY_HEADER'] ?? '');
  const service = new TableServiceClient(tablesEndpoint, credential, { tlsOptions });
  return {
    table: (name) => new TableClient(tablesEndpoint, name, credential, { tlsOptions }),
    tableNames: async () => {
      const names: string[] = [];
      for await (const { name } of service.listTables()) if (name !== undefined) names.push(name);
      return names;
    },
    secrets: new SecretClient(vaultUrl, credential, {
      tlsOptions,
      disableChallengeResourceVerification: true,
    }),
  };
}

/** The client secret that a tenant was connected with, found by the tags that the product gives it. */
export async function findClientSecret(
  secrets: SecretClient,
  tenantId: string,
): Promise<{ readonly clientId: string; readonly clientSecret: string }> {
  for await (const { name, tags } of secrets.listPropertiesOfSecrets()) {
    if (tags?.['tenantId'] !== tenantId) continue;
    const { value = '' } = await secrets.getSecret(name);
    return { clientId: tags['clientId'] ?? '', clientSecret: value };
  }
  throw new Error(`The vault holds no secret of tenant ${tenantId}.`);
}
