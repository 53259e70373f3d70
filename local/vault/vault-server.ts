import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TokenIssuer } from '../identity/access-token.js';
import type { VaultIdentity } from './secret-bundle.js';
import { SecretStore } from './secret-store.js';
import { VaultError } from './vault-error.js';
import { noVaultFile, vaultFileIn } from './vault-file.js';
import { answerVaultRequest, type VaultAnswer } from './vault-routes.js';

/** A running vault. */
export interface VaultServer {
  /** For `KEY_VAULT_URL`. */
  readonly url: string;
  close(): Promise<void>;
}

/** A secret that somebody put into the vault before the app ran, as an operator does by hand. */
export interface SeedSecret {
  readonly name: string;
  readonly value: string;
}

export interface VaultServerOptions {
  readonly port?: number;
  /** PEM texts. */
  readonly tls: { readonly key: string; readonly cert: string };
  /** Whose tokens are accepted. */
  readonly issuer: TokenIssuer;
  /** Keeps the secrets in this folder; without it they live as long as the server. */
  readonly dataFolder?: string;
  readonly purgeProtection?: boolean;
  /** Secrets that the vault holds from its beginning. */
  readonly seeds?: readonly SeedSecret[];
  readonly deletionDelayMs?: number;
  /** Most items on a page of a list; the service has 25. */
  readonly pageSize?: number;
  readonly nowMs?: () => number;
}

const resource = 'https://vault.azure.net';
const maxBodyBytes = 256 * 1024;

/**
 * The secrets part of Key Vault over https, as `SecretClient` uses it: the first request without a token is
 * answered by a challenge that names the authority and the resource.
 * Source: https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses
 */
export async function startVaultServer(options: VaultServerOptions): Promise<VaultServer> {
  const file = options.dataFolder === undefined ? noVaultFile : vaultFileIn(options.dataFolder);
  const purgeProtection = options.purgeProtection ?? true;
  const store = new SecretStore({
    contents: file.load(),
    save: (contents) => file.save(contents),
    purgeProtection,
    deletionDelayMs: options.deletionDelayMs ?? 0,
    nowMs: options.nowMs ?? Date.now,
  });
  for (const { name, value } of options.seeds ?? []) store.seed(name, value);
  const identity = { url: '', purgeProtection };
  const context = { vault: identity as VaultIdentity, store, pageSize: options.pageSize ?? 25 };
  const server = createServer(options.tls, (request, response) => {
    void answer(request).then((given) => send(response, given));
  });

  async function answer(request: IncomingMessage): Promise<VaultAnswer> {
    try {
      const body = await readBody(request);
      const refusal = challenge(request, options.issuer);
      if (refusal !== null) return refusal;
      return answerVaultRequest(
        context,
        request.method ?? 'GET',
        new URL(request.url ?? '/', identity.url),
        body,
      );
    } catch (error) {
      if (error instanceof VaultError) return refused(error);
      return refused(new VaultError(500, 'InternalServerError', String(error)));
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  identity.url = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url: identity.url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function challenge(request: IncomingMessage, issuer: TokenIssuer): VaultAnswer | null {
  const message = tokenFault(request.headers.authorization, issuer);
  if (message === null) return null;
  const authority = `https://login.microsoftonline.com/${issuer.tenantId}`;
  return {
    ...refused(new VaultError(401, 'Unauthorized', message)),
    headers: { 'www-authenticate': `Bearer authorization="${authority}", resource="${resource}"` },
  };
}

function tokenFault(authorization: string | undefined, issuer: TokenIssuer): string | null {
  const token = authorization === undefined ? null : /^Bearer (.+)$/i.exec(authorization)?.[1];
  if (token == null) return 'AKV10000: Request is missing a Bearer or PoP token.';
  const finding = issuer.check(token, resource);
  switch (finding.kind) {
    case 'valid':
      return null;
    case 'malformed':
      return 'AKV10001: The token could not be validated.';
    case 'expired':
      return 'AKV10002: The token has expired.';
    case 'wrongAudience':
      return `AKV10022: Invalid audience. Expected ${resource}, found: ${finding.found}.`;
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new VaultError(413, 'RequestTooLarge', 'The request is too large.');
    chunks.push(chunk);
  }
  if (bytes === 0) return null;
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch {
    throw VaultError.badParameter('The request body is not valid JSON.');
  }
}

function refused(error: VaultError): VaultAnswer {
  const innererror = error.innerCode === undefined ? {} : { innererror: { code: error.innerCode } };
  return {
    status: error.status,
    body: { error: { code: error.code, message: error.message, ...innererror } },
  };
}

function send(response: ServerResponse, { status, body, headers }: VaultAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
