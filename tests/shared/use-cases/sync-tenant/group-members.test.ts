import { afterEach, describe, expect, it } from 'vitest';
import { membersStates } from '../../../../shared/core/needed-groups.js';
import type { Tenant } from '../../../../shared/core/tenant.js';
import { editTenant } from '../../../../shared/use-cases/edit-tenant.js';
import { aSetupDocument } from '../../../builders/setup.js';
import { TENANT_ID } from '../../../histories/world.js';
import { addMember, group, groupId, removeMember, userId, users } from './changes.js';
import { changeSetup, guardOff, sceneWithPeople, standings } from './people-scene.js';
import { hostView, type Scene } from './scene.js';

const IN = 'active inScope';
const { scope } = aSetupDocument();
const of = (...numbers: readonly number[]) =>
  aSetupDocument({
    removalGuard: guardOff,
    scope: { ...scope, kind: 'groups', groupIds: numbers.map(groupId) },
  });

let scene: Scene;
afterEach(() => scene.close());

async function ask(groupMembers: Tenant['groupMembers']): Promise<void> {
  const { ports } = scene.world.host(hostView());
  expect((await editTenant(ports, TENANT_ID, { groupMembers }, null)).kind).toBe('edited');
  await scene.settle();
}

async function stateOf(n: number): Promise<string> {
  const { memberChains } = scene.world.stores;
  return membersStates(await scene.state('groups'), await memberChains.all(TENANT_ID))(groupId(n));
}

/** 0 holds user 0 and group 1, which holds user 1; 2 holds user 2, 3 holds user 0. */
const nested = [
  ...users(3),
  ...group(1, [userId(1)]),
  ...group(0, [userId(0), groupId(1)]),
  ...group(2, [userId(2)]),
  ...group(3, [userId(0)]),
];

describe('a tenant that reads the members of needed groups alone', () => {
  it('holds those of groups that its setup names and of groups beneath, and of no other', async () => {
    scene = await sceneWithPeople(nested, of(0));
    await ask('needed');
    expect(await scene.membersOf(groupId(0))).toHaveLength(2);
    expect(await scene.membersOf(groupId(1))).toEqual([userId(1)]);
    expect(await scene.membersOf(groupId(2))).toEqual([]);
    expect([await stateOf(0), await stateOf(1), await stateOf(2)]).toEqual(['complete', 'complete', 'none']);
    expect(await standings(scene)).toEqual({ [userId(0)]: IN, [userId(1)]: IN });
  });

  it('is told of changes, and reads a group that comes beneath', async () => {
    scene = await sceneWithPeople(nested, of(0));
    await ask('needed');
    await scene.change(addMember(0, groupId(2)), removeMember(1, userId(1)));
    await scene.sync();
    expect(await stateOf(2)).toBe('complete');
    const found = await standings(scene);
    expect([found[userId(0)], found[userId(2)]]).toEqual([IN, IN]);
    expect(found[userId(1)]).not.toBe(IN);
  });

  it('keeps the known members of a group that hides them once the permission is withdrawn', async () => {
    const attributes = { visibility: 'HiddenMembership' };
    scene = await sceneWithPeople([...nested, { kind: 'updateGroup', id: groupId(1), attributes }], of(0));
    await scene.showHidden(true);
    await ask('needed');
    await scene.sync();
    await scene.settle();
    const everybody = { [userId(0)]: IN, [userId(1)]: IN };
    expect(await standings(scene)).toEqual(everybody);
    expect((await scene.state('groups')).seesHidden).toBe(true);
    await scene.showHidden(false);
    await scene.change(removeMember(1, userId(1)));
    await scene.sync();
    await scene.sync({ full: true });
    expect(await scene.membersOf(groupId(1))).toEqual([userId(1)]);
    expect(await standings(scene)).toEqual(everybody);
    await scene.showHidden(true);
    await scene.sync();
    await scene.settle();
    expect(await scene.membersOf(groupId(1))).toEqual([]);
    expect((await standings(scene))[userId(1)]).toBe('disabled leftScope');
  });

  it('takes nobody out by switching there and back', async () => {
    scene = await sceneWithPeople(nested, of(0));
    await ask('needed');
    scene.forget();
    for (const wish of ['all', 'needed', 'all'] as const) {
      await ask(wish);
      expect(await standings(scene)).toEqual({ [userId(0)]: IN, [userId(1)]: IN });
    }
    expect(scene.writesTo('People')).toEqual([]);
    await scene.expectMirrored();
  });

  it('reads a group once an edit needs it, and drops what none needs, without removing who is in both', async () => {
    scene = await sceneWithPeople(nested, of(0));
    await ask('needed');
    await changeSetup(scene, { document: of(3) });
    await scene.settle();
    expect([await stateOf(3), await stateOf(0), await stateOf(1)]).toEqual(['complete', 'none', 'none']);
    expect(await scene.membersOf(groupId(0))).toEqual([]);
    const found = await standings(scene);
    expect(found[userId(0)]).toBe(IN);
    expect(found[userId(1)]).not.toBe(IN);
  });

  it('follows more than fifty groups by several chains, a request each, and reads one anew whose token died', async () => {
    const many = Array.from({ length: 60 }, (_, n) => n);
    const groups = many.flatMap((n) => group(n, [userId(n % 3)]));
    scene = await sceneWithPeople([...users(4), ...groups], of(...many));
    await ask('needed');
    expect(await scene.world.stores.memberChains.all(TENANT_ID)).toHaveLength(2);
    scene.forget();
    await scene.change(addMember(59, userId(3)));
    await scene.sync({ jobs: ['groups'] });
    expect(scene.graphRequestsTo(/groups\/delta/).length).toBeLessThanOrEqual(4);
    await scene.world.emulator.expireTokens(TENANT_ID);
    await scene.change(removeMember(59, userId(3)));
    await scene.sync();
    const found = await standings(scene);
    expect([0, 1, 2].map((n) => found[userId(n)])).toEqual([IN, IN, IN]);
    expect(found[userId(3)]).not.toBe(IN);
  });

  it('removes nobody where a needed group is deleted', async () => {
    scene = await sceneWithPeople(nested, of(0));
    await ask('needed');
    await scene.change({ kind: 'deleteGroup', id: groupId(0) });
    await scene.sync();
    expect(await standings(scene)).toEqual({ [userId(0)]: IN, [userId(1)]: IN });
  });
});
