import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { localPrincipals } from '../../../local/functions-host/principals.js';
import { ROLES, type Role } from '../../../shared/core/access.js';
import { RowConflict } from '../../../shared/core/failures.js';
import type { SecretExpiry } from '../../../shared/core/secret-expiry.js';
import { Api, type Answered } from './api-harness.js';
import { furnished, giveRoles, letterOf, ROUTE_CASES } from './route-matrix.js';
import { idOf, OTHER_TENANT, tenant, TENANT } from './sample-rows.js';

const CUSTOMER: string = localPrincipals.customer.objectId;
const SOMEBODY = idOf(50);
const pathOf = (principalId: string, tenantId = TENANT): string =>
  `/v1/tenants/${tenantId}/access/${principalId}`;

describe('access to a tenant', () => {
  let api: Api;

  beforeEach(async () => {
    api = new Api();
    for (const tenantId of [TENANT, OTHER_TENANT]) await api.stores.tenants.create(tenant({ tenantId }));
  });

  const give = (roles: readonly Role[], principalId = CUSTOMER): Promise<Answered> =>
    api.ask('PUT', pathOf(principalId), { body: { roles } });

  it('is given, shown, listed and taken away', async () => {
    const given = await give(['Reader', 'Product'], SOMEBODY);
    expect([given.status, given.body]).toEqual([
      200,
      {
        tenantId: TENANT,
        principalId: SOMEBODY,
        roles: ['Reader', 'Product'],
        grantedAt: '2026-05-04T10:00:00.000Z',
        grantedBy: localPrincipals.operator.objectId,
      },
    ]);
    const read = await api.get(pathOf(SOMEBODY.toUpperCase()));
    expect([read.body, read.headers['etag']]).toEqual([given.body, given.headers['etag']]);
    expect((await api.get(`/v1/tenants/${TENANT}/access`)).body.value).toEqual([given.body]);
    expect((await api.ask('DELETE', pathOf(SOMEBODY))).status).toBe(204);
    expect((await api.ask('DELETE', pathOf(SOMEBODY))).status).toBe(204);
    expect((await api.get(pathOf(SOMEBODY))).body.error.code).toBe('AccessNotFound');
    expect((await api.get(`/v1/tenants/${TENANT}/access`)).body.value).toEqual([]);
  });

  it('lets in from the next request on, and no longer once it is taken away', async () => {
    const ask = async (): Promise<number> =>
      (await api.get(`/v1/tenants/${TENANT}`, { as: 'customer' })).status;
    expect(await ask()).toBe(404);
    await give(['Reader']);
    expect(await ask()).toBe(200);
    await api.ask('DELETE', pathOf(CUSTOMER));
    expect(await ask()).toBe(404);
  });

  it('belongs to the principal however its id is written', async () => {
    await give(['Reader'], CUSTOMER.toUpperCase());
    expect((await api.get(`/v1/tenants/${TENANT.toUpperCase()}`, { as: 'customer' })).status).toBe(200);
  });

  it.each([
    [{ roles: [] }, 'InvalidRequest', 'roles'],
    [{ roles: ['Root'] }, 'InvalidRequest', 'roles[0]'],
    [{ roles: ['Reader', 'Reader'] }, 'InvalidRequest', 'roles'],
    [{}, 'InvalidRequest', 'roles'],
    [{ roles: ['Reader'], tenantId: OTHER_TENANT }, 'UnknownField', 'tenantId'],
  ])('refuses %j', async (body, code, target) => {
    const answer = await api.ask('PUT', pathOf(SOMEBODY), { body });
    expect([answer.status, answer.body.error]).toMatchObject([400, { code, target }]);
  });

  it('is given to no identity whose id is none', async () => {
    const path = pathOf('ada@contoso.example');
    const { status, body } = await api.ask('PUT', path, { body: { roles: ['Reader'] } });
    expect([status, body.error]).toEqual([
      400,
      { code: 'InvalidRequest', target: 'principalId', message: 'principalId must be a GUID.' },
    ]);
    expect((await api.get(path)).body.error.code).toBe('AccessNotFound');
    const nowhere = await api.ask('PUT', `/v1/tenants/contoso.example/access/${SOMEBODY}`, {
      body: { roles: ['Reader'] },
    });
    expect(nowhere.body.error.code).toBe('TenantNotFound');
  });

  it('says once that its roles are a list', async () => {
    const { status, body } = await api.ask('PUT', pathOf(SOMEBODY), { body: { roles: 'Admin' } });
    expect([status, body.error]).toEqual([
      400,
      { code: 'InvalidRequest', target: 'roles', message: 'roles must be a list.' },
    ]);
  });

  it('is none to a tenant that is not connected', async () => {
    const path = pathOf(SOMEBODY, idOf(404));
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const body = method === 'PUT' ? { roles: ['Reader'] } : undefined;
      expect((await api.ask(method, path, { body })).body.error.code).toBe('TenantNotFound');
    }
    expect(await api.stores.accessGrants.ofPrincipal(SOMEBODY)).toEqual(new Map());
  });

  it('is changed only in the version that was seen', async () => {
    const first = await give(['Reader'], SOMEBODY);
    const seen = { 'if-match': first.headers['etag'] ?? '' };
    const again = await api.ask('PUT', pathOf(SOMEBODY), { body: { roles: ['Operator'] }, headers: seen });
    expect(again.status).toBe(200);
    for (const method of ['PUT', 'DELETE']) {
      const body = method === 'PUT' ? { roles: ['Reader'] } : undefined;
      const late = await api.ask(method, pathOf(SOMEBODY), { body, headers: seen });
      expect([late.status, late.body.error.code]).toEqual([412, 'PreconditionFailed']);
    }
    const absent = await api.ask('DELETE', pathOf(idOf(51)), { headers: seen });
    expect(absent.status).toBe(412);
    expect((await api.get(pathOf(SOMEBODY))).body['roles']).toEqual(['Operator']);
  });

  it('is given again where somebody else was quicker, and says so where that never ends', async () => {
    const conflict = (times: number): void => {
      api.tables.beforeOperation = ({ table, kind }) => {
        if (table === 'Access' && kind === 'insert' && times-- > 0) throw new RowConflict('quicker');
      };
    };
    conflict(2);
    expect((await give(['Reader'], SOMEBODY)).status).toBe(200);
    conflict(1000);
    expect((await give(['Reader'], idOf(52))).body.error.code).toBe('ChangedMeanwhile');
  });

  describe('in the hands of an Admin of that tenant', () => {
    const asCustomer = (method: string, path: string, body?: unknown): Promise<Answered> =>
      api.ask(method, path, { as: 'customer', body });

    beforeEach(() => giveRoles(api, CUSTOMER, TENANT, ['Admin']));

    it.each<Role>(['Reader', 'Operator', 'Admin'])('can be given as %s', async (role) => {
      expect((await asCustomer('PUT', pathOf(SOMEBODY), { roles: [role] })).status).toBe(200);
    });

    it('cannot be given beyond what they hold, nor for another tenant', async () => {
      const beyond = await asCustomer('PUT', pathOf(SOMEBODY), { roles: ['Reader', 'Product'] });
      expect([beyond.status, beyond.body.error.code]).toEqual([403, 'RoleRequired']);
      const elsewhere = await asCustomer('PUT', pathOf(SOMEBODY, OTHER_TENANT), { roles: ['Reader'] });
      expect(elsewhere.body.error.code).toBe('TenantNotFound');
      expect(await api.stores.accessGrants.ofPrincipal(SOMEBODY)).toEqual(new Map());
    });

    it('cannot be taken from those who hold more', async () => {
      await give(['Product'], SOMEBODY);
      for (const method of ['PUT', 'DELETE']) {
        const body = method === 'PUT' ? { roles: ['Reader'] } : undefined;
        expect((await asCustomer(method, pathOf(SOMEBODY), body)).status).toBe(403);
      }
      expect((await api.get(pathOf(SOMEBODY))).body['roles']).toEqual(['Product']);
    });

    it.each([
      ['another customer', ['own', 'foreign']],
      ['one that nobody described', ['own', 'later']],
      ['none', []],
      ['what it has', ['own']],
    ])('does not let it name %s as its organization, and tells nothing of it', async (_, organizationIds) => {
      api.world.dataRegion = 'westeurope';
      const stored = await api.stores.tenants.get(TENANT);
      await api.stores.tenants.save({ ...stored!.value, organizationIds: ['own'] }, stored!.tag);
      for (const [id, region] of [
        ['own', null],
        ['foreign', 'norwayeast'],
      ] as const)
        await api.stores.organizations.save(
          { id, designation: `Name of ${id}`, externalId: null, region },
          null,
        );

      const edit = { displayName: 'Mine', organizationIds };
      const { status, body } = await asCustomer('PATCH', `/v1/tenants/${TENANT}`, edit);
      expect([status, body.error.code, body.error.target]).toEqual([403, 'RoleRequired', 'organizationIds']);
      expect(JSON.stringify(body)).not.toContain('norwayeast');
      expect((await asCustomer('GET', '/v1/organizations/foreign')).status).toBe(404);
      expect(JSON.stringify(await asCustomer('GET', '/v1/organizations'))).not.toContain('foreign');
      expect((await api.get(`/v1/tenants/${TENANT}`)).body).toMatchObject({
        displayName: stored!.value.displayName,
        organizationIds: ['own'],
      });
    });

    it('lets it change everything else of the tenant', async () => {
      const answer = await asCustomer('PATCH', `/v1/tenants/${TENANT}`, {
        displayName: 'Mine',
        paused: true,
      });
      expect([answer.status, answer.body['displayName']]).toEqual([200, 'Mine']);
    });

    it('can be given up', async () => {
      expect((await asCustomer('DELETE', pathOf(CUSTOMER))).status).toBe(204);
      expect((await asCustomer('GET', pathOf(CUSTOMER))).status).toBe(404);
    });
  });
});

