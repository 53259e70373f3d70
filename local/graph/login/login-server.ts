import type { AppRegistration } from '../control-api.js';
import type { FaultRules } from '../faults/fault-rules.js';
import type { WireAnswer, WireRequest } from '../http/call.js';
import type { Random } from '../random.js';
import type { Tenant } from '../tenant.js';
import type { AccessTokens } from './access-tokens.js';
import { refusals, TokenRefused } from './token-errors.js';

/** What the login host needs from the emulator. */
export interface LoginContext {
  readonly loginUrl: string;
  readonly graphUrl: string;
  readonly tokens: AccessTokens;
  readonly random: Random;
  readonly faults: FaultRules;
  readonly accessTokenLifeMs: number;
  now(): number;
  tenant(idOrDomain: string): Tenant | undefined;
}

/** Other clouds' Graph: tokens for them are issued, and refused by this Graph. */
const otherGraphs = [
  'https://graph.microsoft.com',
  'https://graph.microsoft.us',
  'https://dod-graph.microsoft.us',
  'https://microsoftgraph.chinacloudapi.cn',
];

const json = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };

/** Serves the login origin: discovery documents and the token endpoint for client credentials. */
export function serveLogin(context: LoginContext, request: WireRequest): WireAnswer {
  const path = request.url.pathname.replace(/^\/+/, '');
  const tenant = decodeURIComponent(path.split('/')[0] ?? '');
  try {
    if (path.endsWith('/oauth2/v2.0/token')) return token(context, tenant, request);
    if (path.endsWith('/.well-known/openid-configuration')) {
      return answer(200, openidConfiguration(context, resolveTenant(context, tenant)));
    }
    if (path.endsWith('/discovery/v2.0/keys')) return answer(200, { keys: [] });
    if (path.endsWith('/discovery/instance')) return answer(200, instanceDiscovery(context, tenant));
    return answer(404, { error: 'not_found' });
  } catch (error) {
    if (error instanceof TokenRefused) return refused(context, error);
    throw error;
  }
}

function answer(status: number, body: unknown): WireAnswer {
  return { status, headers: json, body: JSON.stringify(body) };
}

function refused(context: LoginContext, refusal: TokenRefused): WireAnswer {
  const [traceId, correlationId] = [context.random.guid(), context.random.guid()];
  const timestamp = `${new Date(context.now()).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return answer(refusal.status, {
    error: refusal.error,
    error_description: `${refusal.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [refusal.code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `${context.loginUrl}/error?code=${refusal.code}`,
  });
}

function resolveTenant(context: LoginContext, name: string): Tenant {
  if (['common', 'consumers', 'organizations'].includes(name.toLowerCase())) throw refusals.sharedTenant();
  const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name);
  if (!guid && !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(name)) throw refusals.malformedTenant(name);
  const tenant = context.tenant(name);
  if (tenant === undefined) throw refusals.unknownTenant(name);
  return tenant;
}

function openidConfiguration(context: LoginContext, tenant: Tenant): unknown {
  const base = `${context.loginUrl}/${tenant.id}`;
  return {
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    response_types_supported: ['code'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

function instanceDiscovery(context: LoginContext, tenant: string): unknown {
  const host = new URL(context.loginUrl).host;
  return {
    tenant_discovery_endpoint: `${context.loginUrl}/${tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}

function token(context: LoginContext, tenantName: string, request: WireRequest): WireAnswer {
  const tenant = resolveTenant(context, tenantName);
  const form = new URLSearchParams(request.body);
  const grant = need(form, 'grant_type');
  if (grant !== 'client_credentials') throw refusals.wrongGrant(grant);
  const { clientId, secret } = credentials(form, request.headers);
  const app = tenant.apps.get(clientId.toLowerCase());
  if (app === undefined) throw refusals.unknownApp(clientId, tenant.id);
  checkSecret(app, secret, context.now());
  const audience = audienceOf(context, need(form, 'scope'));
  const lifeSeconds = Math.floor(context.accessTokenLifeMs / 1000);
  const iat = Math.floor(context.now() / 1000);
  const claims = { aud: audience, iss: `${context.loginUrl}/${tenant.id}/v2.0`, iat, exp: iat + lifeSeconds };
  const access_token = context.tokens.issue({
    ...claims,
    tid: tenant.id,
    appid: app.clientId,
    roles: app.roles,
  });
  return answer(200, {
    token_type: 'Bearer',
    expires_in: lifeSeconds,
    ext_expires_in: lifeSeconds,
    access_token,
  });
}

function need(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value === null || value === '') throw refusals.missingParameter(name);
  return value;
}

function credentials(form: URLSearchParams, headers: Headers): { clientId: string; secret: string } {
  const basic = /^Basic\s+(.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  if (basic !== undefined) {
    const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent);
    return { clientId: id, secret };
  }
  const secret = form.get('client_secret');
  const clientId = need(form, 'client_id');
  if (secret === null || secret === '') throw refusals.missingCredential();
  return { clientId, secret };
}

function checkSecret(app: AppRegistration, secret: string, now: number): void {
  const matching = app.secrets.find(({ value }) => value === secret);
  if (matching === undefined) throw refusals.wrongSecret();
  if (matching.expiresAt !== undefined && Date.parse(matching.expiresAt) <= now)
    throw refusals.expiredSecret();
}

function audienceOf(context: LoginContext, scope: string): string {
  if (!scope.endsWith('/.default') || scope.includes(' ')) throw refusals.wrongScope(scope);
  const resource = scope.slice(0, -'/.default'.length).replace(/\/$/, '');
  if (resource !== context.graphUrl && !otherGraphs.includes(resource))
    throw refusals.wrongResource(resource);
  return resource;
}
