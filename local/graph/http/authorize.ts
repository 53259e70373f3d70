import type { AppRegistration } from '../control-api.js';
import { READS_HIDDEN } from '../directory/hidden-membership.js';
import type { AccessTokens } from '../login/access-tokens.js';
import type { Tenant } from '../tenant.js';
import { GraphFailure } from './failure.js';

/** Who calls. */
export interface Caller {
  readonly tenant: Tenant;
  readonly app: AppRegistration;
  /** Whether its token lets it read hidden memberships: that of the token counts, whatever was granted since. */
  readonly seesHidden: boolean;
}

/** What a bearer token is checked against. */
export interface AuthorizeContext {
  readonly graphUrl: string;
  readonly tokens: AccessTokens;
  /** What the servers take for the time. */
  serverTime(): number;
  tenant(id: string): Tenant | undefined;
  knownApp(tenant: Tenant, clientId: string): AppRegistration | undefined;
}

function unauthorized(message: string): GraphFailure {
  return new GraphFailure(401, 'InvalidAuthenticationToken', message, {
    'www-authenticate': 'Bearer realm="", authorization_uri="", client_id=""',
  });
}

/** The caller behind a bearer token. @throws GraphFailure 401 `InvalidAuthenticationToken` */
export function authorize(context: AuthorizeContext, headers: Headers): Caller {
  const token = /^Bearer\s+(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  if (token === undefined) throw unauthorized('Access token is empty.');
  const claims = context.tokens.read(token);
  if (claims === undefined) throw unauthorized('Access token validation failure. Invalid signature.');
  if (claims.aud !== context.graphUrl)
    throw unauthorized('Access token validation failure. Invalid audience.');
  if (claims.exp * 1000 <= context.serverTime())
    throw unauthorized('Lifetime validation failed, the token is expired.');
  const tenant = context.tenant(claims.tid);
  const app = tenant === undefined ? undefined : context.knownApp(tenant, claims.appid);
  if (tenant === undefined || app === undefined) {
    throw unauthorized('The identity of the calling application could not be established.');
  }
  // A registered app's roles change at once, for the tests' sake; a consented one's are those of its token.
  const consented = !tenant.apps.has(claims.appid.toLowerCase());
  const roles = claims.roles ?? [];
  return { tenant, app: consented ? { ...app, roles } : app, seesHidden: roles.includes(READS_HIDDEN) };
}

/** @throws GraphFailure 403 when the app holds none of the permissions (graph-protocol 9.3). */
export function demandRole(app: AppRegistration, roles: readonly string[]): void {
  if (app.roles.some((role) => roles.includes(role))) return;
  throw new GraphFailure(
    403,
    'Authorization_RequestDenied',
    'Insufficient privileges to complete the operation.',
  );
}
