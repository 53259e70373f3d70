import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { localPrincipals } from '../../../local/functions-host/principals.js';
import { RowConflict } from '../../../shared/core/failures.js';
import { aSetup, aSetupDocument } from '../../builders/setup.js';
import { Api, type Answered } from './api-harness.js';
import { giveRoles } from './route-matrix.js';
import { idOf, OTHER_TENANT, readAll, tenant, TENANT } from './sample-rows.js';

const PATH = '/v1/organizations/org-1';

describe('organizations', () => {
  let api: Api;

  beforeEach(async () => {
    api = new Api();
    for (const tenantId of [TENANT, OTHER_TENANT]) await api.stores.tenants.create(tenant({ tenantId }));
  });

  const put = (body: object, path = PATH, headers = {}): Promise<Answered> =>
    api.ask('PUT', path, { body: { designation: 'Contoso', ...body }, headers });
  const organizationsOf = async (tenantId: string): Promise<unknown> =>
    (await api.get(`/v1/tenants/${tenantId}`)).body['organizationIds'];

  it('are made, read, listed, replaced and removed', async () => {
    const made = await put({ externalId: 'K-17', region: 'westeurope' });
    expect([made.status, made.body]).toEqual([
      200,
      { id: 'org-1', designation: 'Contoso', externalId: 'K-17', region: 'westeurope', tenantIds: [] },
    ]);
    await put({}, '/v1/organizations/org-2');
    const all = await readAll(api, '/v1/organizations?top=1');
    expect(all.map(({ id }) => id)).toEqual(['org-1', 'org-2']);
    expect((await put({ designation: 'Contoso A/S' })).body).toMatchObject({
      externalId: null,
      region: null,
    });
    expect((await api.ask('DELETE', PATH)).status).toBe(204);
    expect((await api.ask('DELETE', PATH)).status).toBe(204);
    expect((await api.get(PATH)).body.error.code).toBe('OrganizationNotFound');
  });

  it('and their tenants say the same, whichever of the two was edited', async () => {
    await put({ tenantIds: [TENANT, OTHER_TENANT.toUpperCase()] });
    expect([await organizationsOf(TENANT), await organizationsOf(OTHER_TENANT)]).toEqual([
      ['org-1'],
      ['org-1'],
    ]);
    await api.patch(`/v1/tenants/${TENANT}`, { organizationIds: ['org-2'] });
    await put({ tenantIds: [] }, '/v1/organizations/org-2', {});
    expect((await api.get(PATH)).body['tenantIds']).toEqual([OTHER_TENANT]);
    await put({ tenantIds: [TENANT] });
    expect([await organizationsOf(TENANT), await organizationsOf(OTHER_TENANT)]).toEqual([['org-1'], []]);
    expect((await api.get(PATH)).body['tenantIds']).toEqual([TENANT]);
  });

  it.each(['K%2017', 'K%2F17', 'x'.repeat(129), 'K%C3%B8'])(
    'take no id of another form (%s), and say which',
    async (id) => {
      const { status, body } = await put({}, `/v1/organizations/${id}`);
      expect([status, body.error]).toEqual([
        400,
        {
          code: 'InvalidRequest',
          target: 'organizationId',
          message: 'organizationId must have 1 to 128 characters, of letters, digits and _ . : ~ -.',
        },
      ]);
      for (const method of ['GET', 'DELETE'])
        expect((await api.ask(method, `/v1/organizations/${id}`)).body.error.code).toBe(
          'OrganizationNotFound',
        );
    },
  );

  it('keep their tenants when an edit does not name tenants', async () => {
    await put({ tenantIds: [TENANT, OTHER_TENANT] });
    const edited = await put({ region: null });
    expect([edited.status, edited.body['tenantIds']]).toEqual([200, [TENANT, OTHER_TENANT].sort()]);
    expect(await organizationsOf(TENANT)).toEqual(['org-1']);
  });

  it('keep what a tenant belongs to besides', async () => {
    await api.patch(`/v1/tenants/${TENANT}`, { organizationIds: ['a', 'org-1', 'b'] });
    await put({ tenantIds: [] });
    expect(await organizationsOf(TENANT)).toEqual(['a', 'b']);
  });

  it('keep the tenants whose setups give people to them, and say where', async () => {
    await put({ tenantIds: [TENANT] });
    await api.stores.setups.insert(aSetup({ setupId: 'desk', document: aSetupDocument() }));
    const edits = [
      await put({ tenantIds: [] }),
      await api.patch(`/v1/tenants/${TENANT}`, { organizationIds: ['org-9'] }),
    ];
    for (const { status, body } of edits) {
      expect([status, body.error.code]).toEqual([409, 'OrganizationInUse']);
      expect(body.error.details).toMatchObject([{ target: `tenants/${TENANT}/setups/desk#organizationId` }]);
    }
    expect(await organizationsOf(TENANT)).toEqual(['org-1']);
    expect((await api.patch(`/v1/tenants/${TENANT}`, { organizationIds: ['org-1', 'org-9'] })).status).toBe(
      200,
    );
  });

  it('keep the tenant of a setup that is saved in the same moment, however long each takes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(60), { minLength: 1, maxLength: 30 }), async (turns) => {
        api.tables.beforeOperation = null;
        await put({ tenantIds: [TENANT] });
        const setup = `/v1/tenants/${TENANT}/setups/desk`;
        const document = { designation: 'Desk', organizationId: 'org-1', scope: { kind: 'directory' } };
        let at = 0;
        api.tables.beforeOperation = async () => {
          for (let turn = turns[at++ % turns.length] ?? 0; turn > 0; turn -= 1) await Promise.resolve();
        };
        await Promise.all([
          api.patch(`/v1/tenants/${TENANT}`, { organizationIds: [] }),
          api.ask('PUT', setup, { body: document }),
        ]);
        api.tables.beforeOperation = null;
        if ((await api.get(setup)).status === 200) expect(await organizationsOf(TENANT)).toEqual(['org-1']);
        await api.ask('DELETE', setup);
      }),
      // The setup is saved between the edit and its second look, and the tenant's row changes with it.
      { numRuns: 100, examples: [[[13, 0, 0, 0, 0, 0, 3, 0]]] },
    );
  });

  it('are not removed while tenants belong to them', async () => {
    await put({ tenantIds: [TENANT] });
    const { status, body } = await api.ask('DELETE', PATH);
    expect([status, body.error.code]).toEqual([409, 'OrganizationInUse']);
    expect(body.error.message).toContain(TENANT);
    expect((await api.get(PATH)).status).toBe(200);
  });

  it('are changed only in the version that was seen, their tenants included', async () => {
    const headers = { 'if-match': (await put({})).headers['etag'] ?? '' };
    await api.patch(`/v1/tenants/${TENANT}`, { organizationIds: ['org-1'] });
    expect((await put({}, PATH, headers)).body.error.code).toBe('PreconditionFailed');
    expect((await api.ask('DELETE', PATH, { headers })).status).toBe(412);
    const now = { 'if-match': (await api.get(PATH)).headers['etag'] ?? '' };
    expect((await put({ tenantIds: [TENANT] }, PATH, now)).status).toBe(200);
    expect((await put({}, '/v1/organizations/org-9', now)).status).toBe(412);
    expect((await api.ask('DELETE', '/v1/organizations/org-9', { headers: now })).status).toBe(412);
  });

  it.each([
    [{ tenantIds: [TENANT, idOf(404)] }, 'InvalidRequest', 'tenantIds[1]'],
    [{ tenantIds: ['contoso.example'] }, 'InvalidRequest', 'tenantIds[0]'],
    [{ designation: ' ' }, 'InvalidRequest', 'designation'],
    [{ colour: 'blue' }, 'UnknownField', 'colour'],
  ])('refuse %j and keep nothing of it', async (body, code, target) => {
    const answer = await put(body);
    expect([answer.status, answer.body.error]).toMatchObject([400, { code, target }]);
    expect((await api.get(PATH)).status).toBe(404);
    expect(await organizationsOf(TENANT)).toEqual([]);
  });

  it('are saved once more where a job saved the tenant in between, and say so where that never ends', async () => {
    const conflict = (times: number): void => {
      api.tables.beforeOperation = ({ table, kind }) => {
        if (table === 'Tenants' && kind === 'update' && times-- > 0) throw new RowConflict('quicker');
      };
    };
    conflict(3);
    expect((await put({ tenantIds: [TENANT] })).status).toBe(200);
    conflict(1000);
    expect((await put({ tenantIds: [OTHER_TENANT] })).body.error.code).toBe('ChangedMeanwhile');
    api.tables.beforeOperation = null;
    expect((await put({ tenantIds: [OTHER_TENANT] })).body['tenantIds']).toEqual([OTHER_TENANT]);
    expect(await organizationsOf(TENANT)).toEqual([]);
  });

  it('show an Admin of one tenant only what it belongs to, and of that only this tenant', async () => {
    await put({ tenantIds: [TENANT, OTHER_TENANT] });
    await put({ tenantIds: [OTHER_TENANT] }, '/v1/organizations/org-2');
    await giveRoles(api, localPrincipals.customer.objectId, TENANT, ['Admin']);
    const { body } = await api.get('/v1/organizations', { as: 'customer' });
    expect(body.value).toMatchObject([{ id: 'org-1', tenantIds: [TENANT] }]);
    expect((await api.get(PATH, { as: 'customer' })).body['tenantIds']).toEqual([TENANT]);
    expect((await api.get('/v1/organizations/org-2', { as: 'customer' })).status).toBe(404);
  });
});

