import { describe, expect, it } from 'vitest';
import { CredentialRefused } from '../../../shared/core/failures.js';
import { Api, type Item } from './api-harness.js';
import { idOf, tenant, TENANT } from './sample-rows.js';

describe('the doctor over HTTP', () => {
  it('answers an empty list where nothing is the matter', async () => {
    const api = new Api();
    await api.stores.tenants.create(tenant());
    const { status, body } = await api.get(`/v1/tenants/${TENANT}/doctor`);
    expect([status, body]).toEqual([200, { value: [] }]);
  });

  it('answers what it found as code, severity, message and fix, the gravest first', async () => {
    const api = new Api();
    await api.stores.tenants.create(tenant({ paused: true }));
    api.world.login = new CredentialRefused('AADSTS7000112', 7000112);
    const { body } = await api.get(`/v1/tenants/${TENANT}/doctor`, { as: 'runner' });
    expect(body.value).toEqual([
      {
        code: 'ApplicationDisabled',
        severity: 'error',
        message:
          'The application 33333333-3333-4333-8333-333333333333 is disabled in the tenant (AADSTS7000112).',
        fix: expect.stringContaining('Enterprise applications') as string,
      },
      expect.objectContaining({ code: 'TenantPaused', severity: 'info' }),
    ]);
  });

  it('changes nothing, whatever it finds', async () => {
    const api = new Api();
    await api.stores.tenants.create(tenant());
    api.tables.beforeOperation = ({ writes }) => {
      if (writes) throw new Error('A read wrote');
    };
    expect((await api.get(`/v1/tenants/${TENANT}/doctor`)).status).toBe(200);
    expect([api.world.saved, api.world.sent]).toEqual([[], []]);
  });

  it('has a secret that the login service calls expired recorded as such everywhere, until one serves', async () => {
    const api = new Api();
    const owner = { name: 'Olga', mail: 'olga@contoso.example' };
    await api.stores.tenants.create(tenant({ owner }));
    const healthy = api.world.login;
    api.world.login = new CredentialRefused('AADSTS7000222', 7000222);
    const refusedAt = new Date(api.world.now).toISOString();
    const secret = async () => (await api.get('/v1/secrets')).body.value[0];
    const issuesOf = (item: Item | undefined) =>
      (item?.['issues'] as readonly Item[]).map(({ code, since }) => [code, since]);
    for (let times = 0; times < 2; times += 1) {
      const { body } = await api.get(`/v1/tenants/${TENANT}/doctor`);
      expect(body.value.map(({ code }) => code)).toEqual(['SecretExpired']);
      expect(await secret()).toMatchObject({
        tenantId: TENANT,
        owner,
        state: 'expired',
        expiresOn: refusedAt,
      });
      const shown = (await api.get(`/v1/tenants/${TENANT}`)).body;
      expect([shown['state'], issuesOf(shown)]).toEqual(['attention', [['secretExpired', refusedAt]]]);
      expect(issuesOf((await api.get('/v1/fleet')).body.value[0])).toEqual([['secretExpired', refusedAt]]);
      api.world.now += 3_600_000;
    }
    api.world.login = healthy;
    expect((await api.get(`/v1/tenants/${TENANT}/doctor`)).body.value).toEqual([]);
    expect((await secret())?.['state']).not.toBe('expired');
    expect(issuesOf((await api.get(`/v1/tenants/${TENANT}`)).body)).toEqual([]);
  });

  it('answers 404 for a tenant that is not connected', async () => {
    const { status, body } = await new Api().get(`/v1/tenants/${idOf(404)}/doctor`);
    expect([status, body.error.code]).toEqual([404, 'TenantNotFound']);
  });
});
