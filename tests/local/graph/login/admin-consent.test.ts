import { describe, expect, it } from 'vitest';
import type { ConsentBehaviour } from '../../../../local/graph/control-api.js';
import { tenantId } from '../support/tenant.js';
import {
  appToken,
  consentApp,
  consentUrl,
  decide,
  emulatorWithConsentApp,
  redirectUri,
  rolesOrRefusal,
  sentBack,
} from '../support/sign-in.js';

const administrator = 'admin@contoso.example';

/** A tenant with the behaviour in which an administrator has just accepted. */
async function consented(behaviour: ConsentBehaviour = {}) {
  const made = await emulatorWithConsentApp(behaviour);
  const answer = await decide(made.emulator, consentUrl(made.emulator, tenantId), administrator);
  expect(answer.status).toBe(302);
  return made;
}

describe('the consent page', () => {
  it('names the app, the tenant and the permissions, as text, and offers the accounts of that tenant', async () => {
    const { emulator } = await emulatorWithConsentApp();
    const answer = await emulator.fetch(consentUrl(emulator, 'contoso.example'));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const page = await answer.text();
    expect(page).toContain('Rollcall &lt;directory&gt;');
    expect(page).toContain(tenantId);
    for (const permission of consentApp.permissions) expect(page).toContain(`<li>${permission}</li>`);
    expect(page).toContain('<option value="admin@contoso.example">');
    expect(page).toContain('<option value="user@contoso.example">');
    expect(page).not.toContain('fabrikam');
    expect(await rolesOrRefusal(emulator)).toBe(700016);
  });

  it('lets an administrator accept, which makes the app known in that tenant alone', async () => {
    const { emulator, otherTenantId } = await emulatorWithConsentApp();
    expect(await rolesOrRefusal(emulator)).toBe(700016);
    const answer = await decide(emulator, consentUrl(emulator, tenantId), administrator);
    expect(answer.headers.get('location')?.startsWith(`${redirectUri}?`)).toBe(true);
    expect(sentBack(answer)).toEqual({
      admin_consent: 'True',
      tenant: tenantId,
      state: 'our state',
      scope: consentApp.permissions.map((name) => `${emulator.graphUrl}/${name}`).join(' '),
    });
    expect(await rolesOrRefusal(emulator)).toEqual(consentApp.permissions);
    expect(await rolesOrRefusal(emulator, otherTenantId)).toBe(700016);
  });

  it('answers its first version without a scope', async () => {
    const { emulator } = await emulatorWithConsentApp();
    const page = consentUrl(emulator, tenantId).replace('/v2.0/', '/');
    expect(sentBack(await decide(emulator, page, administrator))).toEqual({
      admin_consent: 'True',
      tenant: tenantId,
      state: 'our state',
    });
  });

  it('lets the account decide the tenant where the address says organizations', async () => {
    const { emulator, otherTenantId } = await emulatorWithConsentApp();
    const page = consentUrl(emulator, 'organizations');
    expect(await (await emulator.fetch(page)).text()).toContain('fabrikam');
    expect(sentBack(await decide(emulator, page, 'admin@fabrikam.example'))).toMatchObject({
      tenant: otherTenantId,
    });
    expect(await rolesOrRefusal(emulator, otherTenantId)).toEqual(consentApp.permissions);
    expect(await rolesOrRefusal(emulator)).toBe(700016);
  });

  it('sends a refusal back with admin_consent=True, as Entra does', async () => {
    const { emulator } = await emulatorWithConsentApp();
    const page = consentUrl(emulator, tenantId);
    expect(sentBack(await decide(emulator, page, administrator, 'cancel'))).toEqual({
      error: 'access_denied',
      error_description: expect.stringContaining('AADSTS65004') as string,
      state: 'our state',
      admin_consent: 'True',
    });
    expect(sentBack(await decide(emulator, page, 'user@contoso.example'))).toMatchObject({
      error: 'consent_required',
      error_description: expect.stringContaining('AADSTS90094') as string,
      state: 'our state',
    });
    expect(await rolesOrRefusal(emulator)).toBe(700016);
  });

  it('stays where it is when the request is wrong, and sends nobody to an address that is not registered', async () => {
    const { emulator } = await emulatorWithConsentApp();
    const wrong: [string, string][] = [
      [consentUrl(emulator, tenantId, { redirect_uri: `${redirectUri}/` }), 'AADSTS50011'],
      [consentUrl(emulator, tenantId, { redirect_uri: 'https://evil.example/' }), 'AADSTS50011'],
      [consentUrl(emulator, tenantId, { client_id: tenantId }), 'AADSTS700016'],
      [consentUrl(emulator, tenantId, { scope: 'User.Read.All' }), 'AADSTS70011'],
      [consentUrl(emulator, 'common'), 'AADSTS9001023'],
      [consentUrl(emulator, 'nobody.example'), 'AADSTS90002'],
    ];
    for (const [page, code] of wrong) {
      for (const answer of [await emulator.fetch(page), await decide(emulator, page, administrator)]) {
        expect([answer.status, answer.headers.get('location')], page).toEqual([400, null]);
        expect(await answer.text()).toContain(code);
      }
    }
    const foreign = await decide(emulator, consentUrl(emulator, tenantId), 'admin@fabrikam.example');
    expect([foreign.status, await foreign.text()]).toEqual([400, expect.stringContaining('AADSTS50020')]);
  });

  it('does no harm when it is loaded or answered again', async () => {
    const { emulator } = await consented();
    const page = consentUrl(emulator, tenantId);
    expect((await emulator.fetch(page)).status).toBe(200);
    expect((await decide(emulator, page, administrator)).status).toBe(302);
    expect(await rolesOrRefusal(emulator)).toEqual(consentApp.permissions);
  });
});

