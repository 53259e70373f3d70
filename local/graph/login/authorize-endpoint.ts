import type { ConsentApp } from '../control-api.js';
import type { WireAnswer, WireRequest } from '../http/call.js';
import type { Tenant } from '../tenant.js';
import { escapeHtml, htmlPage, redirectAnswer } from './answers.js';
import { need, signInTenants, type LoginContext } from './login-context.js';
import { registeredApp, registeredRedirect } from './registered-app.js';
import { readDecision, signInForm } from './sign-in-form.js';

interface SignInRequest {
  readonly app: ConsentApp;
  readonly redirectUri: string;
  readonly params: URLSearchParams;
  readonly tenants: readonly Tenant[];
}

/**
 * `{tenant}/oauth2/v2.0/authorize`: the code flow with PKCE, for one tenant or `organizations`. GET shows the
 * accounts, POST sends the browser back with a code or an error, by query or by a posted form.
 * Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 * @throws TokenRefused where nothing may be sent to the redirect address
 */
export function authorizeEndpoint(
  context: LoginContext,
  tenantName: string,
  request: WireRequest,
): WireAnswer {
  const params = request.url.searchParams;
  const app = registeredApp(context, need(params, 'client_id'), tenantName);
  const redirectUri = registeredRedirect(app, need(params, 'redirect_uri'));
  const asked = { app, redirectUri, params, tenants: signInTenants(context, tenantName) };
  const fault = faultOf(params);
  if (fault !== undefined) return sendBack(asked, { error: 'invalid_request', error_description: fault });
  if (request.method !== 'POST') return accountPage(asked);
  const decision = readDecision(asked.tenants, request.body);
  if (decision.kind === 'cancelled') {
    const error_description = 'AADSTS65004: User declined to consent to access the app.';
    return sendBack(asked, { error: 'access_denied', error_subcode: 'cancel', error_description });
  }
  const signIn = {
    clientId: app.clientId.toLowerCase(),
    account: decision.account,
    redirectUri,
    nonce: params.get('nonce'),
    codeChallenge: params.get('code_challenge'),
  };
  return sendBack(asked, { code: context.codes.issue(signIn, context.now()) });
}

/** What is wrong with the request, where the answer may go back to the app. */
function faultOf(params: URLSearchParams): string | undefined {
  if (params.get('response_type') !== 'code')
    return "AADSTS900144: The request must contain the parameter 'response_type' with the value 'code'.";
  if (!(params.get('scope') ?? '').split(' ').includes('openid'))
    return "AADSTS900144: The request must contain the parameter 'scope' with the value 'openid'.";
  if (params.has('code_challenge') && params.get('code_challenge_method') !== 'S256')
    return "AADSTS501491: Invalid code_challenge_method; this login serves 'S256' only.";
  return undefined;
}

function accountPage({ app, tenants }: SignInRequest): WireAnswer {
  const main = `<p>to continue to <strong>${escapeHtml(app.displayName)}</strong>.</p>
${signInForm(tenants, 'Sign in')}`;
  return htmlPage(200, 'Pick an account', main);
}

function sendBack(asked: SignInRequest, params: Readonly<Record<string, string>>): WireAnswer {
  const state = asked.params.get('state');
  const told = state === null ? params : { ...params, state };
  if (asked.params.get('response_mode') !== 'form_post') return redirectAnswer(asked.redirectUri, told);
  const fields = Object.entries(told).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`,
  );
  const form = `<form method="post" action="${escapeHtml(asked.redirectUri)}">${fields.join('')}<button>Continue</button></form>`;
  return htmlPage(200, 'Working', form, 'document.forms[0].submit()');
}
