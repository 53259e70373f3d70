import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Unavailable } from '../../../shared/core/failures.js';
import { GROUP_ATTRIBUTES, USER_ATTRIBUTES } from '../../../shared/core/mirror-rows.js';
import { emptyResourceState } from '../../../shared/core/round.js';
import { selectionOf } from '../../../shared/core/selection.js';
import { requirementsOf } from '../../../shared/core/setup/requirements.js';
import type { Edge } from '../../../shared/core/mirror-rows.js';
import { aSetup, aSetupDocument } from '../../builders/setup.js';
import { Api } from './api-harness.js';
import { edge, FENCE, group, idOf, readAll, seedMirror, tenant, TENANT, user } from './sample-rows.js';

const USERS = `/v1/tenants/${TENANT}/users`;
const GROUPS = `/v1/tenants/${TENANT}/groups`;

let api: Api;

beforeEach(async () => {
  api = new Api();
  await api.stores.tenants.create(tenant());
});

function idsOf(items: readonly Readonly<Record<string, unknown>>[]): unknown[] {
  return items.map(({ id }) => id).sort();
}

describe('users', () => {
  it('carry every attribute that is read, null and [] where there is no value', async () => {
    const attributes = { displayName: 'Zoë O’Neil', accountEnabled: false };
    await seedMirror(api, { users: [user(1, { attributes, managerId: idOf(2) })] });
    const { body } = await api.get(`${USERS}/${idOf(1)}`);
    expect(Object.keys(body)).toEqual(['id', ...USER_ATTRIBUTES, 'manager']);
    expect(body).toMatchObject({
      ...attributes,
      mail: null,
      businessPhones: [],
      manager: { id: idOf(2) },
    });
    expect((await api.get(USERS)).body.value).toEqual([body]);
  });

  it('carry what a setup had read besides, as soon as a full round has read it', async () => {
    const extension = `extension_${'0123456789abcdef'.repeat(2)}_team`;
    const added = { employeeOrgData: { division: 'North', costCenter: null }, [extension]: 'x' };
    await seedMirror(api, {
      users: [user(1, { attributes: added }), user(2)],
      groups: [group(1)],
      edges: [edge(1, 1, 'user')],
    });
    const path = `${USERS}/${idOf(1)}`;
    expect(Object.keys((await api.get(path)).body)).toEqual(['id', ...USER_ATTRIBUTES, 'manager']);
    const names = selectionOf('users', [extension, 'employeeOrgData', 'otherMails', 'employeeHireDate']);
    const state = { ...emptyResourceState('users'), pristine: false, attributes: names };
    await api.stores.syncStates.save(FENCE, state);
    const { body } = await api.get(path);
    expect(Object.keys(body)).toEqual(['id', ...names, 'manager']);
    expect(body).toMatchObject({ ...added, otherMails: [], employeeHireDate: null });
    const other = (await readAll(api, USERS)).find(({ id }) => id === idOf(2));
    expect(other).toMatchObject({ employeeOrgData: null, [extension]: null, otherMails: [] });
    const [member] = await readAll(api, `${GROUPS}/${idOf(1)}/members`);
    expect(member).toEqual({ '@odata.type': '#microsoft.graph.user', ...body });
    expect(await readAll(api, `${GROUPS}/${idOf(1)}/members?transitive=true`)).toEqual([member]);
  });

  it('that are soft-deleted are listed and read only with deleted=true', async () => {
    await seedMirror(api, { users: [user(1), user(2, { presence: 'softDeleted' })] });
    expect(idsOf(await readAll(api, USERS))).toEqual([idOf(1)]);
    expect(idsOf(await readAll(api, `${USERS}?deleted=true`))).toEqual([idOf(2)]);
    const hidden = await api.get(`${USERS}/${idOf(2)}`);
    expect([hidden.status, hidden.body.error.code]).toEqual([404, 'UserNotFound']);
    expect((await api.get(`${USERS}/${idOf(2)}?deleted=true`)).status).toBe(200);
    expect((await api.get(`${USERS}/${idOf(1)}?deleted=true`)).status).toBe(404);
  });

  it('are found by the beginning of any word of name, mail and user name, over any size of page', async () => {
    const named = (number: number, displayName: string, mail: string) =>
      user(number, { attributes: { displayName, mail, userPrincipalName: mail } });
    await seedMirror(api, {
      users: [
        named(1, 'Ada Lovelace', 'ada@contoso.example'),
        named(2, 'Grace Hopper', 'love.songs@contoso.example'),
        named(3, 'Clove Harris', 'clove@contoso.example'),
      ],
    });
    for (const top of [1, 100])
      expect(idsOf(await readAll(api, `${USERS}?search=LOVE&top=${top}`)).sort()).toEqual([idOf(1), idOf(2)]);
    expect(idsOf(await readAll(api, `${USERS}?search=hopper%20gra`))).toEqual([idOf(2)]);
    expect((await api.get(`${USERS}?search=love`)).body.complete).toBe(true);
    expect((await api.get(USERS)).body).not.toHaveProperty('complete');
    const searchIndex = { version: 1, nextBucket: 3 };
    await api.stores.syncStates.save(FENCE, { ...emptyResourceState('users'), searchIndex });
    expect((await api.get(`${USERS}?search=love`)).body.complete).toBe(false);
    for (const nothing of ['', '%20', '-'])
      expect((await api.get(`${USERS}?search=${nothing}`)).body.error).toEqual({
        ...{ code: 'InvalidRequest', target: 'search' },
        message: expect.stringMatching(/^search must /) as string,
      });
    expect((await api.get(`${USERS}?search=${'x'.repeat(129)}`)).status).toBe(400);
  });

  it('are all listed once over any size of page', async () => {
    await seedMirror(api, { users: Array.from({ length: 23 }, (_, index) => user(index)) });
    for (const top of [1, 5, 23, 1000])
      expect(idsOf(await readAll(api, `${USERS}?top=${top}`))).toEqual(
        Array.from({ length: 23 }, (_, i) => idOf(i)),
      );
  });

  it('are none before the first sync', async () => {
    const tenantId = idOf(500);
    await api.stores.tenants.create(tenant({ tenantId, bucketCount: null }));
    expect((await api.get(`/v1/tenants/${tenantId}/users`)).body).toEqual({ value: [] });
    expect((await api.get(`/v1/tenants/${tenantId}/groups`)).body).toEqual({ value: [] });
    expect((await api.get(`/v1/tenants/${tenantId}/users/${idOf(1)}`)).body.error.code).toBe('UserNotFound');
    for (const path of ['', '/members', '/members?transitive=true'])
      expect((await api.get(`/v1/tenants/${tenantId}/groups/${idOf(1)}${path}`)).body.error.code).toBe(
        'GroupNotFound',
      );
  });

  it.each(['', `/${idOf(1)}`])('answer 404 for a tenant that is not connected (%s)', async (path) => {
    expect((await api.get(`/v1/tenants/${idOf(404)}/users${path}`)).body.error.code).toBe('TenantNotFound');
  });

  it.each([
    ['top=0', 'top'],
    ['top=1001', 'top'],
    ['top=many', 'top'],
    ['deleted=maybe', 'deleted'],
    ['after=%2F..', 'after'],
    ['after=bm8gcG9zaXRpb24', 'after'],
    ['after=_____w', 'after'],
    ['$filter=x', '$filter'],
  ])('refuse the query %s', async (query, target) => {
    const { status, body } = await api.get(`${USERS}?${query}`);
    expect([status, body.error.target]).toEqual([400, target]);
  });
});

