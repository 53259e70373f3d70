import type { DeletedSecret, SecretProperties } from '@azure/keyvault-secrets';

import { SECRET_NAME_PREFIX } from '../../core/given-secret.js';
import { NotFound, RequestRefused } from '../../core/failures.js';
import type { TenantSecrets } from '../../ports/tenant-secrets.js';
import { everyPage } from './pages.js';
import { openVault, type VaultOptions } from './vault-client.js';
import { translateVaultError } from './vault-errors.js';
import { CONTENT_TYPE } from './vault.js';

/** Whose a secret is, as the tag that `Vault.save` was given says. */
const TENANT_TAG = 'tenantId';

export interface TenantSecretsOptions extends VaultOptions {
  /** Names of secrets that are the operator's own, as those of the consent applications: never removed. */
  readonly operatorNames: readonly string[];
}

/**
 * What takes the secrets of a tenant that is disconnected out of Key Vault. A tag alone makes no secret ours, since
 * anybody who writes the vault may set it: name and content type must say so too.
 */
export function createTenantSecrets(options: TenantSecretsOptions): TenantSecrets {
  const { client, timeoutMs, deadline } = openVault(options);
  // The vault does not tell upper from lower case in names.
  const kept = new Set(options.operatorNames.map((name) => name.toLowerCase()));
  const mayGo = (name: string): boolean => !kept.has(name.toLowerCase());
  return {
    namesOf: (tenantId) =>
      translated('of a tenant', async () => {
        const held = await everyPage(
          (abortSignal) => client.listPropertiesOfSecrets({ abortSignal }),
          timeoutMs,
        );
        return held
          .filter((each) => isOurs(each) && each.tags?.[TENANT_TAG]?.toLowerCase() === tenantId)
          .map(({ name }) => name)
          .filter(mayGo);
      }),
    remove: async (name) => {
      if (!mayGo(name)) return null;
      const removed = await absentAsNull(() =>
        translated(name, async () => {
          const poller = await client.beginDeleteSecret(name, { abortSignal: deadline() });
          return poller.getOperationState().result ?? null;
        }),
      );
      if (removed !== null) return { scheduledPurgeDate: purgeDateOf(removed) };
      // Deleted by somebody before, or by us before a stop.
      const deleted = await absentAsNull(() =>
        translated(name, () => client.getDeletedSecret(name, { abortSignal: deadline() })),
      );
      return deleted === null ? null : { scheduledPurgeDate: purgeDateOf(deleted) };
    },
  };
}

function isOurs({ name, contentType }: SecretProperties): boolean {
  return name.toLowerCase().startsWith(SECRET_NAME_PREFIX) && contentType === CONTENT_TYPE;
}

function purgeDateOf({ scheduledPurgeDate }: DeletedSecret): string | null {
  return scheduledPurgeDate?.toISOString() ?? null;
}

async function translated<Value>(name: string, call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    throw translateVaultError(error, name);
  }
}

/** 409: its deletion is under way. */
async function absentAsNull<Value>(call: () => Promise<Value>): Promise<Value | null> {
  try {
    return await call();
  } catch (failure) {
    if (failure instanceof NotFound) return null;
    if (failure instanceof RequestRefused && failure.status === 409) return null;
    throw failure;
  }
}
