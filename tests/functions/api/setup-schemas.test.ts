import { beforeEach, describe, expect, it } from 'vitest';
import { Api } from './api-harness.js';
import { idOf, tenant, TENANT } from './sample-rows.js';

const PATH = `/v1/tenants/${TENANT}/setups/cased`;

describe('a setup document', () => {
  let api: Api;

  beforeEach(async () => {
    api = new Api();
    await api.stores.tenants.create(tenant());
    await api.ask('PUT', '/v1/organizations/contoso', {
      body: { designation: 'Contoso', tenantIds: [TENANT] },
    });
    await api.ask('PUT', '/v1/organizations/contoso/catalog/role/host', {
      body: { designation: 'Host', module: 'web' },
    });
  });

  it('takes ids of roles in either case, as they are pasted, and keeps them as Graph writes them', async () => {
    const [principal, role] = [idOf(7), idOf(8)];
    const source = { appRole: `${principal}/${role}`.toUpperCase() };
    const body = {
      ...{ designation: 'Cased', organizationId: 'contoso', scope: { kind: 'directory' } },
      grants: [{ source, roles: ['host'] }],
    };
    const { status } = await api.ask('PUT', PATH, { body });
    const kept = await api.get(PATH);
    expect([status, kept.body.grants]).toMatchObject([
      200,
      [{ source: { appRole: `${principal}/${role}`.toLowerCase() } }],
    ]);
  });
});