describe('groups', () => {
  it('carry every attribute that is read, and alone the number of their people', async () => {
    await seedMirror(api, { groups: [group(1), group(2)] });
    await api.stores.groupCounts.write(FENCE, new Map([[idOf(1), 7]]));
    const { body } = await api.get(`${GROUPS}/${idOf(1)}`);
    expect(Object.keys(body)).toEqual(['id', ...GROUP_ATTRIBUTES, 'membersState', 'asOf', 'peopleCount']);
    expect(body).toMatchObject({ displayName: 'Group 1', groupTypes: [], mail: null, peopleCount: 7 });
    expect((await api.get(`${GROUPS}/${idOf(2)}`)).body['peopleCount']).toBe(0);
    const [first] = await readAll(api, GROUPS);
    expect(Object.keys(first ?? {})).toEqual(['id', ...GROUP_ATTRIBUTES, 'membersState', 'asOf']);
  });

  it('that are deleted are neither listed nor found', async () => {
    await seedMirror(api, { groups: [group(1), group(2, { presence: 'softDeleted' })] });
    expect(idsOf(await readAll(api, GROUPS))).toEqual([idOf(1)]);
    for (const path of ['', '/members', '/members?transitive=true'])
      expect((await api.get(`${GROUPS}/${idOf(2)}${path}`)).body.error.code).toBe('GroupNotFound');
  });

  it.each(['', `/${idOf(1)}`, `/${idOf(1)}/members`, `/${idOf(1)}/members?transitive=true`])(
    'answer 404 for a tenant that is not connected (%s)',
    async (path) => {
      expect((await api.get(`/v1/tenants/${idOf(404)}/groups${path}`)).body.error.code).toBe(
        'TenantNotFound',
      );
    },
  );
});

