import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { RowConflict } from '../../../shared/core/failures.js';
import { aSetup, aSetupDocument } from '../../builders/setup.js';
import { Api, type Answered } from './api-harness.js';
import { giveRoles } from './route-matrix.js';
import { localPrincipals } from '../../../local/functions-host/principals.js';
import { idOf, OTHER_TENANT, readAll, tenant, TENANT } from './sample-rows.js';

const CATALOG = '/v1/organizations/org-1/catalog';
const ROLE = `${CATALOG}/role/host`;

/** Requests to the tables take so many turns each, one after the other. */
function slowly(api: Api, turns: readonly number[]): void {
  let at = 0;
  api.tables.beforeOperation = async () => {
    for (let turn = turns[at++ % turns.length] ?? 0; turn > 0; turn -= 1) await Promise.resolve();
  };
}

const anyTurns = fc.array(fc.nat(60), { minLength: 1, maxLength: 30 });

describe('the catalog of an organization', () => {
  let api: Api;

  beforeEach(async () => {
    api = new Api();
    await api.stores.tenants.create(tenant({ organizationIds: ['org-1'] }));
    await api.stores.tenants.create(tenant({ tenantId: OTHER_TENANT }));
    const organization = { designation: 'Contoso', externalId: null, region: null };
    for (const id of ['org-1', 'org-2']) await api.stores.organizations.save({ id, ...organization }, null);
  });

  const put = (path: string, body: object = {}, headers = {}): Promise<Answered> => {
    const module = path.includes('/role/') ? { module: 'visitors' } : {};
    return api.ask('PUT', path, { body: { designation: 'A thing', ...module, ...body }, headers });
  };
  const remove = (path: string, headers = {}): Promise<Answered> => api.ask('DELETE', path, { headers });

  it('holds what was registered, until it is removed', async () => {
    const made = await put(ROLE, { designation: 'Host', module: 'visitors' });
    expect([made.status, made.body]).toEqual([
      200,
      {
        organizationId: 'org-1',
        kind: 'role',
        id: 'host',
        designation: 'Host',
        module: 'visitors',
        parentId: null,
      },
    ]);
    expect((await api.get(ROLE)).body).toEqual(made.body);
    expect((await put(ROLE)).body).toMatchObject({ designation: 'A thing' });
    expect((await remove(ROLE)).status).toBe(204);
    expect((await remove(ROLE)).status).toBe(204);
    expect((await api.get(ROLE)).body.error.code).toBe('CatalogEntryNotFound');
  });

  it('is listed as a whole and by kind, page by page', async () => {
    for (const path of ['role/b', 'costCenter/a', 'role/a']) await put(`${CATALOG}/${path}`);
    const names = (items: readonly object[]): string[] =>
      (items as { kind: string; id: string }[]).map(({ kind, id }) => `${kind} ${id}`);
    expect(names(await readAll(api, `${CATALOG}?top=1`))).toEqual(['costCenter a', 'role a', 'role b']);
    expect(names(await readAll(api, `${CATALOG}/role?top=1`))).toEqual(['role a', 'role b']);
    expect((await api.get('/v1/organizations/org-2/catalog')).body.value).toEqual([]);
    expect((await api.get(`${CATALOG}/desk`)).body.error.code).toBe('CatalogEntryNotFound');
  });

  it('takes only what an entry of that kind has', async () => {
    const faults = [
      await put(`${CATALOG}/costCenter/a`, { module: 'visitors' }),
      await put(ROLE, { module: null }),
      await put(ROLE, { parentId: 'a' }),
      await put(ROLE, { colour: 'red' }),
      await put(ROLE, { designation: ' ' }),
      await put(`${CATALOG}/role/${encodeURIComponent('a/b')}`),
      await put('/v1/organizations/org-9/catalog/role/host'),
    ];
    expect(faults.map(({ body }) => [body.error.code, body.error.target])).toEqual([
      ['InvalidRequest', 'module'],
      ['InvalidRequest', 'module'],
      ['InvalidRequest', 'parentId'],
      ['UnknownField', 'colour'],
      ['InvalidRequest', 'designation'],
      ['InvalidRequest', 'catalogId'],
      ['OrganizationNotFound', 'organizationId'],
    ]);
  });

  it('puts organizational units below others, and none below itself', async () => {
    const unit = (id: string, parentId: string | null): Promise<Answered> =>
      put(`${CATALOG}/organizationalUnit/${id}`, { parentId });
    expect((await unit('b', 'a')).body.error).toMatchObject({ code: 'InvalidRequest', target: 'parentId' });
    for (const [id, parentId] of [
      ['a', null],
      ['b', 'a'],
      ['c', 'b'],
    ] as const)
      expect((await unit(id, parentId)).status).toBe(200);
    for (const parentId of ['a', 'b', 'c'])
      expect((await unit('a', parentId)).body.error).toMatchObject({
        code: 'InvalidRequest',
        target: 'parentId',
      });
    const refused = await remove(`${CATALOG}/organizationalUnit/b`);
    expect([refused.status, refused.body.error.code]).toEqual([409, 'CatalogEntryInUse']);
    expect(refused.body.error.message).toContain('Organizational unit c');
  });

  it('has no unit below itself, whoever moves two at once, however long each takes', async () => {
    await fc.assert(
      fc.asyncProperty(anyTurns, async (turns) => {
        api.tables.beforeOperation = null;
        const unit = (id: string, parentId: string | null): Promise<Answered> =>
          put(`${CATALOG}/organizationalUnit/${id}`, { parentId });
        for (const id of ['a', 'b']) await unit(id, null);
        slowly(api, turns);
        const answers = await Promise.all([unit('a', 'b'), unit('b', 'a')]);
        api.tables.beforeOperation = null;
        const parents = await Promise.all(
          ['a', 'b'].map(
            async (id) => (await api.get(`${CATALOG}/organizationalUnit/${id}`)).body['parentId'],
          ),
        );
        expect(parents).toContain(null);
        expect(parents).toEqual(answers.map(({ status }, n) => (status === 200 ? ['b', 'a'][n] : null)));
      }),
      { numRuns: 200 },
    );
  });

  it('never loses what a setup comes to use in the same moment, however long each takes', async () => {
    await fc.assert(
      fc.asyncProperty(anyTurns, async (turns) => {
        api.tables.beforeOperation = null;
        await put(`${CATALOG}/customerType/gold`);
        const setup = `/v1/tenants/${TENANT}/setups/desk`;
        const document = { designation: 'Desk', organizationId: 'org-1', customerType: 'gold' };
        slowly(api, turns);
        const [, saved] = await Promise.all([
          remove(`${CATALOG}/customerType/gold`),
          api.ask('PUT', setup, { body: { ...document, scope: { kind: 'directory' } } }),
        ]);
        api.tables.beforeOperation = null;
        const entry = await api.get(`${CATALOG}/customerType/gold`);
        const stored = await api.get(setup);
        expect(stored.status).toBe(saved.status === 200 ? 200 : 404);
        if (stored.status === 200) expect(entry.status).toBe(200);
        await api.ask('DELETE', setup);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps what setups of its tenants use, and says where', async () => {
    const everywhere = aSetupDocument({
      customerType: 'gold',
      grants: [
        {
          source: { kind: 'group', groupId: idOf(1) },
          roles: ['guest', 'host'],
          memberships: [{ kind: 'reception', id: 'north' }],
          hostsOf: ['north'],
          organizationalUnits: ['sales'],
        },
      ],
    });
    await api.stores.setups.insert(aSetup({ setupId: 'desk', document: everywhere }));
    const elsewhere = { ...everywhere, organizationId: 'org-2' };
    await api.stores.setups.insert(aSetup({ setupId: 'other', document: elsewhere }));
    const paths: Record<string, string[]> = {
      'customerType/gold': ['customerType'],
      'role/host': ['grants[0].roles[1]'],
      'role/north': [],
      'reception/north': ['grants[0].memberships[0]', 'grants[0].hostsOf[0]'],
      'costCenter/north': [],
      'organizationalUnit/sales': ['grants[0].organizationalUnits[0]'],
    };
    for (const [path, used] of Object.entries(paths)) {
      await put(`${CATALOG}/${path}`);
      const { status, body } = await remove(`${CATALOG}/${path}`);
      if (used.length === 0) expect(status).toBe(204);
      else {
        expect([status, body.error.code]).toEqual([409, 'CatalogEntryInUse']);
        const targets = used.map((place) => `tenants/${TENANT}/setups/desk#${place}`);
        expect(body.error.details?.map(({ target }) => target)).toEqual(targets);
        expect((await api.get(`${CATALOG}/${path}`)).status).toBe(200);
      }
    }
  });

  it('tells started setups of a role that changed, and no others', async () => {
    const grant = {
      source: { kind: 'group', groupId: idOf(1) },
      roles: ['host'],
      memberships: [],
      hostsOf: [],
      organizationalUnits: [],
    } as const;
    const using = aSetupDocument({ grants: [grant] });
    await api.stores.setups.insert(aSetup({ setupId: 'a', document: using, state: 'started' }));
    await api.stores.setups.insert(aSetup({ setupId: 'b', document: using }));
    await api.stores.setups.insert(aSetup({ setupId: 'c', state: 'started' }));
    await put(ROLE, { module: 'visitors' });
    expect(api.world.setupWork).toEqual([]);
    await put(ROLE, { module: 'reception' });
    expect(api.world.setupWork).toEqual([`${TENANT} a`]);
  });

  it('is changed only in the version that was seen', async () => {
    const headers = { 'if-match': (await put(ROLE)).headers['etag'] ?? '' };
    expect((await put(ROLE, { designation: 'Second' }, headers)).status).toBe(200);
    expect((await put(ROLE, {}, headers)).body.error.code).toBe('PreconditionFailed');
    expect((await remove(ROLE, headers)).status).toBe(412);
    expect((await put(`${CATALOG}/role/other`, {}, headers)).status).toBe(412);
    const now = { 'if-match': (await api.get(ROLE)).headers['etag'] ?? '' };
    expect((await remove(ROLE, now)).status).toBe(204);
  });

  it('is written again over what somebody else wrote meanwhile, and not for ever', async () => {
    await put(ROLE);
    let conflicts = 1;
    const conflict = ({ table, writes }: { table: string; writes: boolean }): void => {
      if (table === 'Catalog' && writes && conflicts-- > 0) throw new RowConflict('Somebody was quicker');
    };
    api.tables.beforeOperation = conflict;
    expect((await put(ROLE)).status).toBe(200);
    conflicts = 99;
    expect((await put(ROLE)).body.error.code).toBe('ChangedMeanwhile');
    expect((await remove(ROLE)).body.error.code).toBe('ChangedMeanwhile');
  });

  it('is read by who is let in to a tenant of the organization, and edited by operators alone', async () => {
    await put(ROLE);
    await giveRoles(api, localPrincipals.customer.objectId, TENANT, ['Admin']);
    const as = { as: 'customer' } as const;
    expect((await api.get(ROLE, as)).status).toBe(200);
    expect((await api.get(CATALOG, as)).body.value).toHaveLength(1);
    expect((await api.get('/v1/organizations/org-2/catalog', as)).body.error.code).toBe(
      'OrganizationNotFound',
    );
    expect((await api.ask('PUT', ROLE, { ...as, body: { designation: 'Mine' } })).status).toBe(403);
    expect((await api.ask('DELETE', ROLE, as)).status).toBe(403);
  });
});