describe('a consent', () => {
  it('can grant less, or more, than was asked for', async () => {
    const { emulator } = await consented({ grantOnly: ['User.Read.All', 'Mail.Read'] });
    expect(await rolesOrRefusal(emulator)).toEqual(['User.Read.All', 'Mail.Read']);
  });

  it('can be delegated only: the token has no roles, and Graph refuses it', async () => {
    const { emulator } = await consented({ delegatedOnly: true });
    const { access_token: token } = (await (await appToken(emulator)).json()) as { access_token: string };
    expect(await rolesOrRefusal(emulator)).toBeUndefined();
    const headers = { authorization: `Bearer ${token}` };
    expect((await emulator.fetch(`${emulator.graphUrl}/v1.0/users`, { headers })).status).toBe(403);
  });

  it('can take its time until the app is known, and until its tokens have roles', async () => {
    const { emulator, clock } = await consented({ readyAfterMs: 60_000, rolesAfterMs: 30_000 });
    expect(await rolesOrRefusal(emulator)).toBe(700016);
    await clock.advance(59_999);
    expect(await rolesOrRefusal(emulator)).toBe(700016);
    await clock.advance(1);
    expect(await rolesOrRefusal(emulator)).toBeUndefined();
    const { access_token: early } = (await (await appToken(emulator)).json()) as { access_token: string };
    await clock.advance(30_000);
    expect(await rolesOrRefusal(emulator)).toEqual(consentApp.permissions);
    const headers = { authorization: `Bearer ${early}` };
    const refused = await emulator.fetch(`${emulator.graphUrl}/v1.0/users`, { headers });
    expect(refused.status, 'a token keeps the roles that it was issued with').toBe(403);
  });

  it('ends when it is withdrawn, for new tokens and for old ones, and can be given again', async () => {
    const { emulator } = await consented();
    const { access_token: token } = (await (await appToken(emulator)).json()) as { access_token: string };
    const call = () =>
      emulator.fetch(`${emulator.graphUrl}/v1.0/users`, { headers: { authorization: `Bearer ${token}` } });
    expect((await call()).status).toBe(200);
    await emulator.withdrawConsent(tenantId, consentApp.clientId);
    expect((await call()).status).toBe(401);
    expect(await rolesOrRefusal(emulator)).toBe(700016);
    await expect(emulator.withdrawConsent(tenantId, consentApp.clientId)).rejects.toThrow('does not know');
    await decide(emulator, consentUrl(emulator, tenantId), administrator);
    expect(await rolesOrRefusal(emulator)).toEqual(consentApp.permissions);
  });

  it('outlasts a change of the app and its secrets', async () => {
    const { emulator } = await consented();
    await emulator.setConsentApp({ ...consentApp, secrets: [{ value: 'another' }] });
    expect(await rolesOrRefusal(emulator)).toBe(7000215);
    expect(await emulator.listConsentApps()).toEqual([{ ...consentApp, secrets: [{ value: 'another' }] }]);
    await emulator.setConsentApp(consentApp);
    expect(await rolesOrRefusal(emulator)).toEqual(consentApp.permissions);
  });
});