describe('a group whose members no setup needs, where a tenant reads needed ones alone', () => {
  it('is shown without a count, and its members are refused instead of shown as nobody', async () => {
    const api = new Api();
    await api.stores.tenants.create(tenant());
    await seedMirror(api, { groups: [group(1)] });
    const state = { ...emptyResourceState('groups'), pristine: false, deltaLink: 'link', references: false };
    await api.stores.syncStates.save(FENCE, state);
    const shown = await api.get(`${GROUPS}/${idOf(1)}`);
    expect(shown.body).toMatchObject({ membersState: 'none', peopleCount: null });
    const refused = [
      await api.get(`${GROUPS}/${idOf(1)}/members`),
      await api.get(`${GROUPS}/${idOf(1)}/members?transitive=true`),
      await api.get(`/v1/tenants/${TENANT}/numbers?group=${idOf(1)}`),
    ];
    for (const { status, body } of refused) expect([status, body.error.code]).toEqual([409, 'NotMirrored']);
  });
});

describe('a group that hides its members', () => {
  const hides = { displayName: 'Board', visibility: 'HiddenMembership' };

  async function shownBy(seesHidden: boolean): Promise<Api> {
    const api = new Api();
    await api.stores.tenants.create(tenant());
    await seedMirror(api, { users: [user(3)], groups: [group(1, { attributes: hides }), group(2)] });
    const state = { ...emptyResourceState('groups'), pristine: false, deltaLink: 'link', seesHidden };
    await api.stores.syncStates.save(FENCE, state);
    return api;
  }

  it('is shown as hidden without the permission, and its members are refused instead of shown as nobody', async () => {
    const api = await shownBy(false);
    const shown = await api.get(`${GROUPS}/${idOf(1)}`);
    expect(shown.body).toMatchObject({ membersState: 'hidden', peopleCount: null });
    const states = (await readAll(api, GROUPS)).map(({ id, membersState }) => [id, membersState]);
    expect(Object.fromEntries(states)).toEqual({ [idOf(1)]: 'hidden', [idOf(2)]: 'complete' });
    for (const path of [
      `${GROUPS}/${idOf(1)}/members`,
      `${GROUPS}/${idOf(1)}/members?transitive=true`,
      `/v1/tenants/${TENANT}/numbers?group=${idOf(1)}`,
    ]) {
      const { status, body } = await api.get(path);
      expect([status, body.error.code]).toEqual([409, 'NotMirrored']);
      expect(body.error.message).toContain('Member.Read.Hidden');
    }
  });

  it.each([
    ['beneath another one', [edge(2, 1, 'group')]],
    ['beneath a group beneath it', [edge(2, 4, 'group'), edge(4, 1, 'group')]],
  ])('%s hides the people of that one, but not its direct members', async (_where, edges) => {
    const api = await shownBy(false);
    await seedMirror(api, { groups: [group(4)], edges: [...edges, edge(2, 3, 'user')] });
    const above = `${GROUPS}/${idOf(2)}`;
    expect((await api.get(above)).body).toMatchObject({ membersState: 'hidden', peopleCount: null });
    for (const path of [
      `${above}/members?transitive=true`,
      `/v1/tenants/${TENANT}/numbers?group=${idOf(2)}`,
    ]) {
      const { status, body } = await api.get(path);
      expect([status, body.error.code]).toEqual([409, 'NotMirrored']);
      expect(body.error.message).toContain('Member.Read.Hidden');
    }
    expect(await readAll(api, `${above}/members`)).toHaveLength(2);
  });

  it('makes numbers and explanations of a setup that names a group above it no longer exact', async () => {
    const exactWith = async (edges: readonly Edge[]): Promise<unknown[]> => {
      const api = await shownBy(false);
      await seedMirror(api, { edges: [...edges, edge(2, 3, 'user')] });
      const { userAttributes } = requirementsOf(aSetupDocument());
      const attributes = selectionOf('users', userAttributes);
      const users = { ...emptyResourceState('users'), pristine: false, deltaLink: 'link', attributes };
      await api.stores.syncStates.save(FENCE, users);
      const { scope } = aSetupDocument();
      const document = aSetupDocument({ scope: { ...scope, kind: 'rootGroup', groupIds: [idOf(2)] } });
      await api.stores.setups.insert(
        aSetup({ tenantId: TENANT, setupId: 'team', document, state: 'started' }),
      );
      const numbers = await api.get(`/v1/tenants/${TENANT}/numbers?setup=team`);
      const explained = await api.get(`/v1/tenants/${TENANT}/setups/team/people/${idOf(3)}/explain`);
      return [numbers.body.exact, explained.body.exact];
    };
    expect(await exactWith([])).toEqual([true, true]);
    expect(await exactWith([edge(2, 1, 'group')])).toEqual([false, false]);
  });

  it('is shown like any other with the permission', async () => {
    const { body } = await (await shownBy(true)).get(`${GROUPS}/${idOf(1)}`);
    expect(body).toMatchObject({ membersState: 'complete', peopleCount: 0 });
  });
});

