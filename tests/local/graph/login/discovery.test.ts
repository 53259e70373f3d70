import { expect, it } from 'vitest';
import { consentUrl, emulatorWithConsentApp } from '../support/sign-in.js';
import { emulatorWithTenant, postToken, tenantId } from '../support/tenant.js';
import type { GraphEmulator } from '../../../../local/graph/emulator.js';

async function discover(emulator: GraphEmulator, name: string): Promise<[number, Record<string, unknown>]> {
  const url = `${emulator.loginUrl}/${name}/v2.0/.well-known/openid-configuration`;
  const answer = await emulator.fetch(url);
  return [answer.status, (await answer.json()) as Record<string, unknown>];
}

it('resolves a domain to the tenant’s id, and says which cloud it lives in', async () => {
  const { emulator } = await emulatorWithTenant();
  for (const name of [tenantId, 'contoso.example', 'CONTOSO.example']) {
    const [status, document] = await discover(emulator, name);
    expect([status, document], name).toMatchObject([
      200,
      {
        issuer: `${emulator.loginUrl}/${tenantId}/v2.0`,
        token_endpoint: `${emulator.loginUrl}/${tenantId}/oauth2/v2.0/token`,
        tenant_region_scope: 'EU',
        cloud_instance_name: 'login.emulator.test',
        cloud_graph_host_name: 'graph.emulator.test',
        msgraph_host: 'graph.emulator.test',
      },
    ]);
  }
});

it('answers organizations and common with an issuer to be filled in', async () => {
  const { emulator } = await emulatorWithTenant();
  for (const name of ['organizations', 'common']) {
    const [, document] = await discover(emulator, name);
    expect(document['issuer']).toBe(`${emulator.loginUrl}/{tenantid}/v2.0`);
    expect(document['authorization_endpoint']).toBe(`${emulator.loginUrl}/${name}/oauth2/v2.0/authorize`);
  }
});

it('knows no tenant that does not exist', async () => {
  const { emulator } = await emulatorWithTenant();
  const [status, document] = await discover(emulator, 'nobody.example');
  expect([status, document]).toMatchObject([400, { error: 'invalid_tenant', error_codes: [90002] }]);
});

it('tells of a tenant in another cloud by discovery, and refuses its tokens', async () => {
  const { emulator } = await emulatorWithConsentApp();
  const hosts = {
    usgov: ['microsoftonline.us', 'graph.microsoft.us'],
    usgovdod: ['microsoftonline.us', 'dod-graph.microsoft.us'],
    china: ['partner.microsoftonline.cn', 'microsoftgraph.chinacloudapi.cn'],
  } as const;
  for (const cloud of ['usgov', 'usgovdod', 'china'] as const) {
    await emulator.setTenantCloud(tenantId, cloud);
    const [status, document] = await discover(emulator, 'contoso.example');
    expect([status, document['issuer']]).toEqual([200, `${emulator.loginUrl}/${tenantId}/v2.0`]);
    expect([document['cloud_instance_name'], document['msgraph_host']]).toEqual(hosts[cloud]);
    expect(await (await postToken(emulator)).json()).toMatchObject({ error_codes: [90002] });
  }
  for (const code of [900432, 500011] as const) {
    await emulator.setTenantCloud(tenantId, 'usgov', { code });
    expect(await (await postToken(emulator)).json()).toMatchObject({ error_codes: [code] });
  }
  expect((await emulator.fetch(consentUrl(emulator, tenantId))).status).toBe(400);
  const everybody = await (await emulator.fetch(consentUrl(emulator, 'organizations'))).text();
  expect(everybody).not.toContain('contoso');
  await emulator.setTenantCloud(tenantId, null);
  expect((await postToken(emulator)).status).toBe(200);
});

it('refuses a scope of another cloud’s Graph', async () => {
  const { emulator } = await emulatorWithTenant();
  const hosts = ['graph.microsoft.us', 'dod-graph.microsoft.us', 'microsoftgraph.chinacloudapi.cn'];
  for (const host of hosts) {
    const answer = await postToken(emulator, { scope: `https://${host}/.default` });
    expect(await answer.json(), host).toMatchObject({ error: 'invalid_resource', error_codes: [500011] });
  }
});
