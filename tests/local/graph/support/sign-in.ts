import { createHash } from 'node:crypto';
import type { ConsentApp, ConsentBehaviour } from '../../../../local/graph/control-api.js';
import type { GraphEmulator } from '../../../../local/graph/emulator.js';
import { emulatorWithTenant, postToken, tenantId } from './tenant.js';

export const redirectUri = 'http://localhost:7071/api/consent/callback';

export const consentApp: ConsentApp = {
  clientId: '33333333-aaaa-4bbb-8ccc-000000000001',
  displayName: 'Rollcall <directory>',
  secrets: [{ value: 'consent secret' }],
  redirectUris: [redirectUri],
  permissions: ['User.Read.All', 'GroupMember.Read.All'],
};

const otherTenantId = '11111111-aaaa-4bbb-8ccc-000000000002';

/** Two tenants, `contoso.example` and `fabrikam.example`, and one app that neither knows yet. */
export async function emulatorWithConsentApp(behaviour: ConsentBehaviour = {}) {
  const made = await emulatorWithTenant();
  await made.emulator.createTenant({ tenantId: otherTenantId, domain: 'fabrikam.example', apps: [] });
  await made.emulator.setConsentApp(consentApp);
  await made.emulator.setConsentBehaviour(tenantId, behaviour);
  return { ...made, otherTenantId };
}

/** The address of the second version's consent page. */
export function consentUrl(
  emulator: GraphEmulator,
  tenant: string,
  changed: Record<string, string> = {},
): string {
  const params = new URLSearchParams({
    client_id: consentApp.clientId,
    redirect_uri: redirectUri,
    scope: `${emulator.graphUrl}/.default`,
    state: 'our state',
    ...changed,
  });
  return `${emulator.loginUrl}/${tenant}/v2.0/adminconsent?${params.toString()}`;
}

/** Posts a page's form. */
export function decide(
  emulator: GraphEmulator,
  page: string,
  account: string,
  decision = 'accept',
): Promise<Response> {
  return emulator.fetch(page, { method: 'POST', body: new URLSearchParams({ account, decision }) });
}

/** What the browser carries back to the app. */
export function sentBack(response: Response): Record<string, string> {
  const location = new URL(response.headers.get('location') ?? '');
  return Object.fromEntries(location.searchParams);
}

/** A token request of the app by its own credential. */
export function appToken(emulator: GraphEmulator, tenant: string = tenantId): Promise<Response> {
  const form = { client_id: consentApp.clientId, client_secret: 'consent secret' };
  return postToken(emulator, form, tenant);
}

/** The roles that a token of the app carries, or the code that refuses it. */
export async function rolesOrRefusal(emulator: GraphEmulator, tenant?: string): Promise<unknown> {
  const body = (await (await appToken(emulator, tenant)).json()) as {
    access_token?: string;
    error_codes?: number[];
  };
  return body.access_token === undefined ? body.error_codes?.[0] : claimsOf(body.access_token)['roles'];
}

/** What a token says, unchecked. */
export function claimsOf(token: string): Record<string, unknown> {
  const payload = token.split('.')[1] ?? '';
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}

const verifier = 'a verifier of at least forty-three characters, as the standard wants';

/** The address of the sign-in page. */
export function authorizeUrl(
  emulator: GraphEmulator,
  tenant: string,
  changed: Record<string, string> = {},
): string {
  const params = new URLSearchParams({
    client_id: consentApp.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid profile',
    state: 'our state',
    nonce: 'our nonce',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...changed,
  });
  return `${emulator.loginUrl}/${tenant}/oauth2/v2.0/authorize?${params.toString()}`;
}

/** Redeems a code as the app does. */
export function redeem(
  emulator: GraphEmulator,
  code: string,
  changed: Record<string, string> = {},
  tenant = 'organizations',
): Promise<Response> {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: consentApp.clientId,
    client_secret: 'consent secret',
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
    ...changed,
  });
  return emulator.fetch(`${emulator.loginUrl}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body });
}
