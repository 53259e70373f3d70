import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TokenIssuer } from './access-token.js';

/** A running managed identity endpoint. */
export interface IdentityServer {
  /** For `IDENTITY_ENDPOINT`. */
  readonly endpoint: string;
  close(): Promise<void>;
}

export interface IdentityServerOptions {
  readonly port?: number;
  /** What callers must send as `X-IDENTITY-HEADER`: proof that they run in the same app. */
  readonly header: string;
  readonly issuer: TokenIssuer;
  /** Client ids of user-assigned identities that the app has; the system-assigned one is always there. */
  readonly userAssignedClientIds?: readonly string[];
}

type Answer = { readonly status: number; readonly body: Record<string, unknown> };

const path = '/msi/token';

/**
 * The managed identity endpoint of App Service, as `ManagedIdentityCredential` asks it.
 * Source: https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
export async function startIdentityServer(options: IdentityServerOptions): Promise<IdentityServer> {
  const server = createServer((request, response) => send(response, answer(request, options)));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}${path}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(request: IncomingMessage, options: IdentityServerOptions): Answer {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname !== path) return refusal(404, 'There is nothing here.');
  if (request.method !== 'GET') return refusal(405, 'Only GET is served.');
  if (request.headers['x-identity-header'] !== options.header)
    return refusal(401, 'The X-IDENTITY-HEADER is missing or wrong.');
  if (url.searchParams.get('api-version') !== '2019-08-01')
    return refusal(400, 'The api-version must be 2019-08-01.');
  const resource = url.searchParams.get('resource');
  if (resource === null || !URL.canParse(resource))
    return refusal(400, 'The resource is missing or not a URI.');
  const clientId = url.searchParams.get('client_id');
  if (clientId !== null && !(options.userAssignedClientIds ?? []).includes(clientId))
    return refusal(
      400,
      'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.',
    );
  const { token, expiresOn } = options.issuer.issue(resource);
  return {
    status: 200,
    body: {
      access_token: token,
      expires_on: String(expiresOn),
      resource,
      token_type: 'Bearer',
      client_id: clientId ?? '11111111-1111-4111-8111-111111111111',
    },
  };
}

function refusal(status: number, message: string): Answer {
  return { status, body: { statusCode: status, message } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