describe('direct members', () => {
  it('are objects with their type, groups included, and what is not mirrored as type and id', async () => {
    await seedMirror(api, {
      users: [user(10)],
      groups: [group(1), group(2)],
      edges: [
        edge(1, 10, 'user'),
        edge(1, 2, 'group'),
        edge(1, 30, 'device'),
        edge(1, 40, 'user'),
        edge(2, 50, 'user'),
      ],
    });
    const members = await readAll(api, `${GROUPS}/${idOf(1)}/members`);
    const person = (await api.get(`${USERS}/${idOf(10)}`)).body;
    const [nested] = (await readAll(api, GROUPS)).filter(({ id }) => id === idOf(2));
    expect(members).toHaveLength(4);
    expect(members).toEqual(
      expect.arrayContaining([
        { '@odata.type': '#microsoft.graph.user', ...person },
        { '@odata.type': '#microsoft.graph.group', ...nested },
        { '@odata.type': '#microsoft.graph.device', id: idOf(30) },
        { '@odata.type': '#microsoft.graph.user', id: idOf(40) },
      ]),
    );
  });

  it('that are soft-deleted are no members', async () => {
    await seedMirror(api, {
      users: [user(10, { presence: 'softDeleted' }), user(11)],
      groups: [group(1), group(2, { presence: 'softDeleted' })],
      edges: [edge(1, 10, 'user'), edge(1, 11, 'user'), edge(1, 2, 'group')],
    });
    expect(idsOf(await readAll(api, `${GROUPS}/${idOf(1)}/members?top=1`))).toEqual([idOf(11)]);
  });
});

