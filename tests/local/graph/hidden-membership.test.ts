import { expect, it } from 'vitest';
import { emulatorWithTenant, everyRole, round, tenantId, type Page } from './support/tenant.js';

const id = (kind: 'a' | 'b', n: number): string =>
  `${kind}0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const [outer, hidden] = [id('b', 0), id('b', 1)];
const eventual = { consistencylevel: 'eventual' };

async function directory(roles: readonly string[]) {
  const made = await emulatorWithTenant({}, [...roles]);
  await made.emulator.applyChanges(tenantId, [
    ...[0, 1].map((n) => ({ kind: 'createUser' as const, id: id('a', n) })),
    { kind: 'createGroup', id: outer, attributes: { displayName: 'Outer' } },
    {
      kind: 'createGroup',
      id: hidden,
      attributes: { displayName: 'Hidden', groupTypes: ['Unified'], visibility: 'HiddenMembership' },
    },
    { kind: 'addMember', groupId: outer, memberId: hidden },
    { kind: 'addMember', groupId: outer, memberId: id('a', 0) },
    { kind: 'addMember', groupId: hidden, memberId: id('a', 1) },
  ]);
  const ids = async (path: string): Promise<unknown[]> =>
    ((await (await made.get(path)).json()) as Page).value.map((object) => object['id']);
  const delta = '/groups/delta?$select=id,visibility,members';
  return { ...made, ids, delta };
}

it('hides the members of a group with hidden membership, and who is one, from an application that may not see them', async () => {
  const { get, ids, delta, emulator } = await directory(everyRole);
  const { elements, deltaLink } = await round(get, delta);
  const printed = elements.find((element) => element['id'] === hidden);
  expect(printed).toEqual({ id: hidden, visibility: 'HiddenMembership' });
  expect(await ids(`/groups/${hidden}/members`)).toEqual([]);
  expect(await ids(`/groups/${outer}/transitiveMembers`)).toEqual([hidden, id('a', 0)]);
  expect(await ids(`/users/${id('a', 1)}/memberOf`)).toEqual([]);
  expect(await ids(`/users/${id('a', 1)}/transitiveMemberOf`)).toEqual([]);
  expect(await (await get(`/groups/${hidden}/members/$count`, eventual)).text()).toBe('0');
  await emulator.applyChanges(tenantId, [{ kind: 'addMember', groupId: hidden, memberId: id('a', 0) }]);
  expect((await round(get, deltaLink)).elements).toEqual([]);
});

it('shows them with Member.Read.Hidden', async () => {
  const { get, ids, delta } = await directory([...everyRole, 'Member.Read.Hidden']);
  const printed = (await round(get, delta)).elements.find((element) => element['id'] === hidden);
  expect(printed?.['members@delta']).toMatchObject([{ id: id('a', 1) }]);
  expect(await ids(`/groups/${hidden}/members`)).toEqual([id('a', 1)]);
  expect(await ids(`/users/${id('a', 1)}/memberOf`)).toEqual([hidden]);
});
