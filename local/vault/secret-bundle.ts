import {
  newestVersion,
  type DeletedSecret,
  type Secret,
  type SecretAttributes,
  type SecretVersion,
} from './secret.js';
import { retentionDays } from './secret-store.js';
import { VaultError } from './vault-error.js';

type Json = Record<string, unknown>;

/** What a vault says about itself in every bundle. */
export interface VaultIdentity {
  readonly url: string;
  readonly purgeProtection: boolean;
}

/**
 * A version as the service writes it: with its value where it was read or set, without where it was changed.
 * Source: https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret
 */
export function secretBundle(
  vault: VaultIdentity,
  name: string,
  version: SecretVersion,
  part: 'all' | 'noValue',
): Json {
  return {
    ...(part === 'all' ? { value: version.value } : {}),
    ...secretItem(vault, name, version),
    id: `${vault.url}/secrets/${name}/${version.version}`,
  };
}

/** A secret in a list: never its value, and without a version in its id. */
export function secretItem(vault: VaultIdentity, name: string, version: SecretVersion): Json {
  return {
    id: `${vault.url}/secrets/${name}`,
    ...(version.contentType !== undefined && { contentType: version.contentType }),
    attributes: {
      enabled: version.enabled,
      ...(version.notBefore !== undefined && { nbf: version.notBefore }),
      ...(version.expires !== undefined && { exp: version.expires }),
      created: version.created,
      updated: version.updated,
      recoveryLevel: vault.purgeProtection ? 'Recoverable' : 'Recoverable+Purgeable',
      recoverableDays: retentionDays,
    },
    ...(version.tags !== undefined && { tags: version.tags }),
  };
}

export function deletedBundle(vault: VaultIdentity, secret: DeletedSecret): Json {
  return {
    ...secretBundle(vault, secret.name, newestVersion(secret), 'noValue'),
    ...deletion(vault, secret),
  };
}

export function deletedItem(vault: VaultIdentity, secret: DeletedSecret): Json {
  return { ...secretItem(vault, secret.name, newestVersion(secret)), ...deletion(vault, secret) };
}

function deletion(vault: VaultIdentity, secret: Secret & DeletedSecret): Json {
  return {
    recoveryId: `${vault.url}/deletedsecrets/${secret.name}`,
    deletedDate: secret.deletedDate,
    scheduledPurgeDate: secret.scheduledPurgeDate,
  };
}

/** Reads the attributes of a request; what is absent or null is left as it is. */
export function readAttributes(body: Json): SecretAttributes {
  const attributes = isObject(body['attributes']) ? body['attributes'] : {};
  const { contentType, tags } = body;
  if (contentType != null && typeof contentType !== 'string')
    throw VaultError.badParameter('Property contentType must be a string.');
  if (tags != null && !isTags(tags)) throw VaultError.badParameter('Property tags must hold strings.');
  const enabled = attributes['enabled'];
  if (enabled != null && typeof enabled !== 'boolean')
    throw VaultError.badParameter('Property attributes.enabled must be true or false.');
  const notBefore = readInstant(attributes['nbf'], 'nbf');
  const expires = readInstant(attributes['exp'], 'exp');
  return {
    ...(contentType != null && { contentType }),
    ...(tags != null && { tags }),
    ...(enabled != null && { enabled }),
    ...(notBefore !== null && { notBefore }),
    ...(expires !== null && { expires }),
  };
}

function readInstant(value: unknown, name: string): number | null {
  if (value == null) return null;
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw VaultError.badParameter(`Property attributes.${name} must be a whole number of seconds.`);
  return value;
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTags(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((tag) => typeof tag === 'string');
}
