import { beforeEach, describe, expect, it } from 'vitest';
import { emptyResourceState } from '../../../shared/core/round.js';
import { requirementsOf } from '../../../shared/core/setup/requirements.js';
import type { SetupDocument } from '../../../shared/core/setup/setup.js';
import type { Person } from '../../../shared/core/people/person.js';
import { aCause, aChange, aPerson } from '../../builders/person.js';
import { aSetup, aSetupDocument } from '../../builders/setup.js';
import { Api, type Answered } from './api-harness.js';
import { edge, FENCE, group, idOf, readAll, seedMirror, tenant, TENANT, user } from './sample-rows.js';

const SETUP = `/v1/tenants/${TENANT}/setups/everybody`;
const PARENT = 20;
const NESTED = 21;

describe('people over HTTP', () => {
  let api: Api;

  /** A parent group with one direct member and a nested group of five. */
  beforeEach(async () => {
    api = new Api();
    await api.stores.tenants.create(tenant({ organizationIds: ['org-1'] }));
    await seedMirror(api, {
      users: [1, 2, 3, 4, 5, 6].map((number) => user(number)),
      groups: [group(PARENT), group(NESTED)],
      edges: [
        edge(PARENT, 1, 'user'),
        edge(PARENT, NESTED, 'group'),
        ...[2, 3, 4, 5, 6].map((number) => edge(NESTED, number, 'user')),
      ],
    });
  });

  const setUp = async (document: Partial<SetupDocument> = {}): Promise<void> => {
    await api.stores.setups.insert(aSetup({ document: aSetupDocument(document), state: 'started' }));
  };
  const rooted = (over: Partial<SetupDocument['scope']> = {}): SetupDocument['scope'] => ({
    ...aSetupDocument().scope,
    kind: 'rootGroup',
    groupIds: [idOf(PARENT)],
    ...over,
  });
  const write = async (...people: readonly Partial<Person>[]): Promise<void> => {
    const all = people.map((over) => aPerson({ tenantId: TENANT, setupId: 'everybody', ...over }));
    await api.stores.people.write(
      FENCE,
      all.map((person) => aChange(null, person)),
      aCause(),
    );
  };
  const idsOf = (items: readonly object[]): unknown[] =>
    (items as { directoryId?: string; id: string }[]).map((item) => item.directoryId ?? item.id);

  it('are found by what they were given and by status, removed ones only where asked for', async () => {
    await setUp();
    const roles = [{ id: 'host', module: null }];
    const memberships = [{ kind: 'costCenter', id: '7' } as const];
    await write(
      { directoryId: idOf(1), roles },
      { directoryId: idOf(2), roles, memberships, segments: ['rule:sales'] },
      { directoryId: idOf(3), status: 'disabled', statusReason: 'leftScope' },
      { directoryId: idOf(4), status: 'removed', statusReason: 'leftScope' },
    );
    const found = async (query: string): Promise<unknown[]> =>
      idsOf(await readAll(api, `${SETUP}/people?top=1${query}`)).sort();
    expect(await found('')).toEqual([idOf(1), idOf(2), idOf(3)]);
    expect(await found('&role=host')).toEqual([idOf(1), idOf(2)]);
    expect(await found('&role=host&membership=costCenter:7')).toEqual([idOf(2)]);
    expect(await found('&segment=rule:sales&role=other')).toEqual([]);
    expect(await found('&status=disabled')).toEqual([idOf(3)]);
    expect(await found('&status=removed')).toEqual([idOf(4)]);
    const refused = await api.get(`${SETUP}/people?membership=7`);
    expect(refused.body.error).toMatchObject({ code: 'InvalidRequest', target: 'membership' });
    const ofUser = await api.get(`/v1/tenants/${TENANT}/people?userId=${idOf(2)}`);
    expect(idsOf(ofUser.body.value)).toEqual([idOf(2)]);
    expect(idsOf((await api.get(`/v1/tenants/${TENANT}/people?userId=${idOf(4)}`)).body.value)).toEqual([]);
    const resolved = await api.get(`/v1/resolve?tid=${TENANT}&oid=${idOf(1)}`, { as: 'product' });
    expect(resolved.body).toMatchObject({ people: [{ id: `everybody.${idOf(1)}`, roles }] });
  });

  it('never show a field that the setup hides, whenever it was written', async () => {
    const field = { policy: 'authoritative', usableInRules: true } as const;
    const { attributes } = aSetupDocument();
    const fields = [
      { ...field, from: 'department', to: 'unit', visible: true },
      { ...field, from: 'jobTitle', to: 'title', visible: false },
    ];
    await setUp({ attributes: { ...attributes, fields }, scope: rooted({ filter: 'jobTitle = "Chief"' }) });
    await seedMirror(api, { users: [user(1, { attributes: { department: 'Sales', jobTitle: 'Chief' } })] });
    await write({ directoryId: idOf(1), attributes: { unit: 'Sales', title: 'Chief' } });
    const person = `${SETUP}/people/everybody.${idOf(1)}`;
    expect((await api.get(person, { as: 'product' })).body).toMatchObject({ attributes: { unit: 'Sales' } });
    const told = await Promise.all([
      api.get(person, { as: 'product' }),
      api.get(`${SETUP}/people`, { as: 'product' }),
      api.get(`${person}/explain`, { as: 'product' }),
      api.get(`/v1/resolve?tid=${TENANT}&oid=${idOf(1)}`, { as: 'product' }),
    ]);
    for (const { status, body } of told) {
      expect(status).toBe(200);
      expect(JSON.stringify(body)).not.toContain('Chief');
    }
    expect(JSON.stringify((await api.get(`${person}/explain`, { as: 'reader' })).body)).toContain('Chief');
  });

  it('are found by the beginning of a word, together with the other filters', async () => {
    await setUp();
    const roles = [{ id: 'host', module: null }];
    await write(
      { directoryId: idOf(1), displayName: 'Ada Lovelace', roles },
      { directoryId: idOf(2), displayName: 'Grace Hopper', mail: 'lovely@contoso.example' },
      { directoryId: idOf(3), displayName: 'Love', status: 'removed' },
    );
    const search = async (query: string) => idsOf(await readAll(api, `${SETUP}/people?search=love${query}`));
    expect((await search('&top=1')).sort()).toEqual([idOf(1), idOf(2)]);
    expect(await search('&role=host')).toEqual([idOf(1)]);
    expect(await search('&status=disabled')).toEqual([]);
    expect((await api.get(`${SETUP}/people?search=love`)).body.complete).toBe(true);
    const searchIndex = { version: 1, nextBucket: 3 };
    await api.stores.syncStates.save(FENCE, { ...emptyResourceState('users'), searchIndex });
    expect((await api.get(`${SETUP}/people?search=love`)).body.complete).toBe(false);
    expect((await api.get(`${SETUP}/people`)).body).not.toHaveProperty('complete');
  });

  it('are explained by the groups that lead to them, whether or not they are people', async () => {
    const grants = [
      {
        source: { kind: 'group', groupId: idOf(PARENT) } as const,
        ...{ roles: ['host'], memberships: [], hostsOf: [], organizationalUnits: [] },
      },
    ];
    await setUp({ scope: rooted(), grants });
    const { body } = await api.get(`${SETUP}/people/everybody.${idOf(2)}/explain`);
    const text = 'member of Group 20 via Group 21';
    expect(body).toMatchObject({
      verdict: 'in',
      person: null,
      grants: [
        {
          grant: { kind: 'role', id: 'host' },
          isGiven: true,
          sources: [{ rule: 'grants[0]', path: { text } }],
        },
      ],
    });
    await seedMirror(api, { users: [user(9)] });
    expect((await api.get(`${SETUP}/people/everybody.${idOf(9)}/explain`)).body).toMatchObject({
      verdict: 'out',
      reason: 'outsideScope',
    });
    const unknown = await api.get(`${SETUP}/people/everybody.${idOf(99)}/explain`);
    expect(unknown.body.error.code).toBe('PersonNotFound');
    expect((await api.get(`${SETUP}/people/other.${idOf(2)}/explain`)).status).toBe(404);
  });

  it('are six of a parent group with one member and a nested group of five, where Entra shows seven', async () => {
    await setUp({ scope: rooted() });
    for (const query of [
      'setup=everybody',
      `setup=everybody&group=${idOf(PARENT)}`,
      `group=${idOf(PARENT)}`,
    ]) {
      const { body } = await api.get(`/v1/tenants/${TENANT}/numbers?${query}`);
      expect(body).toMatchObject({
        entra: 7,
        people: 6,
        reasons: [{ reason: 'nestedGroup', count: 1, countedByEntra: true }],
      });
      const [{ link }] = (body as unknown as { reasons: [{ link: string }] }).reasons;
      expect(await readAll(api, link)).toEqual([
        { id: idOf(NESTED), type: 'group', displayName: 'Group 21', mail: null },
      ]);
    }
  });

  it('are counted each once under the first reason, with its list page by page', async () => {
    await setUp({ scope: rooted() });
    const off = { accountEnabled: false, displayName: 'Off' };
    await seedMirror(api, {
      users: [2, 3, 4]
        .map((number) => user(number, { attributes: off }))
        .concat(user(5, { presence: 'softDeleted' })),
      edges: [edge(NESTED, 70, 'device')],
    });
    const { body } = await api.get(`/v1/tenants/${TENANT}/numbers?setup=everybody`);
    expect(body).toMatchObject({ entra: 7, people: 2 });
    const reasons = (body as unknown as { reasons: { reason: string; count: number }[] }).reasons;
    expect(reasons.map(({ reason, count }) => [reason, count])).toEqual([
      ['nestedGroup', 1],
      ['device', 1],
      ['softDeleted', 1],
      ['disabled', 3],
    ]);
    const disabled = await readAll(
      api,
      `/v1/tenants/${TENANT}/numbers?setup=everybody&reason=disabled&top=1`,
    );
    expect(idsOf(disabled)).toEqual([idOf(2), idOf(3), idOf(4)]);
    expect((await api.get(`/v1/tenants/${TENANT}/numbers`)).body).toMatchObject({ entra: 5, people: 5 });
    expect((await api.get(`/v1/tenants/${TENANT}/numbers?group=${idOf(55)}`)).status).toBe(404);
    expect((await api.get(`/v1/tenants/${TENANT}/numbers?setup=none`)).status).toBe(404);
  });

  it('are listed by segments, which tell their source and live count', async () => {
    const rules = [{ id: 'sales', name: 'Sales', where: 'department = "Sales"' }];
    await setUp({ segments: { fromGroups: 'all', groupIds: [], rules } });
    await write({ directoryId: idOf(1), segments: [`group:${idOf(PARENT)}`, 'rule:sales'] });
    const all = await readAll(api, `${SETUP}/segments?top=1`);
    expect(all[0]).toEqual({
      id: 'rule:sales',
      name: 'Sales',
      source: { kind: 'rule', where: rules[0]?.where },
      count: 1,
    });
    expect(idsOf(all).slice(1).sort()).toEqual([`group:${idOf(PARENT)}`, `group:${idOf(NESTED)}`]);
    expect(await readAll(api, `${SETUP}/segments?source=rule`)).toHaveLength(1);
    expect(await readAll(api, `${SETUP}/segments?source=group`)).toHaveLength(2);
    expect(idsOf(await readAll(api, `${SETUP}/segments/rule:sales/people`))).toEqual([idOf(1)]);
    expect((await api.get(`${SETUP}/segments/rule:none/people`)).body.error.code).toBe('SegmentNotFound');
  });

  it('are previewed by a draft that is not saved, which is judged as saving would', async () => {
    const draft = {
      designation: 'Draft',
      organizationId: 'org-1',
      scope: { kind: 'rootGroup', groupIds: [idOf(PARENT)], groupTypes: 'all' },
    };
    const preview = (body?: unknown): Promise<Answered> => api.post(`${SETUP}/preview`, body);
    expect((await preview()).body.error.code).toBe('SetupNotFound');
    const answer = await preview(draft);
    expect(answer.body).toMatchObject({ complete: true, counts: { create: 6, unchanged: 0 } });
    expect(await api.stores.setups.get(TENANT, 'everybody')).toBeNull();
    expect(await readAll(api, `/v1/tenants/${TENANT}/people?userId=${idOf(1)}`)).toEqual([]);
    const faulty = await preview({
      ...draft,
      scope: { kind: 'rootGroup', groupIds: [idOf(PARENT)], filter: 'is (' },
    });
    expect([faulty.status, faulty.body.error.target]).toEqual([400, 'scope.filter']);
    await setUp({ scope: rooted() });
    expect((await preview()).body).toMatchObject({ counts: { create: 6 } });
  });

  it('are previewed with the groups that hide members from the application, which add and remove nobody', async () => {
    const hides = { displayName: 'Board', visibility: 'HiddenMembership' };
    await seedMirror(api, { groups: [group(NESTED, { attributes: hides })] });
    const sees = async (seesHidden: boolean): Promise<object> => {
      const { users, groups } = await api.stores.syncStates.read(TENANT);
      const attributes = requirementsOf(aSetupDocument()).userAttributes;
      const read = { attributes, deltaLink: 'link', seesHidden };
      for (const state of [users, groups]) await api.stores.syncStates.save(FENCE, { ...state, ...read });
      return (await api.post(`${SETUP}/preview`)).body;
    };
    await setUp({ scope: rooted() });
    await seedMirror(api, { users: [user(9)] });
    await write({ directoryId: idOf(9) });
    expect(await sees(true)).toMatchObject({ exact: true, hiddenGroups: [], guard: { removals: 1 } });
    const hiddenGroups = [idOf(PARENT)];
    expect(await sees(false)).toMatchObject({ exact: false, hiddenGroups, guard: { removals: 0 } });
  });

  it('are previewed with the records that wait, before the setup was ever started', async () => {
    const mails = [1, 2, 3, 4, 5, 6].map((n) =>
      user(n, { attributes: { displayName: `User ${n}`, mail: `person${n}@contoso.example` } }),
    );
    await seedMirror(api, { users: mails });
    const document = aSetupDocument({
      scope: rooted({ groupTypes: 'all' }),
      match: ['mail'],
      create: false,
    });
    await api.stores.setups.insert(aSetup({ document, state: 'saved' }));
    const csv = { headers: { 'content-type': 'text/csv' } };
    const list = [
      'recordId,mail,displayName',
      'r1,person1@contoso.example,One',
      'r2,person2@contoso.example,Two',
      'r3,person3@contoso.example,Three',
      'r4,person3@contoso.example,Three again',
    ].join('\n');
    expect((await api.post(`${SETUP}/records`, list, csv)).status).toBe(202);
    const preview = await api.post(`${SETUP}/preview`);
    expect(preview.body).toMatchObject({ warnings: [], counts: { create: 2, conflict: 1 } });
    expect(preview.body).toMatchObject({ samples: { conflict: [{ directoryId: idOf(3) }] } });
    const { body: stored } = await api.get(SETUP);
    const draft = { ...(stored as object), match: ['entraId'] };
    expect((await api.post(`${SETUP}/preview`, draft)).body).toMatchObject({
      counts: { create: 0, conflict: 0 },
    });
  });

  it('are previewed part by part where there are many, with who would go and what the guard says', async () => {
    await setUp({ scope: rooted() });
    const { syncStates } = api.stores;
    const states = await syncStates.read(TENANT);
    const attributes = requirementsOf(aSetupDocument()).userAttributes;
    for (const resource of ['users', 'groups'] as const)
      await syncStates.save(FENCE, { ...states[resource], deltaLink: 'link', attributes });
    await seedMirror(api, { users: [8, 9].map((number) => user(number)) });
    await write({ directoryId: idOf(8) }, { directoryId: idOf(9) });
    api.tables.beforeOperation = ({ table }) => {
      if (table === 'People') api.world.now += 15_000;
    };
    const shares: number[] = [];
    let answer = await api.post(`${SETUP}/preview`);
    while (answer.body.nextLink !== undefined) {
      shares.push((answer.body as unknown as { looked: { share: number } }).looked.share);
      expect(answer.body).toMatchObject({ complete: false, guard: null });
      answer = await api.post(answer.body.nextLink);
    }
    expect(shares).toEqual([0.5]);
    expect(answer.body).toMatchObject({
      complete: true,
      exact: true,
      counts: { create: 6, disable: 2, remove: 0 },
      guard: { verdict: 'hold', removals: 2, held: 2, active: 2 },
    });
    expect((await api.post(`${SETUP}/preview?after=x`)).body.error.target).toBe('after');
  });
});

