import type { WireAnswer, WireRequest } from '../http/call.js';
import { jsonAnswer } from './answers.js';
import { checkSecret, clientCredential } from './client-credential.js';
import { need, resolveTenant, type LoginContext } from './login-context.js';
import { redeemCode } from './redeem-code.js';
import { refusals } from './token-errors.js';

/** `{tenant}/oauth2/v2.0/token`: client credentials and authorization codes. @throws TokenRefused */
export function tokenEndpoint(context: LoginContext, tenantName: string, request: WireRequest): WireAnswer {
  const form = new URLSearchParams(request.body);
  const grant = form.get('grant_type');
  if (grant === 'authorization_code')
    return jsonAnswer(200, redeemCode(context, tenantName, form, request.headers));
  return jsonAnswer(200, clientCredentials(context, tenantName, form, request.headers));
}

function clientCredentials(
  context: LoginContext,
  tenantName: string,
  form: URLSearchParams,
  headers: Headers,
): unknown {
  const tenant = resolveTenant(context, tenantName);
  if (tenant.cloud !== null) throw refusals.otherCloud(tenant.cloud.refusal, tenantName, context.graphUrl);
  const grant = need(form, 'grant_type');
  if (grant !== 'client_credentials') throw refusals.wrongGrant(grant);
  const { clientId, secret } = clientCredential(form, headers);
  const app = context.knownApp(tenant, clientId);
  if (app === undefined) throw refusals.unknownApp(clientId, tenant.id);
  checkSecret(app.secrets, secret, { now: context.now(), random: context.random });
  const audience = audienceOf(context, need(form, 'scope'));
  const lifeSeconds = Math.floor(context.accessTokenLifeMs / 1000);
  const iat = Math.floor(context.serverTime() / 1000);
  const access_token = context.tokens.issue({
    aud: audience,
    iss: `${context.loginUrl}/${tenant.id}/v2.0`,
    iat,
    nbf: iat,
    exp: iat + lifeSeconds,
    tid: tenant.id,
    appid: app.clientId,
    ...(app.roles.length > 0 && { roles: app.roles }),
  });
  return { token_type: 'Bearer', expires_in: lifeSeconds, ext_expires_in: lifeSeconds, access_token };
}

/** Tokens for the global Graph are issued, and refused by this one. */
const foreignGraph = 'https://graph.microsoft.com';

function audienceOf(context: LoginContext, scope: string): string {
  if (!scope.endsWith('/.default') || scope.includes(' ')) throw refusals.wrongScope(scope);
  const resource = scope.slice(0, -'/.default'.length).replace(/\/$/, '');
  if (resource !== context.graphUrl && resource !== foreignGraph) throw refusals.wrongResource(resource);
  return resource;
}
