import { beforeEach, describe, expect, it } from 'vitest';
import { localPrincipals } from '../../../local/functions-host/principals.js';
import { Api, type Answered, type Identity } from './api-harness.js';
import { giveRoles } from './route-matrix.js';
import { idOf, OTHER_TENANT, seedMirror, tenant, TENANT, user } from './sample-rows.js';

const CUSTOMER: string = localPrincipals.customer.objectId;

describe('the moment of sign-in', () => {
  let api: Api;

  beforeEach(async () => {
    api = new Api();
    await api.stores.tenants.create(tenant({ organizationIds: ['org-1'] }));
    const attributes = {
      displayName: 'Ada',
      mail: 'ada@contoso.example',
      accountEnabled: true,
      jobTitle: 'CEO',
    };
    await seedMirror(api, { users: [user(1, { attributes }), user(2, { presence: 'softDeleted' })] });
  });

  const resolve = (oid: string, as: Identity = 'reader', tid = TENANT): Promise<Answered> =>
    api.get(`/v1/resolve?tid=${tid}&oid=${oid}`, { as });

  it('tells a Reader the tenant, what it belongs to and the mirrored user', async () => {
    expect((await resolve(idOf(1).toUpperCase())).body).toEqual({
      tenantId: TENANT,
      displayName: 'Contoso',
      state: 'connected',
      organizationIds: ['org-1'],
      user: {
        id: idOf(1),
        displayName: 'Ada',
        mail: 'ada@contoso.example',
        userPrincipalName: null,
        accountEnabled: true,
      },
      people: [],
    });
  });

  it.each([2, 3])('knows no user that is not alive in the mirror (%i)', async (number) => {
    expect((await resolve(idOf(number))).body['user']).toBeNull();
  });

  it('knows no user before the first run', async () => {
    await api.stores.tenants.create(tenant({ tenantId: OTHER_TENANT, bucketCount: null }));
    expect((await resolve(idOf(1), 'reader', OTHER_TENANT)).body['user']).toBeNull();
  });

  it('tells a Product nothing of the mirror, and does not ask it', async () => {
    const asked: string[] = [];
    api.tables.beforeOperation = ({ table }) => void asked.push(table);
    const { body } = await resolve(idOf(1), 'product');
    expect(Object.keys(body)).toEqual(['tenantId', 'displayName', 'state', 'organizationIds', 'people']);
    expect(new Set(asked)).toEqual(new Set(['Tenants', 'Setups']));
  });

  it('tells those of one tenant about it alone', async () => {
    await api.stores.tenants.create(tenant({ tenantId: OTHER_TENANT }));
    await giveRoles(api, CUSTOMER, TENANT, ['Product']);
    expect((await resolve(idOf(1), 'customer')).status).toBe(200);
    const foreign = await resolve(idOf(1), 'customer', OTHER_TENANT);
    expect(foreign).toEqual(await resolve(idOf(1), 'customer', idOf(404)));
    expect(foreign).toEqual(await resolve(idOf(1), 'operator', idOf(404)));
    expect(foreign.body.error.code).toBe('TenantNotFound');
    expect((await resolve(idOf(1), 'customer', 'nonsense')).status).toBe(404);
  });

  it.each(['?tid=x&oid=y', `?tid=${TENANT}`, `?oid=${TENANT}`, `?tid=${TENANT}&oid=${TENANT}&upn=x`])(
    'refuses %s',
    async (query) => {
      expect((await api.get(`/v1/resolve${query}`)).status).toBe(400);
    },
  );
});
