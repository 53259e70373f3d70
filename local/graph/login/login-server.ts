import type { WireAnswer, WireRequest } from '../http/call.js';
import { adminConsent } from './admin-consent.js';
import { errorPage, jsonAnswer } from './answers.js';
import { authorizeEndpoint } from './authorize-endpoint.js';
import { instanceDiscovery, openidConfiguration } from './discovery.js';
import type { LoginContext } from './login-context.js';
import { tokenEndpoint } from './token-endpoint.js';
import { TokenRefused } from './token-errors.js';

interface LoginRoute {
  /** How the path ends, after the tenant. */
  readonly path: string;
  /** `page` answers refusals for people to read. */
  readonly kind: 'json' | 'page';
  readonly run: (context: LoginContext, tenant: string, request: WireRequest) => WireAnswer;
}

const routes: readonly LoginRoute[] = [
  { path: '/oauth2/v2.0/token', kind: 'json', run: tokenEndpoint },
  { path: '/oauth2/v2.0/authorize', kind: 'page', run: authorizeEndpoint },
  { path: '/adminconsent', kind: 'page', run: adminConsent },
  {
    path: '/.well-known/openid-configuration',
    kind: 'json',
    run: (context, tenant) => jsonAnswer(200, openidConfiguration(context, tenant)),
  },
  {
    path: '/discovery/v2.0/keys',
    kind: 'json',
    run: (context) => jsonAnswer(200, context.idTokens.keySet()),
  },
  {
    path: '/discovery/instance',
    kind: 'json',
    run: (context, tenant) => jsonAnswer(200, instanceDiscovery(context, tenant)),
  },
];

/** Serves the login origin: discovery, the token endpoint, and the pages for sign-in and admin consent. */
export function serveLogin(context: LoginContext, request: WireRequest): WireAnswer {
  const path = request.url.pathname;
  const tenant = decodeURIComponent(path.split('/')[1] ?? '');
  const route = routes.find((each) => path.toLowerCase().endsWith(each.path));
  const answer =
    route === undefined ? jsonAnswer(404, { error: 'not_found' }) : runRoute(route, context, tenant, request);
  const date = new Date(context.serverTime()).toUTCString();
  return { ...answer, headers: { date, ...answer.headers } };
}

function runRoute(
  route: LoginRoute,
  context: LoginContext,
  tenant: string,
  request: WireRequest,
): WireAnswer {
  try {
    return route.run(context, tenant, request);
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    return route.kind === 'page' ? errorPage(error.status, error.message) : refused(context, error);
  }
}

/** A refusal for no reason of its own: one that a fault asks for. */
export function serveRefusal(context: LoginContext, refusal: TokenRefused): WireAnswer {
  const answer = refused(context, refusal);
  return { ...answer, headers: { date: new Date(context.serverTime()).toUTCString(), ...answer.headers } };
}

function refused(context: LoginContext, refusal: TokenRefused): WireAnswer {
  const [traceId, correlationId] = [context.random.guid(), context.random.guid()];
  const timestamp = `${new Date(context.serverTime()).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return jsonAnswer(refusal.status, {
    error: refusal.error,
    error_description: `${refusal.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [refusal.code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `${context.loginUrl}/error?code=${refusal.code}`,
  });
}
