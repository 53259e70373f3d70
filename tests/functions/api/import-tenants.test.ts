import { beforeEach, describe, expect, it } from 'vitest';
import { Unavailable } from '../../../shared/core/failures.js';
import { Api, type Answered, type Item } from './api-harness.js';
import { idOf, readAll, tenant, TENANT } from './sample-rows.js';

const IMPORT = '/v1/tenants/import';
const CSV = { 'content-type': 'text/csv; charset=utf-8' };

describe('a list of customers', () => {
  let api: Api;

  beforeEach(() => {
    api = new Api();
    for (const bundle of ['directory', 'near-real-time', 'contacts'] as const)
      api.world.consentApps.push({ bundle, clientId: idOf(8), secretName: `consent-${bundle}`, cloud: null });
  });

  const importCsv = (...lines: string[]): Promise<Answered> =>
    api.ask('POST', IMPORT, { body: lines.join('\r\n'), headers: CSV });
  const organizations = (): Promise<Item[]> => readAll(api, '/v1/organizations');
  const statuses = ({ body }: Answered): unknown[] => body.value.map(({ line, status }) => [line, status]);

  it('becomes tenants that await consent, each with a link, an organization and its line', async () => {
    const { status, body } = await importCsv(
      '\uFEFFTenantId;DisplayName;ExternalId;Region;OwnerName;OwnerMail;Cloud;Bundles',
      `${idOf(1).toUpperCase()};Ærø Kommune;K-1;westeurope;Åse;ase@aeroe.example;local;"directory; contacts"`,
      `;"Smith; ""Sons""";;;;;;`,
    );
    expect([status, body.value]).toEqual([
      200,
      [
        {
          line: 2,
          status: 'created',
          tenantId: idOf(1),
          organizationId: 'K-1',
          consentUrl: expect.stringMatching(
            `^https://rollcall.example/api/consent/${idOf(1)}/[\\w-]+$`,
          ) as string,
          expiresAt: '2026-05-11T10:00:00.000Z',
        },
        {
          line: 3,
          status: 'created',
          tenantId: null,
          organizationId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
          consentUrl: expect.stringMatching(
            /^https:\/\/rollcall\.example\/api\/consent\/unknown\/[\w-]+$/,
          ) as string,
          expiresAt: '2026-05-11T10:00:00.000Z',
        },
      ],
    ]);
    expect((await api.get(`/v1/tenants/${idOf(1)}`)).body).toMatchObject({
      displayName: 'Ærø Kommune',
      state: 'awaitingConsent',
      cloud: 'local',
      owner: { name: 'Åse', mail: 'ase@aeroe.example' },
      bundles: ['directory', 'contacts'],
      organizationIds: ['K-1'],
    });
    expect(await organizations()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          id: 'K-1',
          designation: 'Ærø Kommune',
          region: 'westeurope',
          tenantIds: [idOf(1)],
        }),
        expect.objectContaining({ designation: 'Smith; "Sons"', externalId: null, tenantIds: [] }),
      ]),
    );
  });

  it('is taken as spreadsheets write it: with a line for the delimiter, other names, empty rows and columns', async () => {
    const answer = await importCsv(
      'sep=;',
      'Display Name;tenant id;Owner_Name;OWNER-MAIL;;',
      ';;;;;',
      `Contoso;${idOf(1)};Åse;ase@contoso.com;;`,
      'Fabrikam;;;',
    );
    expect(answer.status).toBe(200);
    expect(statuses(answer)).toEqual([
      [4, 'created'],
      [5, 'created'],
    ]);
    const unnamed = await importCsv('displayName,,bundles', 'Contoso,,');
    expect(unnamed.body.error.message).toBe('Column 2 has no name: name it, or remove it.');
  });

  it('is answered row by row: a bad one does not stop the others', async () => {
    await api.stores.tenants.create(tenant({ displayName: 'Contoso' }));
    const answer = await importCsv(
      'domain,displayName,ownerName,ownerMail,cloud,bundles',
      'common,No tenant',
      `${TENANT},Contoso`,
      '',
      `${idOf(2)},"Two`,
      'lines",,,,',
      `${idOf(3)},`,
      `${idOf(4)},Half an owner,Ada,`,
      `${idOf(5)},Mars,,,mars,`,
      `${idOf(6)},China,,,china,`,
      `${idOf(7)},Bundle,,,,mail`,
      `${idOf(8)},Too,many,a@b.example,,,,fields`,
      `${idOf(9)},Fine,Ada,ada@fine.example,global,directory`,
    );
    expect(statuses(answer)).toEqual([
      [2, 'refused'],
      [3, 'existed'],
      [5, 'refused'],
      [7, 'refused'],
      [8, 'refused'],
      [9, 'refused'],
      [10, 'refused'],
      [11, 'refused'],
      [12, 'refused'],
      [13, 'created'],
    ]);
    const errors = answer.body.value.map(({ error }) => (error as Item | undefined) ?? {});
    expect(errors.map(({ code, target }) => [code, target])).toEqual([
      ['InvalidRequest', 'tenantId'],
      [undefined, undefined],
      ['InvalidRequest', 'displayName'],
      ['InvalidRequest', 'displayName'],
      ['InvalidRequest', 'ownerMail'],
      ['InvalidRequest', 'cloud'],
      ['CloudNotServed', 'cloud'],
      ['InvalidRequest', 'bundles[0]'],
      ['InvalidRequest', undefined],
      [undefined, undefined],
    ]);
    expect(errors[8]?.['message']).toBe('The row has 8 fields; there are 6 columns.');
    expect((await organizations()).map(({ designation }) => designation)).toEqual(['Fine']);
  });

  it('names what login and directory say of a tenant', async () => {
    api.world.lookupAnswer = { kind: 'unknown', serverTime: null };
    const unknown = await importCsv('domain,displayName', 'nobody.example,Nobody');
    expect(unknown.body.value[0]).toMatchObject({ error: { code: 'TenantUnknown', target: 'tenantId' } });
    api.world.lookupAnswer = new Unavailable('down');
    const down = await importCsv('domain,displayName', 'nobody.example,Nobody');
    expect(down.body.value[0]).toMatchObject({ error: { code: 'DirectoryUnavailable' } });
    expect(await organizations()).toEqual([]);
  });

  it('makes each customer one organization, and takes one that is there by external id or designation', async () => {
    await api.ask('PUT', '/v1/organizations/org-1', { body: { designation: 'Old name', externalId: 'K-1' } });
    await api.ask('PUT', '/v1/organizations/org-2', { body: { designation: 'Fabrikam' } });
    const answer = await importCsv(
      'tenantId,displayName,externalId',
      `${idOf(1)},New name,K-1`,
      `${idOf(2)},Fabrikam,`,
      `${idOf(3)},Group North,K/9`,
      `${idOf(4)},Group South,K/9`,
    );
    const ids = answer.body.value.map(({ organizationId }) => organizationId);
    expect(ids.slice(0, 2)).toEqual(['org-1', 'org-2']);
    expect(ids[2]).toBe(ids[3]);
    expect(await organizations()).toHaveLength(3);
  });

  it('takes another id where that of a customer is an organization of somebody else', async () => {
    await api.ask('PUT', '/v1/organizations/K-1', { body: { designation: 'Else' } });
    const { body } = await importCsv('tenantId,displayName,externalId', `${idOf(1)},Contoso,K-1`);
    expect(body.value[0]?.['organizationId']).toMatch(/^[0-9a-f]{32}$/);
    expect(await organizations()).toHaveLength(2);
  });

  it('refuses who belongs into another region', async () => {
    api.world.dataRegion = 'westeurope';
    await api.ask('PUT', '/v1/organizations/org-1', {
      body: { designation: 'Away', externalId: 'K-1', region: 'northeurope' },
    });
    const answer = await importCsv(
      'tenantId,displayName,externalId,region',
      `${idOf(1)},Away,K-1,`,
      `${idOf(2)},Norway,,norwayeast`,
      `${idOf(3)},Here,,West Europe`,
    );
    expect(answer.body.value).toMatchObject([
      { status: 'refused', error: { code: 'WrongRegion' } },
      { status: 'refused', error: { code: 'WrongRegion', target: 'region' } },
      { status: 'created' },
    ]);
    expect((await organizations()).map(({ designation }) => designation).sort()).toEqual(['Away', 'Here']);
  });

  it('keeps a tenant that no link can be made for, and says why', async () => {
    api.world.consentApps.length = 0;
    const { body } = await importCsv('tenantId,displayName', `${idOf(1)},Contoso`, ',Unknown');
    expect(body.value).toMatchObject([
      { status: 'created', tenantId: idOf(1), consentUrl: null, error: { code: 'BundleNotServed' } },
      { status: 'refused', error: { code: 'BundleNotServed' } },
    ]);
    expect((await api.get(`/v1/tenants/${idOf(1)}`)).status).toBe(200);
    expect((await organizations()).map(({ designation }) => designation)).toEqual(['Contoso']);
  });

  it('comes as JSON too', async () => {
    const list = [
      { tenantId: idOf(1), displayName: 'Contoso', bundles: ['directory'] },
      { displayName: 'Fabrikam', colour: 'blue' },
      'Contoso',
    ];
    const { body } = await api.post(IMPORT, list);
    expect(body.value).toMatchObject([
      { line: 1, status: 'created', tenantId: idOf(1) },
      { line: 2, status: 'refused', error: { code: 'UnknownField', target: 'colour' } },
      { line: 3, status: 'refused', error: { code: 'InvalidRequest' } },
    ]);
  });

  it('that came before brings nothing new', async () => {
    const lines = ['tenantId,displayName,externalId', `${idOf(1)},Contoso,K-1`, `${idOf(1)},Contoso,K-1`];
    expect(statuses(await importCsv(...lines))).toEqual([
      [2, 'created'],
      [3, 'existed'],
    ]);
    expect(statuses(await importCsv(...lines))).toEqual([
      [2, 'existed'],
      [3, 'existed'],
    ]);
    expect(await organizations()).toHaveLength(1);
  });

  it.each([
    ['an unknown column', ['displayName,colour', 'Contoso,blue'], 'UnknownField', 'colour'],
    ['a column twice', ['tenantId,domain,displayName', ',,Contoso'], 'InvalidRequest', 'tenantId'],
    ['no names', ['tenantId', idOf(1)], 'InvalidRequest', 'displayName'],
    ['no customer', ['displayName'], 'InvalidRequest', undefined],
    ['nothing at all', [''], 'InvalidRequest', undefined],
    ['a quote that never ends', ['displayName', 'Fine', '"Contoso'], 'InvalidRequest', undefined],
    [
      'more than a thousand',
      ['displayName', ...Array.from({ length: 1001 }, (_, index) => `Customer ${index}`)],
      'InvalidRequest',
      undefined,
    ],
  ])('is refused as a whole with %s, and nothing is done', async (_, lines, code, target) => {
    const { status, body } = await importCsv(...lines);
    expect([status, body.error.code, body.error.target]).toEqual([400, code, target]);
    expect([await organizations(), api.tables.rows('ConsentRequests')]).toEqual([[], []]);
  });

  it('is refused where it is neither CSV nor a list', async () => {
    expect((await api.post(IMPORT, { displayName: 'Contoso' })).body.error.code).toBe('InvalidRequest');
    expect((await api.post(IMPORT, 'displayName,\nContoso')).body.error.code).toBe('InvalidJson');
  });

  it('answers a row with what failed where a part is down, and goes on', async () => {
    let failures = 1;
    api.tables.beforeOperation = ({ table, kind }) => {
      if (table === 'Tenants' && kind === 'insert' && failures-- > 0) throw new Unavailable('down');
    };
    const lines = [1, 2].map((number) => `${idOf(number)},Customer ${number}`);
    const { body } = await importCsv('tenantId,displayName', ...lines);
    expect(body.value.map(({ status }) => status).sort()).toEqual(['created', 'refused']);
    expect(body.value.find(({ status }) => status === 'refused')).toMatchObject({
      error: { code: 'ServiceUnavailable' },
    });
    expect(await organizations()).toHaveLength(1);
  });

  it('keeps its links where what it made in vain cannot be removed', async () => {
    api.tables.beforeOperation = ({ table, kind }) => {
      if (table === 'Organizations' && kind === 'delete') throw new Unavailable('down');
    };
    const { status, body } = await importCsv(
      'tenantId,displayName,bundles',
      `${idOf(1)},Fine,`,
      ',Vain,workplace',
    );
    expect([status, body.value]).toMatchObject([
      200,
      [
        { status: 'created', consentUrl: expect.stringContaining('https://') as string },
        { status: 'refused', error: { code: 'BundleNotServed' } },
      ],
    ]);
    expect(api.world.logged).toEqual([
      {
        level: 'warn',
        message: 'Organizations of an import that no tenant needs may be left over',
        facts: { name: 'Unavailable' },
      },
    ]);
  });

  it('asks anew for organizations where that failed for an earlier row', async () => {
    let failures = 1;
    api.tables.beforeOperation = ({ table, kind }) => {
      if (table === 'Organizations' && kind === 'query' && failures-- > 0) throw new Unavailable('down');
    };
    const lines = Array.from({ length: 30 }, (_, index) => `${idOf(index + 1)},Customer ${index + 1}`);
    const { body } = await importCsv('tenantId,displayName', ...lines);
    expect(new Set(body.value.map(({ status }) => status))).toEqual(new Set(['refused', 'created']));
    expect(body.value.at(-1)).toMatchObject({ status: 'created' });
  });

  it('makes the organization of a customer anew where that failed for an earlier row', async () => {
    let failures = 1;
    api.tables.beforeOperation = ({ table, kind }) => {
      if (table === 'Organizations' && kind === 'insert' && failures-- > 0) throw new Unavailable('down');
    };
    const lines = Array.from({ length: 30 }, (_, index) => `${idOf(index + 1)},Contoso,K-1`);
    const { body } = await importCsv('tenantId,displayName,externalId', ...lines);
    expect(body.value[0]).toMatchObject({ status: 'refused', error: { code: 'ServiceUnavailable' } });
    expect(body.value.at(-1)).toMatchObject({ status: 'created', organizationId: 'K-1' });
    expect(await organizations()).toHaveLength(1);
  });

  it('says of a customer who is disconnected before the list is through that the row is refused', async () => {
    let left = 2;
    api.tables.beforeOperation = async ({ table, kind }) => {
      if (table !== 'ConsentRequests' || kind !== 'insert' || --left > 0) return;
      api.tables.beforeOperation = null;
      const stored = (await api.stores.tenants.get(idOf(1)))!;
      const state = { kind: 'disconnecting', since: '2026-05-04T10:00:00.000Z' } as const;
      await api.stores.tenants.save({ ...stored.value, state }, stored.tag);
    };
    const { body } = await importCsv('tenantId,displayName', `${idOf(1)},One`, `${idOf(2)},Two`);
    expect(body.value).toMatchObject([
      { line: 2, status: 'refused', consentUrl: null, error: { code: 'TenantDisconnecting' } },
      { line: 3, status: 'created', tenantId: idOf(2) },
    ]);
  });
});