describe('the region of an organization', () => {
  let api: Api;

  beforeEach(async () => {
    api = new Api();
    await api.stores.tenants.create(tenant());
    api.world.dataRegion = 'West Europe';
    for (const [id, region] of Object.entries({ here: 'westeurope', there: 'northeurope', anywhere: null }))
      await api.ask('PUT', `/v1/organizations/${id}`, { body: { designation: id, region } });
  });

  const attach = (...organizationIds: string[]): Promise<Answered> =>
    api.patch(`/v1/tenants/${TENANT}`, { organizationIds });
  const connect = (...organizationIds: string[]): Promise<Answered> =>
    api.post('/v1/tenants', {
      tenantId: OTHER_TENANT,
      displayName: 'Fabrikam',
      organizationIds,
      credential: { kind: 'clientSecret', clientId: idOf(9), secretValue: 'value' },
    });

  it('lets tenants in that belong here, or anywhere', async () => {
    expect((await attach('here', 'anywhere', 'not-described-yet')).status).toBe(200);
    const body = { designation: 'x', region: 'West-Europe', tenantIds: [TENANT] };
    expect((await api.ask('PUT', '/v1/organizations/here', { body })).status).toBe(200);
  });

  it('refuses tenants of another one, before anything is tried', async () => {
    for (const answer of [await attach('here', 'there'), await connect('here', 'there')]) {
      expect([answer.status, answer.body.error]).toMatchObject([
        409,
        { code: 'WrongRegion', target: 'organizationIds[1]' },
      ]);
      expect(answer.body.error.message).toBe(
        "The organization's data belongs into northeurope; this deployment keeps its data in West Europe.",
      );
    }
    expect(api.world.probed).toEqual([]);
  });

  it('cannot become another one while tenants belong to it', async () => {
    const body = { designation: 'x', region: 'northeurope', tenantIds: [TENANT] };
    const moved = await api.ask('PUT', '/v1/organizations/here', { body });
    expect([moved.status, moved.body.error]).toMatchObject([409, { code: 'WrongRegion', target: 'region' }]);
    const emptied = await api.ask('PUT', '/v1/organizations/here', { body: { ...body, tenantIds: [] } });
    expect(emptied.status).toBe(200);
  });

  it('is all one where the deployment does not say where it is', async () => {
    api.world.dataRegion = null;
    expect((await attach('there')).status).toBe(200);
  });
});
