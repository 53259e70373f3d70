import { expect, it } from 'vitest';
import { GraphEmulator } from '../../../local/graph/emulator.js';
import { loadSamples } from '../../../local/graph/samples/load-samples.js';
import { newcomer, sampleTenants } from '../../../local/graph/samples/well-known.js';

const [first, second] = sampleTenants;

async function loaded(sizes: Parameters<typeof loadSamples>[1] = {}): Promise<GraphEmulator> {
  const emulator = new GraphEmulator();
  await loadSamples(emulator, sizes);
  return emulator;
}

it('makes the same two directories every time', async () => {
  const [a, b] = [await loaded(), await loaded()];
  for (const { tenantId } of sampleTenants) {
    const [one, other] = [await a.truth(tenantId), await b.truth(tenantId)];
    expect(one.users.map(({ id, attributes }) => [id, attributes['displayName']])).toEqual(
      other.users.map(({ id, attributes }) => [id, attributes['displayName']]),
    );
    expect(one.memberships).toEqual(other.memberships);
  }
});

it('has a third directory, which is as its own size says, unless fewer are asked for', async () => {
  const { users } = await (await loaded({ users: 3 })).truth(newcomer.tenantId);
  expect(users.length).toBeGreaterThan(20);
  const tenants = (await (await loaded({ tenants: 1 })).listTenants()).map(({ tenantId }) => tenantId);
  expect(tenants).toEqual([first.tenantId]);
});

it('has the people that make a directory difficult', async () => {
  const emulator = await loaded();
  const { users, softDeletedUserIds, memberships, softDeletedGroupIds } = await emulator.truth(
    first.tenantId,
  );
  const all = users.map(({ attributes }) => attributes);
  const names = all.map(({ displayName }) => displayName as string);
  expect(users.length + softDeletedUserIds.length).toBe(250);
  expect(names.some((name) => name.includes("'"))).toBe(true);
  expect(names.some((name) => /[\u0590-\u06ff]/u.test(name))).toBe(true);
  expect(names.some((name) => /[\u3040-\u9fff]/u.test(name))).toBe(true);
  expect(names.some((name) => name.length > 120)).toBe(true);
  expect(all.some(({ userPrincipalName }) => (userPrincipalName as string).includes('#EXT#'))).toBe(true);
  expect(all.some(({ accountEnabled }) => accountEnabled === false)).toBe(true);
  expect(all.some(({ mail }) => mail === null)).toBe(true);
  expect(users.some(({ managerId }) => managerId !== null)).toBe(true);
  expect(softDeletedGroupIds).toHaveLength(1);
  expect(
    memberships.some(({ effective, memberId }) => !effective && softDeletedUserIds.includes(memberId)),
  ).toBe(true);
  expect(new Set(memberships.map(({ memberType }) => memberType))).toEqual(
    new Set(['user', 'group', 'device', 'servicePrincipal', 'orgContact']),
  );
});

it('nests groups in a cycle, and has one group of everybody', async () => {
  const emulator = await loaded();
  const { groups, memberships, users } = await emulator.truth(second.tenantId);
  const everybody = groups.find(({ attributes }) => attributes['displayName'] === 'Everybody');
  expect(everybody?.transitiveUserCount).toBe(users.length);
  expect(users.length).toBeGreaterThan(1200);
  const inner = new Map<string, string[]>();
  for (const { groupId, memberId, memberType } of memberships) {
    if (memberType === 'group') inner.set(groupId, [...(inner.get(groupId) ?? []), memberId]);
  }
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    (inner.get(from) ?? []).some(
      (next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))),
    );
  expect(groups.some(({ id }) => reaches(id, id))).toBe(true);
});

it('comes in any size', async () => {
  const emulator = await loaded({ users: 30, groups: 12, memberships: 120, tenants: 1 });
  const [tenant] = await emulator.listTenants();
  expect([tenant?.users, tenant?.groups]).toEqual([29, 11]);
});
