import { describe, expect, it } from 'vitest';
import type { ConsentApp } from '../../../shared/core/bundle.js';
import { Api } from './api-harness.js';
import { idOf, tenant, TENANT } from './sample-rows.js';

const app = (bundle: ConsentApp['bundle'], cloud: ConsentApp['cloud'] = null): ConsentApp => ({
  bundle,
  cloud,
  clientId: idOf(50),
  secretName: `consent-${bundle}`,
});
const NOW = Date.parse('2026-05-04T10:00:00Z');

async function apiWith(...apps: readonly ConsentApp[]): Promise<Api> {
  const api = new Api();
  api.world.consentApps.push(...apps);
  await api.stores.tenants.create(tenant({ tenantId: TENANT, bundles: [], consents: [] }));
  return api;
}

async function asked(api: Api, url: unknown) {
  const [, tenantId = '', token = ''] = /consent\/([^/]+)\/(.+)$/.exec(String(url)) ?? [];
  const id = api.dependencies.clientStates.hash(token);
  const stored = await api.stores.consentRequests.get(tenantId === 'unknown' ? null : tenantId, id);
  return stored?.value ?? null;
}

describe('POST /tenants/{tenantId}/consent', () => {
  const PATH = `/v1/tenants/${TENANT}/consent`;

  it('answers a link of this app, good for a day, and leaves the tenant as it is', async () => {
    const api = await apiWith(app('directory'), app('contacts'));
    const before = await api.stores.tenants.get(TENANT);
    const { status, body } = await api.post(PATH, { bundles: ['contacts', 'directory', 'contacts'] });
    expect(status).toBe(201);
    expect(body['url']).toMatch(new RegExp(`^https://rollcall.example/api/consent/${TENANT}/.+`));
    expect(body['expiresAt']).toBe(new Date(NOW + 24 * 3_600_000).toISOString());
    expect((await asked(api, body['url']))?.asks.map(({ bundle }) => bundle)).toEqual([
      'contacts',
      'directory',
    ]);
    expect(await api.stores.tenants.get(TENANT)).toEqual(before);
  });

  it('asks by default for what was not consented yet, and for all where nothing is left', async () => {
    const api = await apiWith(app('directory'), app('near-real-time'));
    const bundlesAsked = async () =>
      (await asked(api, (await api.post(PATH)).body['url']))?.asks.map(({ bundle }) => bundle);
    expect(await bundlesAsked()).toEqual(['directory', 'near-real-time']);
    const consent = (bundle: ConsentApp['bundle']) => ({ bundle, clientId: idOf(50), grantedAt: 't' });
    const stored = (await api.stores.tenants.get(TENANT))!;
    const partly = { ...stored.value, consents: [consent('directory')] };
    const { tag } = await api.stores.tenants.save(partly, stored.tag);
    expect(await bundlesAsked()).toEqual(['near-real-time']);
    const wholly = { ...partly, consents: [consent('directory'), consent('near-real-time')] };
    await api.stores.tenants.save(wholly, tag);
    expect(await bundlesAsked()).toEqual(['directory', 'near-real-time']);
  });

  it.each([
    ['an unknown bundle', { bundles: ['directory', 'everything'] }, 'InvalidRequest', 'bundles[1]'],
    ['one without an application', { bundles: ['directory', 'usage'] }, 'BundleNotServed', 'bundles[1]'],
    ['one of another cloud', { bundles: ['security'] }, 'BundleNotServed', 'bundles[0]'],
    ['no bundle', { bundles: [] }, 'InvalidRequest', 'bundles'],
    ['no time', { expiresInHours: 0 }, 'InvalidRequest', 'expiresInHours'],
    ['too much time', { expiresInHours: 169 }, 'InvalidRequest', 'expiresInHours'],
  ])('refuses %s and changes nothing', async (_, wish, code, target) => {
    const api = await apiWith(app('directory'), app('security', 'usgov'));
    const { status, body } = await api.post(PATH, wish);
    expect([status, body.error.code, body.error.target]).toEqual([400, code, target]);
    expect((await api.stores.tenants.get(TENANT))?.value.bundles).toEqual([]);
  });

  it('refuses where nothing can be asked for at all', async () => {
    const { status, body } = await (await apiWith()).post(PATH);
    expect([status, body.error.code, body.error.target]).toEqual([400, 'BundleNotServed', 'bundles']);
  });

  it('refuses a tenant that is not there or is going', async () => {
    const api = await apiWith(app('directory'));
    expect((await api.post(`/v1/tenants/${idOf(99)}/consent`)).body.error.code).toBe('TenantNotFound');
    const state = { kind: 'disconnecting', since: 't' } as const;
    await api.stores.tenants.create(tenant({ tenantId: idOf(98), state }));
    expect((await api.post(`/v1/tenants/${idOf(98)}/consent`)).body.error.code).toBe('TenantDisconnecting');
  });
});

describe('POST /consent-links', () => {
  it('answers a link that lies in no tenant, and makes none', async () => {
    const api = await apiWith(app('directory'));
    const wish = { displayName: 'Fabrikam', owner: { name: 'Finn', mail: 'f@x.example' }, expiresInHours: 1 };
    const { status, body } = await api.post('/v1/consent-links', wish);
    expect(status).toBe(201);
    expect(body['url']).toContain('https://rollcall.example/api/consent/unknown/');
    expect(await asked(api, body['url'])).toMatchObject({
      tenantId: null,
      cloud: 'global',
      customer: { displayName: 'Fabrikam', owner: { name: 'Finn' }, timeZone: 'UTC', nightlyAt: '01:00' },
      expiresAt: new Date(NOW + 3_600_000).toISOString(),
    });
    expect((await api.get('/v1/tenants')).body.value).toHaveLength(1);
  });

  it.each([
    ['a cloud that is not served', { cloud: 'china' }, 400, 'CloudNotServed', 'cloud'],
    ['a bundle that is not served', { bundles: ['usage'] }, 400, 'BundleNotServed', 'bundles[0]'],
    ['no name', { displayName: undefined }, 400, 'InvalidRequest', 'displayName'],
    ['a tenant', { tenantId: TENANT }, 400, 'UnknownField', 'tenantId'],
    ['a credential', { credential: {} }, 400, 'UnknownField', 'credential'],
  ])('refuses %s', async (_, over, expected, code, target) => {
    const api = await apiWith(app('directory'));
    const { status, body } = await api.post('/v1/consent-links', { displayName: 'F', ...over });
    expect([status, body.error.code, body.error.target]).toEqual([expected, code, target]);
  });

  it('refuses a customer whose data belongs into another region', async () => {
    const api = await apiWith(app('directory'));
    api.world.dataRegion = 'northeurope';
    await api.ask('PUT', '/v1/organizations/o1', { body: { designation: 'One', region: 'northeurope' } });
    api.world.dataRegion = 'eastus';
    const wish = { displayName: 'F', organizationIds: ['o1'] };
    expect((await api.post('/v1/consent-links', wish)).body.error.code).toBe('WrongRegion');
  });
});
