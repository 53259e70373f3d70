import { expect, it } from 'vitest';
import type { DirectoryChange } from '../../../local/graph/control-api.js';
import { emulatorWithTenant, round, tenantId } from './support/tenant.js';

const guid = (kind: string, n: number): string =>
  `${kind}0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const select = '/groups/delta?$select=displayName,members';

function createUsers(count: number): DirectoryChange[] {
  return Array.from({ length: count }, (_, n) => ({ kind: 'createUser', id: guid('a', n) }));
}

function addMembers(group: number, count: number): DirectoryChange[] {
  return Array.from({ length: count }, (_, n) => ({
    kind: 'addMember',
    groupId: guid('b', group),
    memberId: guid('a', n),
  }));
}

function membersOf(elements: readonly Record<string, unknown>[], group: number): Record<string, unknown>[] {
  return elements
    .filter(({ id }) => id === guid('b', group))
    .flatMap((element) => (element['members@delta'] ?? []) as Record<string, unknown>[]);
}

it('splits large groups over pages, interleaved, and loses no member', async () => {
  const { emulator, get } = await emulatorWithTenant();
  const groups = [0, 1, 2].map((n): DirectoryChange => ({ kind: 'createGroup', id: guid('b', n) }));
  await emulator.applyChanges(tenantId, [
    ...createUsers(1200),
    ...groups,
    ...addMembers(0, 1200),
    ...addMembers(1, 1100),
    ...addMembers(2, 3),
  ]);
  const { pages, elements } = await round(get, select);
  for (const { value } of pages) {
    const entries = value.flatMap((element) => (element['members@delta'] ?? []) as unknown[]);
    expect(entries.length).toBeLessThanOrEqual(500);
  }
  expect([0, 1, 2].map((n) => new Set(membersOf(elements, n).map(({ id }) => id)).size)).toEqual([
    1200, 1100, 3,
  ]);
  const order = elements.map(({ id }) => id);
  const alternations = order.filter((id, i) => id !== order[i - 1]).length;
  expect(alternations).toBeGreaterThan(3);
});

it('tells added and removed members, and prints no members@delta for a group without members', async () => {
  const { emulator, get } = await emulatorWithTenant();
  await emulator.applyChanges(tenantId, [...createUsers(2), { kind: 'createGroup', id: guid('b', 0) }]);
  const first = await round(get, select);
  expect(first.elements[0]).not.toHaveProperty('members@delta');
  await emulator.applyChanges(tenantId, addMembers(0, 2));
  const second = await round(get, first.deltaLink);
  await emulator.applyChanges(tenantId, [
    { kind: 'removeMember', groupId: guid('b', 0), memberId: guid('a', 0) },
  ]);
  expect(membersOf(second.elements, 0)).toHaveLength(2);
  const third = await round(get, second.deltaLink);
  expect(membersOf(third.elements, 0)).toEqual([
    { '@odata.type': '#microsoft.graph.user', id: guid('a', 0), '@removed': { reason: 'deleted' } },
  ]);
});

it('leaves announced soft-deleted members out, and reports no membership at restore or permanent deletion', async () => {
  const { emulator, get } = await emulatorWithTenant();
  await emulator.applyChanges(tenantId, [
    ...createUsers(2),
    { kind: 'createGroup', id: guid('b', 0) },
    ...addMembers(0, 2),
  ]);
  await emulator.applyChanges(tenantId, [{ kind: 'softDeleteUser', id: guid('a', 0) }]);
  const users = await round(get, '/users/delta');
  expect(users.elements).toContainEqual({ id: guid('a', 0), '@removed': { reason: 'changed' } });
  const groups = await round(get, select);
  expect(membersOf(groups.elements, 0).map(({ id }) => id)).toEqual([guid('a', 1)]);
  await emulator.applyChanges(tenantId, [
    { kind: 'restoreUser', id: guid('a', 0) },
    { kind: 'hardDeleteUser', id: guid('a', 1) },
  ]);
  const next = await round(get, users.deltaLink);
  expect(next.elements).toContainEqual(
    expect.not.objectContaining({ '@removed': expect.anything() as unknown }),
  );
  expect(next.elements).toContainEqual({ id: guid('a', 1), '@removed': { reason: 'deleted' } });
  expect((await round(get, groups.deltaLink)).elements).toEqual([]);
  const truth = await emulator.truth(tenantId);
  expect(truth.memberships).toEqual([
    { groupId: guid('b', 0), memberId: guid('a', 0), memberType: 'user', effective: true },
  ]);
});

it('soft-deletes Microsoft 365 groups and deletes other groups for good', async () => {
  const { emulator, get } = await emulatorWithTenant();
  await emulator.applyChanges(tenantId, [
    { kind: 'createGroup', id: guid('b', 0), attributes: { groupTypes: ['Unified'] } },
    { kind: 'createGroup', id: guid('b', 1) },
    { kind: 'deleteGroup', id: guid('b', 0) },
    { kind: 'deleteGroup', id: guid('b', 1) },
  ]);
  expect((await round(get, select)).elements).toEqual([
    { id: guid('b', 0), '@removed': { reason: 'changed' } },
    { id: guid('b', 1), '@removed': { reason: 'deleted' } },
  ]);
});

it('stops telling memberships when members are not selected', async () => {
  const { emulator, get } = await emulatorWithTenant();
  await emulator.applyChanges(tenantId, [...createUsers(1), { kind: 'createGroup', id: guid('b', 0) }]);
  const first = await round(get, '/groups/delta?$select=displayName');
  await emulator.applyChanges(tenantId, addMembers(0, 1));
  expect((await round(get, first.deltaLink)).elements).toEqual([]);
});

it('still tells the membership of a soft-deleted member that no users page has announced', async () => {
  const { emulator, get } = await emulatorWithTenant();
  await emulator.applyChanges(tenantId, [
    ...createUsers(1),
    { kind: 'createGroup', id: guid('b', 0) },
    ...addMembers(0, 1),
  ]);
  const users = await round(get, '/users/delta');
  await emulator.applyChanges(tenantId, [{ kind: 'softDeleteUser', id: guid('a', 0) }]);
  expect(membersOf((await round(get, select)).elements, 0)).toHaveLength(1);
  await round(get, users.deltaLink);
  expect(membersOf((await round(get, select)).elements, 0)).toEqual([]);
});
