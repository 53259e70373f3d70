import type { ConsentApp } from '../control-api.js';
import type { WireAnswer, WireRequest } from '../http/call.js';
import type { Tenant } from '../tenant.js';
import { escapeHtml, htmlPage, redirectAnswer } from './answers.js';
import { grantConsent } from './grant-consent.js';
import { need, signInTenants, type LoginContext } from './login-context.js';
import { registeredApp, registeredRedirect } from './registered-app.js';
import { readDecision, signInForm } from './sign-in-form.js';
import { refusals } from './token-errors.js';

interface ConsentRequest {
  readonly app: ConsentApp;
  readonly redirectUri: string;
  readonly state: Readonly<Record<string, string>>;
  /** The tenants to choose from: one, unless the path says `organizations`. */
  readonly tenants: readonly Tenant[];
  /** Whether the answer names the permissions, as version 2 does. */
  readonly saysScope: boolean;
}

/**
 * `{tenant}/adminconsent` and `{tenant}/v2.0/adminconsent`: shows what is asked for, and on POST grants it or
 * sends the browser back with an error.
 * Source: https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
 * @throws TokenRefused where nothing may be sent to the redirect address
 */
export function adminConsent(context: LoginContext, tenantName: string, request: WireRequest): WireAnswer {
  const asked = readRequest(context, tenantName, request.url);
  if (request.method !== 'POST') return consentPage(asked);
  const decision = readDecision(asked.tenants, request.body);
  if (decision.kind === 'cancelled') {
    return sendBack(asked, {
      error: 'access_denied',
      error_description: 'AADSTS65004: User declined to consent to access the app.',
      admin_consent: 'True',
    });
  }
  const { tenant, administrator } = decision.account;
  if (!administrator) {
    return sendBack(asked, {
      error: 'consent_required',
      error_description: `AADSTS90094: The grant requires admin permission. '${decision.account.userPrincipalName}' is no administrator of '${tenant.id}'.`,
      admin_consent: 'True',
    });
  }
  const { roles, scopes } = grantConsent(tenant, asked.app, context.now());
  const scope = [...roles, ...scopes].map((name) => `${context.graphUrl}/${name}`).join(' ');
  return sendBack(asked, {
    admin_consent: 'True',
    tenant: tenant.id,
    ...(asked.saysScope && { scope }),
  });
}

function readRequest(context: LoginContext, tenantName: string, url: URL): ConsentRequest {
  const params = url.searchParams;
  const app = registeredApp(context, need(params, 'client_id'), tenantName);
  const redirectUri = registeredRedirect(app, need(params, 'redirect_uri'));
  const saysScope = url.pathname.toLowerCase().endsWith('/v2.0/adminconsent');
  if (saysScope) {
    const scope = need(params, 'scope');
    if (scope !== `${context.graphUrl}/.default`) throw refusals.wrongScope(scope);
  }
  const state = params.get('state');
  return {
    app,
    redirectUri,
    state: state === null ? {} : { state },
    tenants: signInTenants(context, tenantName),
    saysScope,
  };
}

function sendBack(asked: ConsentRequest, params: Readonly<Record<string, string>>): WireAnswer {
  return redirectAnswer(asked.redirectUri, { ...params, ...asked.state });
}

function consentPage({ app, tenants }: ConsentRequest): WireAnswer {
  const [tenant] = tenants;
  const organization =
    tenants.length === 1 && tenant !== undefined
      ? `${escapeHtml(tenant.displayName)} (${tenant.id})`
      : 'the organization of the account that you choose';
  const permissions = app.permissions.map((name) => `<li>${escapeHtml(name)}</li>`).join('');
  return htmlPage(
    200,
    'Permissions requested',
    `<p><strong>${escapeHtml(app.displayName)}</strong> asks, for ${organization}, for these application permissions of Microsoft Graph:</p>
<ul>${permissions}</ul>
<p>Only an administrator can accept, for everybody in the organization.</p>
${signInForm(tenants, 'Accept')}`,
  );
}