describe('every route', () => {
  const methods = new Map(new Api().routes.map(({ operationId, method }) => [operationId, method]));
  const TENANTS = [TENANT, OTHER_TENANT];

  it('says nothing of a tenant to whom nothing was given for it', async () => {
    const given = fc.dictionary(
      fc.constantFrom(...TENANTS, idOf(404)),
      fc.uniqueArray(fc.constantFrom(...ROLES), { minLength: 1 }),
    );
    const asked = fc.array(fc.constantFrom(...Object.entries(ROUTE_CASES)), { minLength: 5, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(given, asked, async (grants, cases) => {
        const api = await furnished();
        for (const [tenantId, roles] of Object.entries(grants))
          await giveRoles(api, CUSTOMER, tenantId, roles);
        for (const [operationId, { path, body }] of cases) {
          const answer = await api.ask(methods.get(operationId) ?? 'GET', path, { as: 'customer', body });
          const said = JSON.stringify(answer);
          for (const unseen of TENANTS.filter((tenantId) => grants[tenantId] === undefined))
            expect(said, operationId).not.toContain(unseen);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('lists over tenants', () => {
  const IDS = [1, 2, 3, 4].map(idOf);
  const LISTS = ['/v1/tenants', '/v1/secrets', '/v1/dead-letters', '/v1/organizations'];

  async function world(): Promise<Api> {
    const api = new Api();
    for (const tenantId of IDS) {
      await api.stores.tenants.create(tenant({ tenantId, organizationIds: [`org-${tenantId}`, 'shared'] }));
      await api.stores.secretExpiries.put(secretOf(tenantId));
      for (const part of ['a', 'b'])
        await api.stores.deadLetters.put(letterOf(tenantId, `${part}-${tenantId}`));
    }
    for (const id of ['shared', 'of-nobody', ...IDS.map((tenantId) => `org-${tenantId}`)])
      await api.stores.organizations.save({ id, designation: id, externalId: null, region: null }, null);
    await api.stores.deadLetters.put(letterOf(null, 'of-nobody'));
    return api;
  }

  /** Everything that was said over all pages, the positions in links read as well. */
  async function allSaid(api: Api, list: string): Promise<string> {
    let said = '';
    for (let next: string | undefined = `${list}?top=1`; next !== undefined;) {
      const { status, body }: Answered = await api.get(next, { as: 'customer' });
      const position = new URL(body.nextLink ?? 'https://none').searchParams.get('after') ?? '';
      said += `${status} ${JSON.stringify(body)} ${Buffer.from(position, 'base64url').toString()}\n`;
      next = body.nextLink;
    }
    return said;
  }

  it('say nothing of a tenant that is not theirs, whatever somebody was given', async () => {
    const given = fc.dictionary(
      fc.constantFrom(...IDS),
      fc.uniqueArray(fc.constantFrom(...ROLES), { minLength: 1 }),
    );
    await fc.assert(
      fc.asyncProperty(given, fc.constantFrom(...LISTS), async (grants, list) => {
        const api = await world();
        for (const [tenantId, roles] of Object.entries(grants))
          await giveRoles(api, CUSTOMER, tenantId, roles);
        const said = await allSaid(api, list);
        const seen = IDS.filter((tenantId) => said.includes(tenantId));
        const may = { '/v1/dead-letters': ['Operator', 'Admin'], '/v1/organizations': ['Admin'] }[list];
        const own = IDS.filter((tenantId) =>
          grants[tenantId]?.some((role) => (may ?? ['Reader', 'Operator', 'Admin']).includes(role)),
        );
        expect(seen.filter((tenantId) => !own.includes(tenantId))).toEqual([]);
        expect(seen).toEqual(own);
        expect(said).not.toContain('of-nobody');
      }),
      { numRuns: 60 },
    );
  });

  it('show each dead letter once, page by page, tenant by tenant', async () => {
    const api = await world();
    for (const tenantId of [IDS[1]!, IDS[3]!]) await giveRoles(api, CUSTOMER, tenantId, ['Operator']);
    const said = await allSaid(api, '/v1/dead-letters');
    expect(said.match(/"id":"[^"]+/g)).toEqual(
      [IDS[1], IDS[3]].flatMap((id) => [`"id":"a-${id ?? ''}`, `"id":"b-${id ?? ''}`]),
    );
  });
});

function secretOf(tenantId: string): SecretExpiry {
  return {
    ...{ tenantId, bundle: null, secretName: 'name', secretVersion: null, clientId: 'c', secretId: null },
    ...{ expiresOn: null, endInGraph: null, refusedAt: null, state: 'unknown', warned: [] },
    checkedAt: '2026-05-04T09:00:00.000Z',
  };
}
