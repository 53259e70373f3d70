import { expect, it } from 'vitest';
import { emulatorWithTenant, everyRole, tenantId, type Page } from './support/tenant.js';

const eventual = { consistencylevel: 'eventual' };
const guid = (kind: string, n: number): string =>
  `${kind}0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

async function directory() {
  const made = await emulatorWithTenant();
  await made.emulator.applyChanges(tenantId, [
    ...Array.from({ length: 150 }, (_, n) => ({
      kind: 'createUser' as const,
      id: guid('a', n),
      attributes: { displayName: `User ${n}`, userPrincipalName: `u${n}@contoso.example` },
    })),
    { kind: 'createGroup', id: guid('b', 0), attributes: { displayName: 'Outer', groupTypes: ['Unified'] } },
    { kind: 'createGroup', id: guid('b', 1), attributes: { displayName: 'Inner' } },
    { kind: 'createObject', id: guid('d', 0), objectType: 'device', attributes: { displayName: 'Laptop' } },
    { kind: 'addMember', groupId: guid('b', 0), memberId: guid('b', 1) },
    { kind: 'addMember', groupId: guid('b', 1), memberId: guid('b', 0) },
    { kind: 'addMember', groupId: guid('b', 1), memberId: guid('a', 1) },
    { kind: 'addMember', groupId: guid('b', 0), memberId: guid('a', 0) },
    { kind: 'addMember', groupId: guid('b', 0), memberId: guid('d', 0) },
    { kind: 'setManager', userId: guid('a', 0), managerId: guid('a', 1) },
  ]);
  const json = async (path: string, headers = {}): Promise<Page & Record<string, unknown>> =>
    (await (await made.get(path, headers)).json()) as Page & Record<string, unknown>;
  return { ...made, json };
}

it('lists by 100, or $top up to 999, with the manager expanded', async () => {
  const { get, json } = await directory();
  const first = await json('/users?$select=id,department&$expand=manager($select=id)');
  expect(first.value).toHaveLength(100);
  expect(first.value[0]).toMatchObject({ id: guid('a', 0), department: null, manager: { id: guid('a', 1) } });
  const second = await json(first['@odata.nextLink'] ?? '');
  expect([second.value.length, second['@odata.nextLink']]).toEqual([50, undefined]);
  expect((await json('/users?$top=999')).value).toHaveLength(150);
  expect((await get('/users?$top=1000')).status).toBe(400);
});

it('filters by id, equality and prefix', async () => {
  const { get, json } = await directory();
  const filtered = async (filter: string) =>
    (await json(`/users?$filter=${encodeURIComponent(filter)}`)).value.map(({ id }) => id);
  expect(await filtered(`id eq '${guid('a', 3)}' or id eq '${guid('a', 4)}'`)).toEqual([
    guid('a', 3),
    guid('a', 4),
  ]);
  expect(await filtered("displayName eq 'user 7'")).toEqual([guid('a', 7)]);
  expect(await filtered("startswith(displayName,'User 14')")).toHaveLength(11);
  expect((await get(`/users?$filter=${encodeURIComponent("displayName ne 'x'")}`)).status).toBe(400);
});

it('lists at most 1,000 members of a directory role and no next page, and all of its assignments page by page', async () => {
  const made = await emulatorWithTenant({}, [...everyRole, 'RoleManagement.Read.Directory']);
  const [role, template] = [guid('c', 0), guid('c', 1)];
  await made.emulator.applyChanges(tenantId, [
    { kind: 'createDirectoryRole', id: role, roleTemplateId: template },
    ...Array.from({ length: 1_001 }, (_, n) => [
      { kind: 'createUser' as const, id: guid('a', n) },
      { kind: 'assignDirectoryRole' as const, roleId: role, principalId: guid('a', n) },
    ]).flat(),
  ]);
  const page = async (path: string): Promise<Page> => (await (await made.get(path)).json()) as Page;
  const members = await page(`/directoryRoles/${role}/members?$select=id`);
  expect([members.value.length, members['@odata.nextLink']]).toEqual([1_000, undefined]);
  expect((await made.get(`/directoryRoles/${role}/members?$top=5`)).status).toBe(400);
  const filter = encodeURIComponent(`roleDefinitionId eq '${template}'`);
  const assignments = `/roleManagement/directory/roleAssignments?$filter=${filter}`;
  const found = new Set<unknown>();
  let next: string | undefined = assignments;
  while (next !== undefined) {
    const { value, ...links }: Page = await page(next);
    for (const { principalId } of value) found.add(principalId);
    next = links['@odata.nextLink'];
  }
  expect(found.size).toBe(1_001);
  const [first] = (await page(`${assignments}&$expand=principal`)).value;
  expect(first).toMatchObject({
    ...{ principalId: guid('a', 0), roleDefinitionId: template, directoryScopeId: '/' },
    principal: { '@odata.type': '#microsoft.graph.user', id: guid('a', 0) },
  });
});

it('counts only with ConsistencyLevel: eventual', async () => {
  const { get } = await directory();
  expect((await get('/users/$count')).status).toBe(400);
  expect(await (await get('/users/$count', eventual)).text()).toBe('150');
  expect(await (await get('/groups/$count', eventual)).text()).toBe('2');
  expect(await (await get(`/groups/${guid('b', 0)}/members/$count`, eventual)).text()).toBe('3');
});

it('reads one object by id or by userPrincipalName, and 404 for others', async () => {
  const { get, json } = await directory();
  expect((await json('/users/U5@contoso.example'))['id']).toBe(guid('a', 5));
  expect((await json(`/users/${guid('a', 0)}/manager?$select=id`))['id']).toBe(guid('a', 1));
  expect((await get(`/users/${guid('a', 5)}/manager`)).status).toBe(404);
  const missing = await get(`/groups/${guid('a', 5)}`);
  expect([missing.status, await missing.json()]).toMatchObject([
    404,
    { error: { code: 'Request_ResourceNotFound' } },
  ]);
});

it('reads members, direct and transitive through a cycle, typed, cast, and the groups of a user', async () => {
  const { json } = await directory();
  const ids = async (path: string, headers = {}) =>
    (await json(path, headers)).value.map(({ id }) => id).sort();
  expect(await ids(`/groups/${guid('b', 0)}/members`)).toEqual([guid('a', 0), guid('b', 1), guid('d', 0)]);
  expect(await ids(`/groups/${guid('b', 0)}/members/microsoft.graph.user`)).toEqual([guid('a', 0)]);
  expect(await ids(`/groups/${guid('b', 0)}/transitiveMembers/microsoft.graph.user`)).toEqual([
    guid('a', 0),
    guid('a', 1),
  ]);
  expect(await ids(`/users/${guid('a', 1)}/memberOf`)).toEqual([guid('b', 1)]);
  const device = (await json(`/groups/${guid('b', 0)}/members`)).value.find(({ id }) => id === guid('d', 0));
  expect(device?.['@odata.type']).toBe('#microsoft.graph.device');
});

it('lists, reads and restores deleted items', async () => {
  const { emulator, get, json, send } = await directory();
  await emulator.applyChanges(tenantId, [
    { kind: 'softDeleteUser', id: guid('a', 0) },
    { kind: 'deleteGroup', id: guid('b', 0) },
  ]);
  const deleted = await json('/directory/deletedItems/microsoft.graph.user?$select=id');
  expect(deleted.value).toEqual([{ id: guid('a', 0) }]);
  expect((await get(`/directory/deletedItems/microsoft.graph.group/${guid('b', 0)}`)).status).toBe(200);
  expect((await get(`/users/${guid('a', 0)}`)).status).toBe(404);
  expect((await send('POST', `/directory/deletedItems/${guid('a', 0)}/restore`)).status).toBe(403);
  await emulator.applyChanges(tenantId, [{ kind: 'restoreUser', id: guid('a', 0) }]);
  expect((await get(`/users/${guid('a', 0)}`)).status).toBe(200);
});

it('tells its organization', async () => {
  const { json } = await directory();
  expect((await json('/organization')).value).toMatchObject([
    { id: tenantId, verifiedDomains: [{ name: 'contoso.example' }] },
  ]);
});

it('serves batches with a status for each request, an inner 429 included', async () => {
  const { emulator, send } = await directory();
  await emulator.addFault({ path: '/groups/', fault: { kind: 'status', status: 429, retryAfter: 2.128 } });
  const requests = [
    { id: '1', method: 'GET', url: `/users/${guid('a', 0)}?$select=id` },
    { id: '2', method: 'GET', url: `/groups/${guid('b', 0)}` },
    { id: '3', method: 'GET', url: '/users/nobody', dependsOn: ['2'] },
  ];
  const response = await send('POST', '/$batch', { requests });
  expect(await response.json()).toMatchObject({
    responses: [
      { id: '1', status: 200, body: { id: guid('a', 0) } },
      { id: '2', status: 429, headers: { 'retry-after': '2.128' } },
      { id: '3', status: 424 },
    ],
  });
  const many = Array.from({ length: 21 }, (_, n) => ({ id: String(n), method: 'GET', url: '/users' }));
  expect((await send('POST', '/$batch', { requests: many })).status).toBe(400);
});
