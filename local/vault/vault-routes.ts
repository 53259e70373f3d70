import {
  deletedBundle,
  deletedItem,
  isObject,
  readAttributes,
  secretBundle,
  secretItem,
  type VaultIdentity,
} from './secret-bundle.js';
import type { SecretStore } from './secret-store.js';
import { newestVersion } from './secret.js';
import { VaultError } from './vault-error.js';

export interface VaultAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface VaultContext {
  readonly vault: VaultIdentity;
  readonly store: SecretStore;
  readonly pageSize: number;
}

/**
 * Answers an authorized request for secrets or deleted secrets.
 * Source: https://learn.microsoft.com/rest/api/keyvault/secrets/operation-groups
 *
 * @throws {VaultError} where the service refuses
 */
export function answerVaultRequest(
  context: VaultContext,
  method: string,
  url: URL,
  body: unknown,
): VaultAnswer {
  if (!url.searchParams.has('api-version'))
    throw VaultError.badParameter('The request URI is missing the api-version parameter.');
  const [collection, name, detail, ...rest] = url.pathname.split('/').filter((part) => part !== '');
  if (rest.length > 0) throw new VaultError(404, 'NotFound', 'There is no such resource.');
  if (name !== undefined && !/^[0-9a-zA-Z-]{1,127}$/.test(name))
    throw VaultError.badParameter(`The request URI contains an invalid name: ${name}`);
  if (collection === 'secrets') return answerSecrets(context, { method, url, name, detail, body });
  if (collection === 'deletedsecrets') return answerDeleted(context, { method, url, name, detail, body });
  throw new VaultError(404, 'NotFound', 'There is no such resource.');
}

interface Request {
  readonly method: string;
  readonly url: URL;
  readonly name: string | undefined;
  /** A version, or an operation of the secret. */
  readonly detail: string | undefined;
  readonly body: unknown;
}

function answerSecrets(context: VaultContext, request: Request): VaultAnswer {
  const { store, vault } = context;
  const { method, name, detail } = request;
  if (name === undefined) {
    if (method !== 'GET') throw methodNotAllowed(method);
    return page(context, request.url, store.list(), (secret) =>
      secretItem(vault, secret.name, newestVersion(secret)),
    );
  }
  if (method === 'GET' && detail === 'versions') {
    const secret = store.find(name);
    return page(context, request.url, secret.versions, (version) => ({
      ...secretItem(vault, secret.name, version),
      id: `${vault.url}/secrets/${secret.name}/${version.version}`,
    }));
  }
  if (method === 'GET') return readSecret(context, name, detail);
  if (method === 'PUT' && detail === undefined) return setSecret(context, name, request.body);
  if (method === 'PATCH') {
    const updated = store.update(name, detail, readAttributes(asObject(request.body)));
    return { status: 200, body: secretBundle(vault, store.find(name).name, updated, 'noValue') };
  }
  if (method === 'DELETE' && detail === undefined)
    return { status: 200, body: deletedBundle(vault, store.delete(name)) };
  throw methodNotAllowed(method);
}

function readSecret({ store, vault }: VaultContext, name: string, version: string | undefined): VaultAnswer {
  const found = store.findVersion(name, version);
  if (!found.enabled)
    throw new VaultError(
      403,
      'Forbidden',
      'Operation get is not allowed on a disabled secret.',
      'SecretDisabled',
    );
  return { status: 200, body: secretBundle(vault, store.find(name).name, found, 'all') };
}

function setSecret({ store, vault }: VaultContext, name: string, given: unknown): VaultAnswer {
  const body = asObject(given);
  const value = body['value'];
  if (typeof value !== 'string') throw VaultError.badParameter('The parameter value is required.');
  const added = store.set(name, value, readAttributes(body));
  return { status: 200, body: secretBundle(vault, store.find(name).name, added, 'all') };
}

function answerDeleted(context: VaultContext, request: Request): VaultAnswer {
  const { store, vault } = context;
  const { method, name, detail } = request;
  if (name === undefined) {
    if (method !== 'GET') throw methodNotAllowed(method);
    return page(context, request.url, store.listDeleted(), (secret) => deletedItem(vault, secret));
  }
  if (method === 'POST' && detail === 'recover') {
    const secret = store.recover(name);
    return { status: 200, body: secretBundle(vault, secret.name, newestVersion(secret), 'noValue') };
  }
  if (detail !== undefined) throw new VaultError(404, 'NotFound', 'There is no such resource.');
  if (method === 'GET') return { status: 200, body: deletedBundle(vault, store.findDeleted(name)) };
  if (method === 'DELETE') {
    store.purge(name);
    return { status: 204 };
  }
  throw methodNotAllowed(method);
}

function page<T>(
  context: VaultContext,
  url: URL,
  items: readonly T[],
  write: (item: T) => unknown,
): VaultAnswer {
  const size = Number(url.searchParams.get('maxresults') ?? context.pageSize);
  if (!Number.isInteger(size) || size < 1 || size > 25)
    throw VaultError.badParameter('The maxresults parameter must be between 1 and 25.');
  const start = Number(url.searchParams.get('$skiptoken') ?? 0);
  if (!Number.isInteger(start) || start < 0) throw VaultError.badParameter('The $skiptoken is not valid.');
  const end = start + size;
  const next = new URL(url);
  next.searchParams.set('$skiptoken', String(end));
  return {
    status: 200,
    body: { value: items.slice(start, end).map(write), nextLink: end < items.length ? next.href : null },
  };
}

function asObject(body: unknown): Record<string, unknown> {
  if (!isObject(body)) throw VaultError.badParameter('The request body must be a JSON object.');
  return body;
}

function methodNotAllowed(method: string): VaultError {
  return new VaultError(405, 'MethodNotAllowed', `The method ${method} is not allowed here.`);
}
