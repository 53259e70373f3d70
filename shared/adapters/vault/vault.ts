import { SecretClient } from '@azure/keyvault-secrets';

import { NotFound } from '../../core/failures.js';
import { Secret } from '../../core/secret.js';
import type { Vault } from '../../ports/vault.js';
import { translateVaultError } from './vault-errors.js';

export interface VaultOptions {
  /** https address of the vault. */
  readonly vaultUrl: string;
  readonly credential: ConstructorParameters<typeof SecretClient>[1];
  /**
   * False only where the vault's host is no subdomain of the resource that it names in its challenge, as with a
   * private address.
   */
  readonly verifyChallenge: boolean;
  /** Milliseconds for one call, its retries included. */
  readonly callTimeoutMs?: number;
}

/** The vault, and beside what use cases see, the way to a value for the token request. */
export interface SecretVault extends Vault {
  /** @throws NotFound, Unavailable */
  readSecret(name: string): Promise<Secret>;
}

export function createVault(options: VaultOptions): SecretVault {
  const client = new SecretClient(options.vaultUrl, options.credential, {
    disableChallengeResourceVerification: !options.verifyChallenge,
    retryOptions: { maxRetries: 2, retryDelayInMs: 300, maxRetryDelayInMs: 2_000 },
  });
  const deadline = (): AbortSignal => AbortSignal.timeout(options.callTimeoutMs ?? 15_000);
  return {
    save: async (name, secret, details) => {
      const expiresOn = details.expiresOn === null ? {} : { expiresOn: new Date(details.expiresOn) };
      await translated(name, () =>
        client.setSecret(name, secret.reveal(), {
          ...expiresOn,
          tags: { ...details.tags },
          abortSignal: deadline(),
        }),
      );
    },
    discard: async (name) => {
      try {
        await translated(name, () => client.beginDeleteSecret(name, { abortSignal: deadline() }));
      } catch (failure) {
        if (!(failure instanceof NotFound)) throw failure;
      }
    },
    expiryOf: async (name) => {
      const found = await translated(name, () => client.getSecret(name, { abortSignal: deadline() }));
      return found.properties.expiresOn?.toISOString() ?? null;
    },
    readSecret: async (name) => {
      const found = await translated(name, () => client.getSecret(name, { abortSignal: deadline() }));
      if (found.value === undefined || found.value === '') {
        throw new NotFound(`The secret ${name} has no value`);
      }
      return new Secret(found.value);
    },
  };
}

async function translated<Value>(name: string, call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    throw translateVaultError(error, name);
  }
}
