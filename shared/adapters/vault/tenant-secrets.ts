import { SecretClient, type DeletedSecret } from '@azure/keyvault-secrets';

import { NotFound, RequestRefused } from '../../core/failures.js';
import type { TenantSecrets } from '../../ports/tenant-secrets.js';
import { translateVaultError } from './vault-errors.js';
import type { VaultOptions } from './vault.js';

/** Whose a secret is, as the tag that `Vault.save` was given says. */
const TENANT_TAG = 'tenantId';

/** What takes the secrets of a tenant that is disconnected out of Key Vault. */
export function createTenantSecrets(options: VaultOptions): TenantSecrets {
  const client = new SecretClient(options.vaultUrl, options.credential, {
    disableChallengeResourceVerification: !options.verifyChallenge,
    retryOptions: { maxRetries: 2, retryDelayInMs: 300, maxRetryDelayInMs: 2_000 },
  });
  const deadline = (): AbortSignal => AbortSignal.timeout(options.callTimeoutMs ?? 15_000);
  return {
    namesOf: (tenantId) =>
      translated('of a tenant', async () => {
        const names: string[] = [];
        for await (const { name, tags } of client.listPropertiesOfSecrets({ abortSignal: deadline() })) {
          if (tags?.[TENANT_TAG]?.toLowerCase() === tenantId) names.push(name);
        }
        return names;
      }),
    remove: async (name) => {
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
