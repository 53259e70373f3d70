import { derivedGuid } from '../derived-guid.js';
import { globalAdministrator } from './accounts.js';
import type { SignIn } from './authorization-codes.js';
import { checkSecret, clientCredential } from './client-credential.js';
import { need, resolveTenant, type LoginContext } from './login-context.js';
import { registeredApp } from './registered-app.js';

const idTokenLifeSeconds = 3600;

/**
 * A code becomes an id token (and an access token for nothing but the sign-in). The client is checked first, and
 * the code is used up only when everything fits.
 * @throws TokenRefused
 */
export function redeemCode(
  context: LoginContext,
  tenantName: string,
  form: URLSearchParams,
  headers: Headers,
): unknown {
  const anyTenant = tenantName.toLowerCase() === 'organizations';
  const tenantId = anyTenant ? undefined : resolveTenant(context, tenantName).id;
  const { clientId, secret } = clientCredential(form, headers);
  const app = registeredApp(context, clientId, tenantName);
  checkSecret(app.secrets, secret, { now: context.now(), random: context.random });
  const redemption = {
    code: need(form, 'code'),
    clientId: clientId.toLowerCase(),
    tenantId,
    redirectUri: need(form, 'redirect_uri'),
    codeVerifier: form.get('code_verifier'),
  };
  const signIn = context.codes.redeem(redemption, context.now());
  const iat = Math.floor(context.serverTime() / 1000);
  const iss = `${context.loginUrl}/${signIn.account.tenant.id}/v2.0`;
  const times = { iss, iat, nbf: iat, exp: iat + idTokenLifeSeconds, tid: signIn.account.tenant.id };
  return {
    token_type: 'Bearer',
    scope: 'openid profile',
    expires_in: idTokenLifeSeconds,
    ext_expires_in: idTokenLifeSeconds,
    access_token: context.tokens.issue({ ...times, aud: context.graphUrl, appid: app.clientId }),
    id_token: context.idTokens.sign({ aud: app.clientId, ...times, ...personOf(signIn) }),
  };
}

function personOf({ account, clientId, nonce }: SignIn): Readonly<Record<string, unknown>> {
  return {
    name: account.displayName,
    ...(nonce !== null && { nonce }),
    oid: account.objectId,
    preferred_username: account.userPrincipalName,
    sub: derivedGuid(`${clientId} ${account.objectId}`),
    ver: '2.0',
    ...(account.administrator && { wids: [globalAdministrator] }),
  };
}