describe('transitive members', () => {
  it('are the users through nested groups, each once, cycles and soft-deleted ones left aside', async () => {
    await seedMirror(api, {
      users: [user(10), user(11), user(12), user(13, { presence: 'softDeleted' }), user(14)],
      groups: [group(1), group(2), group(3), group(4, { presence: 'softDeleted' })],
      edges: [
        edge(1, 10, 'user'),
        edge(1, 2, 'group'),
        edge(1, 4, 'group'),
        edge(2, 10, 'user'),
        edge(2, 11, 'user'),
        edge(2, 3, 'group'),
        edge(2, 30, 'device'),
        edge(3, 1, 'group'),
        edge(3, 12, 'user'),
        edge(3, 13, 'user'),
        edge(4, 14, 'user'),
      ],
    });
    const people = await readAll(api, `${GROUPS}/${idOf(1)}/members?transitive=true&top=1`);
    expect(people.map(({ id }) => id)).toEqual([idOf(10), idOf(11), idOf(12)]);
    expect(people.every((person) => person['@odata.type'] === '#microsoft.graph.user')).toBe(true);
    expect(idsOf(await readAll(api, `${GROUPS}/${idOf(3)}/members?transitive=true`))).toHaveLength(3);
  });

  it('go by the rows of the group where a removal that broke off left the index by member behind', async () => {
    await seedMirror(api, {
      users: [user(10), user(11)],
      groups: [group(1), group(2)],
      edges: [edge(1, 2, 'group'), edge(1, 10, 'user'), edge(2, 10, 'user'), edge(2, 11, 'user')],
    });
    api.tables.beforeOperation = ({ table, writes }) => {
      if (table === 'MemberOf' && writes) throw new Unavailable('down');
    };
    const removed = [edge(1, 10, 'user'), edge(2, 11, 'user')];
    await expect(api.stores.mirror.removeEdges(FENCE, removed)).rejects.toThrow(Unavailable);
    api.tables.beforeOperation = null;
    expect(await api.stores.mirror.groupsOf(FENCE, [idOf(10), idOf(11)])).toHaveLength(3);
    // Who is no member of the first group any more is told by the second, and who is in neither by none.
    const people = await readAll(api, `${GROUPS}/${idOf(1)}/members?transitive=true&top=1`);
    expect(idsOf(people)).toEqual([idOf(10)]);
  });

  it('are the closure of any graph of groups, whatever the size of a page', async () => {
    const graph = fc.record({
      nestings: fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { maxLength: 10 }),
      memberships: fc.array(fc.tuple(fc.nat(4), fc.nat(8)), { maxLength: 20 }),
      top: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(graph, async ({ nestings, memberships, top }) => {
        api = new Api();
        await api.stores.tenants.create(tenant());
        await seedMirror(api, {
          users: Array.from({ length: 9 }, (_, index) => user(100 + index)),
          groups: Array.from({ length: 5 }, (_, index) => group(index)),
          edges: [
            ...nestings.map(([outer, inner]) => edge(outer, inner, 'group')),
            ...memberships.map(([owner, member]) => edge(owner, 100 + member, 'user')),
          ],
        });
        const reached = new Set([0]);
        for (const each of reached)
          for (const [outer, inner] of nestings) if (outer === each) reached.add(inner);
        const expected = new Set(
          memberships.filter(([owner]) => reached.has(owner)).map(([, member]) => idOf(100 + member)),
        );
        const people = await readAll(api, `${GROUPS}/${idOf(0)}/members?transitive=true&top=${top}`);
        expect(idsOf(people)).toEqual([...expected].sort());
      }),
      { numRuns: 40 },
    );
  });

  it('of a large group cost one page of memberships per page', async () => {
    await seedMirror(api, {
      users: Array.from({ length: 300 }, (_, index) => user(1000 + index)),
      groups: [group(1)],
      edges: Array.from({ length: 300 }, (_, index) => edge(1, 1000 + index, 'user')),
    });
    let queries = 0;
    api.tables.beforeOperation = ({ table }) => {
      if (table === 'Memberships') queries += 1;
    };
    const { body } = await api.get(`${GROUPS}/${idOf(1)}/members?transitive=true&top=10`);
    expect([body.value.length, queries]).toEqual([10, 1]);
  });

  it.each(['no position', '123:xx', '999999999:', ''])(
    'refuse or end at a position of theirs that somebody changed (%s)',
    async (changed) => {
      await seedMirror(api, {
        users: [user(10), user(11)],
        groups: [group(1)],
        edges: [edge(1, 10, 'user'), edge(1, 11, 'user')],
      });
      const { body: first } = await api.get(`${GROUPS}/${idOf(1)}/members?transitive=true&top=1`);
      const link = new URL(first.nextLink ?? '');
      const position = Buffer.from(link.searchParams.get('after') ?? '', 'base64url').toString();
      const forged = position.replace(/\n[^]*$/, `\n${changed}`);
      link.searchParams.set('after', Buffer.from(forged).toString('base64url'));
      const { status, body } = await api.get(link.href);
      if (status === 200) expect(body).toEqual({ value: [] });
      else expect([status, body.error.target]).toEqual([400, 'after']);
    },
  );
});
