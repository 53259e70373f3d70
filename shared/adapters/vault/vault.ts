import type { KeyVaultSecret, SecretProperties } from '@azure/keyvault-secrets';

import { NotFound, Unavailable } from '../../core/failures.js';
import { Secret } from '../../core/secret.js';
import type { Vault } from '../../ports/vault.js';
import { everyPage } from './pages.js';
import { openVault, type VaultOptions } from './vault-client.js';
import { translateVaultError } from './vault-errors.js';

/** The vault, and beside what use cases see, the way to a value for the token request. */
export interface SecretVault extends Vault {
  /** @param version null for the newest. @throws NotFound where it is not there or disabled, Unavailable */
  readSecret(name: string, version: string | null): Promise<Secret>;
}

/** Says to whoever looks into the vault what the value is, and that we put it there. */
export const CONTENT_TYPE = 'application/x-client-secret';

export function createVault(options: VaultOptions): SecretVault {
  const { client, timeoutMs, deadline } = openVault(options);
  const read = (name: string, version: string | null): Promise<KeyVaultSecret> =>
    translated(name, () =>
      client.getSecret(name, { ...(version === null ? {} : { version }), abortSignal: deadline() }),
    );
  return {
    save: async (name, secret, details) => {
      const expiresOn = details.expiresOn === null ? {} : { expiresOn: new Date(details.expiresOn) };
      const { properties } = await translated(name, () =>
        client.setSecret(name, secret.reveal(), {
          ...expiresOn,
          contentType: CONTENT_TYPE,
          tags: { ...details.tags },
          abortSignal: deadline(),
        }),
      );
      return versionOf(name, properties);
    },
    disable: (name, version) =>
      absenceIsFine(
        translated(name, () =>
          client.updateSecretProperties(name, version, { enabled: false, abortSignal: deadline() }),
        ),
      ),
    versionsBefore: async (name, version) => {
      const kept = await translated(name, () =>
        everyPage((abortSignal) => client.listPropertiesOfSecretVersions(name, { abortSignal }), timeoutMs),
      );
      const madeAt = kept.find((each) => each.version === version)?.createdOn?.getTime() ?? -Infinity;
      return kept
        .filter((each) => each.enabled !== false && (each.createdOn?.getTime() ?? Infinity) < madeAt)
        .map((each) => versionOf(name, each));
    },
    discard: (name) =>
      absenceIsFine(translated(name, () => client.beginDeleteSecret(name, { abortSignal: deadline() }))),
    expiryOf: async (name, version) => {
      const { properties } = await read(name, version);
      return {
        version: versionOf(name, properties),
        expiresOn: properties.expiresOn?.toISOString() ?? null,
      };
    },
    readSecret: async (name, version) => {
      const found = await read(name, version);
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

async function absenceIsFine(attempt: Promise<unknown>): Promise<void> {
  try {
    await attempt;
  } catch (failure) {
    if (!(failure instanceof NotFound)) throw failure;
  }
}

function versionOf(name: string, { version }: SecretProperties): string {
  if (version === undefined || version === '') throw new Unavailable(`The vault named no version of ${name}`);
  return version;
}
