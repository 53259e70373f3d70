import { expect, it } from 'vitest';
import type { ConsentBehaviour } from '../../../local/graph/control-api.js';
import type { GraphEmulator } from '../../../local/graph/emulator.js';
import { consentApp, consentUrl, decide, emulatorWithConsentApp } from './support/sign-in.js';
import { clientId, emulatorWithTenant, tenantId } from './support/tenant.js';

type Entity = Record<string, unknown>;

const readerId = '44444444-aaaa-4bbb-8ccc-000000000001';
const keyId = '55555555-aaaa-4bbb-8ccc-000000000001';
const expiresAt = '2026-06-01T00:00:00Z';

/** The consented app in a tenant of the behaviour, and a reader that may see applications there. */
async function consented(behaviour: ConsentBehaviour = {}) {
  const { emulator } = await emulatorWithConsentApp(behaviour);
  await decide(emulator, consentUrl(emulator, tenantId), 'admin@contoso.example');
  const secrets = [{ value: 'reader' }];
  await emulator.setApp(tenantId, { clientId: readerId, secrets, roles: ['Application.Read.All'] });
  return { emulator, list: await listerFor(emulator) };
}

async function listerFor(emulator: GraphEmulator): Promise<(path: string) => Promise<Entity[]>> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: readerId,
    client_secret: 'reader',
    scope: `${emulator.graphUrl}/.default`,
  });
  const url = `${emulator.loginUrl}/${tenantId}/oauth2/v2.0/token`;
  const answer = (await (await emulator.fetch(url, { method: 'POST', body })).json()) as {
    access_token: string;
  };
  return async (path) => {
    const headers = { authorization: `Bearer ${answer.access_token}` };
    const response = await emulator.fetch(`${emulator.graphUrl}/v1.0${path}`, { headers });
    return ((await response.json()) as { value: Entity[] }).value;
  };
}

const byAppId = `$filter=${encodeURIComponent(`appId eq '${consentApp.clientId}'`)}`;

it('tells when an app’s secrets expire, in its home tenant only, and never the secret', async () => {
  const { emulator, list } = await consented();
  const path = `/applications?${byAppId}&$select=id,appId,displayName,passwordCredentials`;
  expect(await list(path)).toEqual([]);
  const secrets = [{ value: 'abcdef', keyId, displayName: 'this year', expiresAt }];
  await emulator.setConsentApp({ ...consentApp, homeTenantId: tenantId, secrets });
  const found = await list(path);
  expect(found).toEqual([
    {
      id: expect.any(String) as string,
      appId: consentApp.clientId,
      displayName: consentApp.displayName,
      passwordCredentials: [
        {
          customKeyIdentifier: null,
          displayName: 'this year',
          endDateTime: expiresAt,
          hint: 'abc',
          keyId,
          secretText: null,
          startDateTime: '2024-01-01T00:00:00Z',
        },
      ],
    },
  ]);
  expect(JSON.stringify(found)).not.toContain('abcdef');
});

it('lists an app that is registered in the tenant itself', async () => {
  const { list } = await consented();
  const path = `/applications?$filter=${encodeURIComponent(`appId eq '${clientId}'`)}&$select=appId`;
  expect(await list(path)).toEqual([{ id: expect.any(String) as string, appId: clientId }]);
});

it('shows what an administrator granted, by the names that Microsoft Graph’s own principal has for it', async () => {
  const { list } = await consented();
  const [principal] = await list(`/servicePrincipals?${byAppId}`);
  expect(principal).toMatchObject({ appId: consentApp.clientId, displayName: consentApp.displayName });
  const assignments = await list(`/servicePrincipals/${String(principal?.['id'])}/appRoleAssignments`);
  const graphFilter = encodeURIComponent("appId eq '00000003-0000-0000-c000-000000000000'");
  const [graph] = await list(`/servicePrincipals?$filter=${graphFilter}&$select=id,appRoles`);
  const names = new Map((graph?.['appRoles'] as Entity[]).map(({ id, value }) => [id, value]));
  expect(assignments.map(({ appRoleId }) => names.get(appRoleId))).toEqual(consentApp.permissions);
  expect(assignments[0]).toMatchObject({
    principalId: principal?.['id'],
    resourceId: graph?.['id'],
    resourceDisplayName: 'Microsoft Graph',
  });
  expect(await list(`/servicePrincipals/${String(principal?.['id'])}/oauth2PermissionGrants`)).toEqual([]);
});

it('shows delegated permissions as a grant, not as assignments', async () => {
  const { list } = await consented({ delegatedOnly: true });
  const [principal] = await list(`/servicePrincipals?${byAppId}`);
  const path = `/servicePrincipals/${String(principal?.['id'])}`;
  expect(await list(`${path}/appRoleAssignments`)).toEqual([]);
  expect(await list(`${path}/oauth2PermissionGrants`)).toMatchObject([
    { clientId: principal?.['id'], consentType: 'AllPrincipals', scope: consentApp.permissions.join(' ') },
  ]);
});

it('knows no service principal of a consent that was withdrawn', async () => {
  const { emulator, list } = await consented();
  expect(await list(`/servicePrincipals?${byAppId}`)).toHaveLength(1);
  await emulator.withdrawConsent(tenantId, consentApp.clientId);
  expect(await list(`/servicePrincipals?${byAppId}`)).toEqual([]);
});

it('answers 403 without the permission to read applications, and 404 for an unknown one', async () => {
  const { get } = await emulatorWithTenant();
  expect((await get('/applications')).status).toBe(403);
  expect((await get(`/servicePrincipals/${clientId}/appRoleAssignments`)).status).toBe(403);
  const { get: read } = await emulatorWithTenant({}, ['Directory.Read.All']);
  expect((await read('/applications')).status).toBe(200);
  expect((await read(`/applications/${clientId}`)).status).toBe(404);
});