describe('held removals over HTTP', () => {
  let api: Api;
  beforeEach(async () => {
    api = new Api();
    await api.stores.tenants.create(tenant());
    await api.stores.setups.insert(aSetup({ state: 'started' }));
    const rows = [1, 2].map((number) => ({
      setupId: 'everybody',
      directoryId: idOf(number),
      kind: 'held' as const,
      reason: 'leftScope' as const,
      losing: [],
      since: '2026-05-04T09:00:00.000Z',
    }));
    await api.stores.removals.stage(FENCE, rows);
  });

  it('are decided about as the list was seen, and by a job', async () => {
    const seen = await api.get(`${SETUP}/held`);
    expect(seen.body.value).toHaveLength(2);
    const etag = seen.headers['etag'] ?? '';
    const missing = await api.post(`${SETUP}/held/approve`);
    expect(missing.body.error).toMatchObject({ code: 'InvalidRequest', target: 'etag' });
    await api.stores.removals.drop(FENCE, 'everybody', [idOf(2)]);
    expect((await api.post(`${SETUP}/held/approve`, { etag })).status).toBe(412);
    const fresh = (await api.get(`${SETUP}/held`)).headers['etag'] ?? '';
    const approved = await api.post(`${SETUP}/held/approve`, undefined, { headers: { 'if-match': fresh } });
    expect([approved.status, approved.body]).toEqual([202, { count: 1 }]);
    expect(await api.stores.removalDecisions.pending(TENANT, 'everybody', 10)).toMatchObject([
      { kind: 'approve', directoryIds: [idOf(1)] },
    ]);
    expect(api.world.setupWork).toEqual([`${TENANT} everybody`]);
    expect((await api.stores.removals.read(TENANT, 'everybody', [idOf(1)])).get(idOf(1))?.kind).toBe('held');
  });

  it('name the grants that are lost if groups vanished', async () => {
    const losing = ['role:booker', 'segment:group:g1'];
    const row = { setupId: 'everybody', directoryId: idOf(2), kind: 'held', losing } as const;
    const since = '2026-05-04T09:00:00.000Z';
    await api.stores.removals.stage(FENCE, [{ ...row, reason: 'groupsVanished', since }]);
    const { body } = await api.get(`${SETUP}/held`);
    expect(body.value).toMatchObject([
      { directoryId: idOf(1), reason: 'leftScope', grants: [] },
      { directoryId: idOf(2), reason: 'groupsVanished', grants: losing },
    ]);
  });

  it('leave overrides that are released by a job', async () => {
    const override = {
      overrideId: idOf(1),
      setupId: 'everybody',
      directoryId: idOf(1),
      kind: 'keep' as const,
    };
    const decided = { inputHash: '0', decidedBy: 'somebody', decidedAt: '2026-05-04T09:00:00.000Z' };
    await api.stores.overrides.put(FENCE, [{ ...override, ...decided }]);
    expect((await api.get(`${SETUP}/overrides`)).body.value).toMatchObject([{ id: idOf(1), kind: 'keep' }]);
    expect((await api.ask('DELETE', `${SETUP}/overrides/${idOf(1)}`)).status).toBe(204);
    expect((await api.ask('DELETE', `${SETUP}/overrides/${idOf(2)}`)).body.error.code).toBe(
      'OverrideNotFound',
    );
    expect(await api.stores.removalDecisions.pending(TENANT, 'everybody', 10)).toMatchObject([
      { kind: 'release' },
    ]);
  });
});
