import { beforeEach, describe, expect, it } from 'vitest';
import { localPrincipals } from '../../../local/functions-host/principals.js';
import { RowConflict, Unavailable } from '../../../shared/core/failures.js';
import { emptyResourceState } from '../../../shared/core/round.js';
import { Api, type Answered } from './api-harness.js';
import { giveRoles } from './route-matrix.js';
import { FENCE, group, idOf, OTHER_TENANT, readAll, seedMirror, tenant, TENANT } from './sample-rows.js';

const SETUPS = `/v1/tenants/${TENANT}/setups`;
const DESK = `${SETUPS}/front-desk`;
const WORK = `${TENANT} front-desk`;
const EVERYBODY = { designation: 'Front desk', organizationId: 'org-1', scope: { kind: 'directory' } };

describe('setups', () => {
  let api: Api;

  beforeEach(async () => {
    api = new Api();
    await api.stores.tenants.create(tenant({ organizationIds: ['org-1', 'org-2'] }));
    await api.stores.tenants.create(tenant({ tenantId: OTHER_TENANT }));
    for (const id of ['org-1', 'org-2', 'org-3'])
      await api.stores.organizations.save({ id, designation: id, externalId: null, region: null }, null);
    const role = {
      kind: 'role',
      id: 'host',
      designation: 'Host',
      module: 'visitors',
      parentId: null,
    } as const;
    await api.stores.catalogEntries.insert({ ...role, organizationId: 'org-1' });
  });

  const put = (body: object = {}, path = DESK, headers = {}): Promise<Answered> =>
    api.ask('PUT', path, { body: { ...EVERYBODY, ...body }, headers });
  const remove = (query = '', headers = {}): Promise<Answered> =>
    api.ask('DELETE', `${DESK}${query}`, { headers });
  const state = async (): Promise<unknown> => (await api.get(DESK)).body['state'];

  /** Every group was read, this one among them. */
  async function groupsRead(securityEnabled = true): Promise<void> {
    const attributes = { displayName: 'Staff', securityEnabled };
    await seedMirror(api, { groups: [group(1, { attributes }), group(2, { presence: 'softDeleted' })] });
    const completed = { roundId: 'r', kind: 'full', beganAt: 't', completedAt: 't' } as const;
    const counts = { created: 0, updated: 0, softDeleted: 0, restored: 0, deleted: 0 };
    const last = { ...completed, pages: 1, objects: 2, counts, warnings: [] };
    await api.stores.syncStates.save(FENCE, { ...emptyResourceState('groups'), pristine: false, last });
  }

  const naming = (number: number, more: object = {}) => ({
    scope: { kind: 'groups', groupIds: [idOf(number)] },
    ...more,
  });

  it('are saved with everything filled in, and derive nobody before they are started', async () => {
    const { status, body, headers } = await put();
    expect([status, body]).toEqual([
      200,
      {
        ...EVERYBODY,
        id: 'front-desk',
        tenantId: TENANT,
        state: 'saved',
        version: 1,
        createdAt: '2026-05-04T10:00:00.000Z',
        changedAt: '2026-05-04T10:00:00.000Z',
        warnings: [],
        attention: [],
        issues: [],
        customerType: null,
        resourceTypes: ['users'],
        scope: {
          kind: 'directory',
          groupIds: [],
          groupTypes: 'security',
          includeDisabled: false,
          includeGuests: false,
          filter: null,
          excludeGroupIds: [],
        },
        attributes: { preset: null, fields: [], mailFallback: null, initialsFrom: null, connection: null },
        match: ['entraId'],
        create: true,
        update: true,
        remove: { whenLeft: { mode: 'disable' }, whenDeleted: { mode: 'disable' } },
        grants: [],
        segments: { fromGroups: 'none', groupIds: [], rules: [] },
        removalGuard: { maxCount: 500, maxShare: 0.2, minCount: 5, withinHours: 24 },
      },
    ]);
    expect(headers['etag']).toBeDefined();
    expect((await api.get(DESK)).body).toEqual(body);
    expect(api.world.setupWork).toEqual([]);
  });

  describe('that need attention', () => {
    const progress = { setupId: 'front-desk', basis: null, readiness: 'complete' } as const;
    const found = (missingGroups: string[]) =>
      api.stores.setupProgresses.save(FENCE, {
        ...progress,
        missingGroups,
        hiddenGroups: [],
        dueAt: null,
        isHolding: false,
        asOf: null,
      });
    const roleList = { key: `directoryRole ${idOf(7)}`, roles: [], readAt: null, askedAt: 't' };
    const attention = async (): Promise<unknown> => {
      const [one, list] = [await api.get(DESK), await api.get(SETUPS)];
      expect(list.body.value[0]?.['attention']).toEqual(one.body['attention']);
      return one.body['attention'];
    };

    it('say what went missing, where, and what to do, as long as it is missing', async () => {
      await groupsRead();
      const byRole = { source: { directoryRole: idOf(7) }, roles: ['host'] };
      await put(naming(1, { grants: [{ source: { group: idOf(1) }, roles: ['host'] }, byRole] }));
      await api.ask('POST', `${DESK}/start`);
      expect(await attention()).toEqual([]);
      await found([idOf(1)]);
      await api.stores.roleAssignments.saveList(FENCE, { ...roleList, outcome: 'missing' });
      const gone = `The group ${idOf(1)} is not in the directory any more`;
      const mend = 'Bring it back, or take it out of the setup.';
      expect(await attention()).toEqual([
        {
          code: 'GroupNotFound',
          message: `${gone}: nobody is removed for it. ${mend}`,
          target: 'scope.groupIds[0]',
        },
        {
          code: 'GroupNotFound',
          message: `${gone}: it gives nobody anything new. What it gave is lost as far as the removal guard lets it pass, and not while a group of the scope is gone. ${mend}`,
          target: 'grants[0].source.group',
        },
        {
          code: 'RoleNotFound',
          message: `Graph does not know the directory role ${idOf(7)}: who had it keeps what it gave. Correct the source, or take it out of the setup.`,
          target: 'grants[1].source.directoryRole',
        },
      ]);
      await found([]);
      await api.stores.roleAssignments.saveList(FENCE, { ...roleList, outcome: 'read' });
      expect(await attention()).toEqual([]);
    });

    it('say it no longer once the setup is edited or paused, whatever was found before', async () => {
      await groupsRead();
      await put(naming(1));
      await api.ask('POST', `${DESK}/start`);
      await found([idOf(1)]);
      const before = await api.get(DESK);
      expect(before.body['attention']).toHaveLength(1);
      const edited = await api.ask('PUT', DESK, { body: { ...before.body, scope: { kind: 'directory' } } });
      expect([edited.status, edited.body['attention']]).toEqual([200, []]);
      await put(naming(1));
      expect(await attention()).toHaveLength(1);
      expect((await api.ask('POST', `${DESK}/pause`)).body['attention']).toEqual([]);
      expect(await attention()).toEqual([]);
    });
  });

  it('come back as they were written, and may be put back as they came', async () => {
    await groupsRead();
    const written = {
      attributes: {
        preset: 'contactCard',
        fields: [
          { from: 'department', to: 'team', policy: 'neverBlank', visible: false, usableInRules: false },
        ],
        mailFallback: 'userPrincipalName',
        initialsFrom: 'mailNickname',
        connection: { attribute: 'department', equals: 'moved', mode: 'flag' },
      },
      remove: { whenLeft: { mode: 'delete', afterDays: 30 }, whenDeleted: { mode: 'keep' } },
      grants: [
        { source: { group: idOf(1).toUpperCase() }, roles: ['host'] },
        { source: { where: 'country = "DK"' }, roles: ['host'] },
        { source: { appRole: `${idOf(5)}/${idOf(6)}` }, roles: ['host'] },
        { source: { directoryRole: idOf(7) }, roles: ['host'] },
      ],
    };
    const first = await put(written);
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      ...written,
      grants: [{ source: { group: idOf(1) }, memberships: [], hostsOf: [] }, ...written.grants.slice(1)],
    });
    const again = await api.ask('PUT', DESK, { body: first.body });
    expect([again.body, again.headers['etag']]).toEqual([first.body, first.headers['etag']]);
    expect((await put({ ...written, designation: 'Desk' })).body).toMatchObject({ version: 2 });
  });

  it.each([
    ['an unknown field', { colour: 'red' }, 'UnknownField', 'colour'],
    ['an unknown field within', { scope: { kind: 'directory', x: 1 } }, 'UnknownField', 'scope.x'],
    ['a missing scope', { scope: undefined }, 'InvalidRequest', 'scope'],
    [
      'a grant of two sources',
      { grants: [{ source: { group: idOf(1), where: 'a' } }] },
      'InvalidRequest',
      'grants[0].source',
    ],
    [
      'days without deletion',
      { remove: { whenLeft: { mode: 'keep', afterDays: 1 } } },
      'InvalidRequest',
      'remove.whenLeft.afterDays',
    ],
    ['contacts', { resourceTypes: ['users', 'contacts'] }, 'NotSupported', 'resourceTypes[1]'],
    [
      'an unknown attribute',
      { attributes: { fields: [{ from: 'shoeSize', to: 'size' }] } },
      'UnknownAttribute',
      'attributes.fields[0].from',
    ],
    [
      'an unknown role',
      { grants: [{ source: { directoryRole: idOf(1) }, roles: ['host', 'king'] }] },
      'UnknownCatalogEntry',
      'grants[0].roles[1]',
    ],
    ['an unknown customer type', { customerType: 'gold' }, 'UnknownCatalogEntry', 'customerType'],
    [
      'a filter that is none',
      { scope: { kind: 'directory', filter: 'department =' } },
      'InvalidCondition',
      'scope.filter',
    ],
    ['groups of nobody', { scope: { kind: 'groups' } }, 'Contradiction', 'scope.groupIds'],
    [
      'an organization that the tenant does not belong to',
      { organizationId: 'org-3' },
      'InvalidRequest',
      'organizationId',
    ],
    ['one that is not there', { organizationId: 'org-9' }, 'InvalidRequest', 'organizationId'],
    ['a group that is not there', naming(9), 'InvalidRequest', 'scope.groupIds[0]'],
    ['a deleted group', naming(2), 'GroupDeleted', 'scope.groupIds[0]'],
  ])('are refused with %s, at its place', async (_, body, code, target) => {
    await groupsRead();
    const { status, body: answered } = await put(body);
    expect([status, answered.error.code, answered.error.target]).toEqual([400, code, target]);
    expect((await api.get(DESK)).status).toBe(404);
  });

  it('are told all of their faults at once', async () => {
    const { body } = await put({
      resourceTypes: ['contacts'],
      grants: [{ source: { directoryRole: idOf(1) }, roles: ['king'], hostsOf: ['north'] }],
    });
    expect(body.error.details?.map(({ code, target }) => `${String(code)} ${String(target)}`)).toEqual([
      'NotSupported resourceTypes[0]',
      'UnknownCatalogEntry grants[0].roles[0]',
      'UnknownCatalogEntry grants[0].hostsOf[0]',
    ]);
  });

  it('may name groups that were not read yet, and say so', async () => {
    const { status, body } = await put(naming(9));
    expect(status).toBe(200);
    expect(body['warnings']).toMatchObject([{ code: 'GroupNotReadYet', target: 'scope.groupIds[0]' }]);
  });

  it('may name groups whose members are hidden from the application, and name the permission', async () => {
    await groupsRead();
    const attributes = { displayName: 'Board', securityEnabled: true, visibility: 'HiddenMembership' };
    await seedMirror(api, { groups: [group(3, { attributes })] });
    const state = { ...emptyResourceState('groups'), pristine: false, deltaLink: 'link', seesHidden: false };
    await api.stores.syncStates.save(FENCE, state);
    const { status, body } = await put(naming(3));
    expect(status).toBe(200);
    expect(body['warnings']).toMatchObject([
      {
        code: 'GroupHidden',
        target: 'scope.groupIds[0]',
        message: expect.stringContaining('Member.Read.Hidden') as string,
      },
    ]);
  });

  it('take groups of other types only where they allow them', async () => {
    await groupsRead(false);
    expect((await put(naming(1))).body.error).toMatchObject({
      code: 'GroupNotSecurityEnabled',
      target: 'scope.groupIds[0]',
    });
    const scope = { kind: 'groups', groupIds: [idOf(1)], groupTypes: 'all' };
    expect((await put({ scope })).status).toBe(200);
  });

  it('of ten thousand groups are saved and read', async () => {
    const groupIds = Array.from({ length: 10_000 }, (_, n) => idOf(n));
    const grants = groupIds.map((id) => ({ source: { group: id }, roles: ['host'] }));
    const { status } = await put({ scope: { kind: 'groups', groupIds }, grants });
    expect(status).toBe(200);
    expect((await api.get(DESK)).body['grants']).toHaveLength(10_000);
  });

  it('are started, edited while started, paused and started again, and a job is told each time', async () => {
    await put();
    expect((await api.post(`${DESK}/pause`)).body.error.code).toBe('SetupNotStarted');
    expect((await api.post(`${DESK}/start`)).body).toMatchObject({ state: 'started', version: 1 });
    expect((await put({ update: false })).body).toMatchObject({ state: 'started', version: 2 });
    expect((await api.post(`${DESK}/pause`)).body).toMatchObject({ state: 'paused', version: 2 });
    expect((await put()).body).toMatchObject({ state: 'paused', version: 3 });
    expect((await api.post(`${DESK}/start`)).body).toMatchObject({ state: 'started', version: 3 });
    expect(api.world.setupWork).toEqual([WORK, WORK, WORK, WORK]);
    for (const action of ['start', 'pause'])
      expect((await api.post(`${SETUPS}/other/${action}`)).body.error.code).toBe('SetupNotFound');
  });

  it('have the members of their groups read once they are saved, where a tenant reads those alone', async () => {
    await put();
    expect(api.world.setupWork).toEqual([]);
    expect((await api.patch(`/v1/tenants/${TENANT}`, { groupMembers: 'needed' })).status).toBe(200);
    await put({ update: false });
    expect(api.world.setupWork).toEqual([WORK]);
  });

  it('keep their organization once they were started', async () => {
    const other = 'org-2';
    await api.patch(`/v1/tenants/${TENANT}`, { organizationIds: ['org-1', other] });
    await put();
    expect((await put({ organizationId: other })).status).toBe(200);
    await put({ organizationId: 'org-1' });
    await api.post(`${DESK}/start`);
    for (const action of ['pause', 'start']) {
      const { status, body } = await put({ organizationId: other });
      expect([status, body.error.code, body.error.target]).toEqual([400, 'NotSupported', 'organizationId']);
      await api.post(`${DESK}/${action}`);
    }
    expect((await api.get(DESK)).body['organizationId']).toBe('org-1');
  });

  it('are not started with what is gone since they were saved', async () => {
    await put(naming(9));
    await groupsRead();
    const { status, body } = await api.post(`${DESK}/start`);
    expect([status, body.error.code]).toEqual([409, 'SetupInvalid']);
    expect(body.error.details).toMatchObject([{ code: 'GroupNotFound', target: 'scope.groupIds[0]' }]);
    expect(await state()).toBe('saved');
  });

  it('are safe to start again where nobody could be told', async () => {
    await put();
    api.world.queueFailure = new Unavailable('No queue');
    expect((await api.post(`${DESK}/start`)).status).toBe(503);
    expect(await state()).toBe('started');
    expect((await put()).status).toBe(503);
    api.world.queueFailure = null;
    expect((await put()).body).toMatchObject({ state: 'started', version: 1 });
    expect(api.world.setupWork).toEqual([WORK]);
  });

  it('go at once where they were never started, else when they are paused and confirmed', async () => {
    await put();
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(204);
    await put();
    await api.post(`${DESK}/start`);
    expect((await remove('?confirm=Front%20desk')).body.error.code).toBe('SetupStarted');
    await api.post(`${DESK}/pause`);
    expect((await remove('?confirm=Desk')).body.error).toMatchObject({
      code: 'ConfirmationRequired',
      target: 'confirm',
    });
    api.world.setupWork.length = 0;
    expect((await remove('?confirm=Front%20desk')).status).toBe(204);
    expect([await state(), api.world.setupWork]).toEqual(['removing', [WORK]]);
    expect((await put()).body.error.code).toBe('SetupRemoving');
    expect((await api.post(`${DESK}/start`)).body.error.code).toBe('SetupRemoving');
    expect((await api.post(`${DESK}/pause`)).body.error.code).toBe('SetupNotStarted');
    expect((await remove()).status).toBe(204);
  });

  it('are changed only in the version that was seen', async () => {
    const seen = { 'if-match': (await put()).headers['etag'] ?? '' };
    const { headers } = await put({ update: false }, DESK, seen);
    expect((await put({}, DESK, seen)).body.error.code).toBe('PreconditionFailed');
    expect((await remove('', seen)).status).toBe(412);
    expect((await api.post(`${DESK}/start`, undefined, { headers: seen })).status).toBe(412);
    expect((await put({}, `${SETUPS}/other`, seen)).status).toBe(412);
    const now = { 'if-match': headers['etag'] ?? '' };
    expect((await api.post(`${DESK}/start`, undefined, { headers: now })).status).toBe(200);
    expect((await api.post(`${DESK}/pause`, undefined, { headers: now })).status).toBe(412);
  });

  it('are written again over what somebody else wrote meanwhile, and not for ever', async () => {
    await put();
    let conflicts = 1;
    api.tables.beforeOperation = ({ table, writes }) => {
      if (table === 'Setups' && writes && conflicts-- > 0) throw new RowConflict('Somebody was quicker');
    };
    expect((await put({ update: false })).status).toBe(200);
    conflicts = 99;
    expect((await put({ update: true })).body.error.code).toBe('ChangedMeanwhile');
  });

  it('are listed in the order of their ids, page by page', async () => {
    for (const id of ['b', 'a']) await put({}, `${SETUPS}/${id}`);
    expect((await readAll(api, `${SETUPS}?top=1`)).map(({ id }) => id)).toEqual(['a', 'b']);
    for (const path of ['a_b', 'a--b', '-a', 'a'.repeat(65)])
      expect((await put({}, `${SETUPS}/${path}`)).body.error).toMatchObject({
        code: 'InvalidRequest',
        target: 'setupId',
      });
    expect((await api.get(`/v1/tenants/${idOf(9)}/setups`)).body.error.code).toBe('TenantNotFound');
  });

  describe('copied', () => {
    const copy = (body: object): Promise<Answered> => api.post(`${DESK}/copy`, { setupId: 'copy', ...body });

    it('are saved under another id, for another organization and with other parts where wished', async () => {
      await put({ update: false });
      await api.post(`${DESK}/start`);
      const made = await copy({ organizationId: 'org-2', designation: 'Copy', changes: { create: false } });
      expect([made.status, made.body]).toMatchObject([
        201,
        {
          ...{ id: 'copy', state: 'saved', version: 1, organizationId: 'org-2', designation: 'Copy' },
          ...{ create: false, update: false, customerType: null },
        },
      ]);
      expect((await copy({})).body.error).toMatchObject({ code: 'SetupExists', target: 'setupId' });
    });

    it('name what the other organization does not have, and make nothing', async () => {
      await put({ grants: [{ source: { directoryRole: idOf(1) }, roles: ['host'] }] });
      expect((await copy({ organizationId: 'org-2' })).body.error).toMatchObject({
        code: 'UnknownCatalogEntry',
        target: 'grants[0].roles[0]',
      });
      expect((await copy({ organizationId: 'org-3' })).body.error.target).toBe('organizationId');
      expect((await api.get(`${SETUPS}/copy`)).status).toBe(404);
      expect((await copy({})).status).toBe(201);
    });
  });

  it('are made from templates, whose groups are looked for then', async () => {
    await groupsRead();
    const path = '/v1/setup-templates/standard';
    const body = { designation: 'Standard', ...naming(9), create: false };
    const saved = await api.ask('PUT', path, { body });
    expect(saved.body).toMatchObject({ id: 'standard', ...body });
    expect((await api.ask('PUT', path, { body: saved.body })).status).toBe(200);
    expect(await readAll(api, '/v1/setup-templates')).toMatchObject([{ id: 'standard' }]);
    const copy = (more: object = {}): Promise<Answered> =>
      api.post(`/v1/tenants/${TENANT}/setup-templates/standard/copy`, {
        ...{ setupId: 'made', organizationId: 'org-1' },
        ...more,
      });
    expect((await copy()).body.error.target).toBe('scope.groupIds[0]');
    const made = await copy({ changes: naming(1), designation: 'Made' });
    expect([made.status, made.body]).toMatchObject([
      201,
      { id: 'made', state: 'saved', create: false, designation: 'Made', organizationId: 'org-1' },
    ]);
    const stale = { 'if-match': saved.headers['etag'] ?? '' };
    expect((await api.ask('DELETE', path, { headers: stale })).status).toBe(412);
    expect((await api.ask('PUT', path, { body, headers: stale })).status).toBe(412);
    for (const _ of ['once', 'again']) expect((await api.ask('DELETE', path)).status).toBe(204);
    expect((await api.get(path)).body.error.code).toBe('SetupTemplateNotFound');
    expect((await copy()).body.error.code).toBe('SetupTemplateNotFound');
  });

  it('tell their fields, and those that they could map', async () => {
    const fields = [{ from: 'department', to: 'name', policy: 'neverBlank', visible: false }];
    await put({ attributes: { preset: 'contactCard', fields } });
    const { value } = (await api.get(`${DESK}/fields`)).body;
    expect(value.find(({ name }) => name === 'name')).toEqual({
      ...{ name: 'name', source: 'department', type: 'string', collection: false, allowedValues: null },
      ...{ mapped: true, policy: 'neverBlank', visible: false, usableInRules: true },
    });
    expect(value.find(({ name }) => name === 'jobTitle')).toMatchObject({
      source: 'jobTitle',
      visible: true,
    });
    const all = (await api.get(`${DESK}/fields?all=true`)).body.value;
    expect(all.slice(0, value.length)).toEqual(value);
    expect(all.find(({ name }) => name === 'userType')).toMatchObject({
      ...{ mapped: false, policy: null, allowedValues: ['Member', 'Guest'], visible: false },
    });
  });

  it("are the customer's administrator's too, of that tenant alone", async () => {
    await giveRoles(api, localPrincipals.customer.objectId, TENANT, ['Admin']);
    const as = { as: 'customer' } as const;
    expect((await api.ask('PUT', DESK, { ...as, body: EVERYBODY })).status).toBe(200);
    expect((await api.post(`${DESK}/start`, undefined, as)).status).toBe(200);
    const elsewhere = `/v1/tenants/${OTHER_TENANT}/setups/front-desk`;
    expect((await api.ask('PUT', elsewhere, { ...as, body: EVERYBODY })).status).toBe(404);
  });
});
