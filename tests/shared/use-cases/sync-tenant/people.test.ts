import { afterEach, describe, expect, it } from 'vitest';
import { aSetupDocument } from '../../../builders/setup.js';
import { TENANT_ID } from '../../../histories/world.js';
import { addMember, group, groupId, move, removeMember, userId, users } from './changes.js';
import {
  changeSetup,
  guardOff,
  people,
  person,
  sceneWithPeople,
  SETUP,
  standings,
  startSetup,
} from './people-scene.js';
import { Scene } from './scene.js';

const { scope } = aSetupDocument();
const root = { ...scope, kind: 'rootGroup', groupIds: [groupId(0)] } as const;
const IN = 'active inScope';
const DAY_MS = 86_400_000;

let scene: Scene;
afterEach(() => scene.close());

/** Invariant 14. */
describe('nobody is published', () => {
  it('before every group that could exclude them has been read', async () => {
    scene = await Scene.open([...users(5), ...group(0, [userId(1)]), ...group(1)]);
    await startSetup(scene, { scope: { ...scope, excludeGroupIds: [groupId(0)] } });
    const groupsRead: boolean[] = [];
    scene.beforeTable = async ({ table, writes }) => {
      if (!writes || table !== 'People') return;
      scene.beforeTable = null;
      groupsRead.push((await scene.state('groups')).deltaLink !== null);
    };
    await scene.sync();
    expect(groupsRead).toEqual([true]);
    expect(Object.keys(await standings(scene)).sort()).toEqual([userId(0), userId(2), userId(3), userId(4)]);
  });

  it('before the connection attribute has been read', async () => {
    scene = await Scene.synced([
      ...users(3),
      { kind: 'updateUser', id: userId(1), attributes: { city: 'Oslo' } },
    ]);
    const { attributes } = aSetupDocument();
    const connection = { attribute: 'city', equals: 'Oslo', mode: 'require' } as const;
    await startSetup(scene, { attributes: { ...attributes, connection } });
    const before: number[] = [];
    scene.beforeGraph(/users\/delta/, 'each', async () => before.push((await people(scene)).length));
    await scene.settle();
    expect(before.length).toBeGreaterThan(0);
    expect(new Set(before)).toEqual(new Set([0]));
    expect(await standings(scene)).toEqual({ [userId(1)]: IN });
  });
});

describe('people of a started setup', () => {
  it('appear while the first sync runs, where groups decide nothing', async () => {
    scene = await Scene.open([...users(5), ...group(0, [userId(1)])]);
    await startSetup(scene);
    const seen: number[] = [];
    scene.beforeGraph(/groups\/delta/, 1, async () => seen.push((await people(scene)).length));
    await scene.sync();
    expect(seen).toEqual([5]);
  });

  it('follow a membership beneath a nested group, and nobody else is derived', async () => {
    scene = await sceneWithPeople(
      [...users(6), ...group(1, [userId(1)]), ...group(0, [userId(0), groupId(1)])],
      { scope: root },
    );
    await scene.change(addMember(1, userId(2)), removeMember(1, userId(1)));
    await scene.sync();
    expect(await standings(scene)).toEqual({
      [userId(0)]: IN,
      [userId(1)]: 'disabled leftScope',
      [userId(2)]: IN,
    });
    const { version } = await person(scene, userId(0));
    expect(version).toBe(1);
  });

  it('show what becomes of their manager', async () => {
    scene = await sceneWithPeople([
      ...users(3),
      { kind: 'setManager', userId: userId(1), managerId: userId(0) },
    ]);
    await scene.change({ kind: 'updateUser', id: userId(0), attributes: { displayName: 'Another name' } });
    await scene.sync();
    expect((await person(scene, userId(1))).manager?.name).toBe('Another name');
    await scene.change({ kind: 'softDeleteUser', id: userId(0) });
    await scene.sync();
    expect((await person(scene, userId(1))).manager).toBeNull();
  });

  it('stay as they are while it is paused, and are all derived anew once it is started again', async () => {
    scene = await sceneWithPeople(users(3));
    await changeSetup(scene, { state: 'paused' });
    const before = await people(scene);
    await scene.change({ kind: 'softDeleteUser', id: userId(0) }, move(1, 'Research'));
    await scene.sync();
    expect(await people(scene)).toEqual(before);
    await changeSetup(scene, { state: 'started' });
    await scene.settle();
    expect((await standings(scene))[userId(0)]).toBe('disabled deletedInDirectory');
  });

  it('are derived anew after an edit without a request to Graph', async () => {
    scene = await sceneWithPeople([...users(3), ...group(0, [userId(0)])]);
    await changeSetup(scene, { document: aSetupDocument({ removalGuard: guardOff, scope: root }) });
    await scene.settle();
    expect(await standings(scene)).toEqual({
      [userId(0)]: IN,
      [userId(1)]: 'disabled leftScope',
      [userId(2)]: 'disabled leftScope',
    });
    expect(scene.graph).toEqual([]);
  });

  it('are taken out with it, and it goes last', async () => {
    scene = await sceneWithPeople(users(3));
    await changeSetup(scene, { state: 'removing' });
    await scene.settle();
    expect(await people(scene)).toEqual([]);
    expect(await scene.world.stores.setups.all(TENANT_ID)).toEqual([]);
    expect(await scene.world.stores.setupProgresses.all(TENANT_ID)).toEqual([]);
  });

  it('cost one read where there is no setup', async () => {
    scene = await Scene.synced(users(2), { started: false });
    await scene.change(move(0, 'Research'));
    await scene.sync();
    const tables = [
      'Setups',
      'SetupProgress',
      'People',
      'Hosts',
      'Removals',
      'Overrides',
      'Reports',
      'Journal',
    ];
    const met = scene.tableRequests.filter(({ table }) => tables.includes(table)).map(({ table }) => table);
    expect(new Set(met)).toEqual(new Set(['Setups']));
  });
});

describe('a group of the scope that is deleted', () => {
  it('needs attention and removes nobody; who left meanwhile goes once it is back', async () => {
    scene = await sceneWithPeople([...users(3), ...group(0, [userId(0), userId(1)])], { scope: root });
    await scene.change({ kind: 'deleteGroup', id: groupId(0) });
    await scene.sync();
    expect(await standings(scene)).toEqual({ [userId(0)]: IN, [userId(1)]: IN });
    const progress = () => scene.world.stores.setupProgresses.get(TENANT_ID, SETUP);
    expect((await progress())?.missingGroups).toEqual([groupId(0)]);
    await scene.change({ kind: 'restoreGroup', id: groupId(0) }, removeMember(0, userId(1)));
    await scene.sync();
    expect((await progress())?.missingGroups).toEqual([]);
    expect(await standings(scene)).toEqual({ [userId(0)]: IN, [userId(1)]: 'disabled leftScope' });
  });
});

/** Invariant 6. */
describe('removals of people', () => {
  const guarded = { removalGuard: { maxCount: 500, maxShare: 0.2, minCount: 0, withinHours: 24 } };

  it('are all held where they are more than the guard lets go, while others come and change', async () => {
    scene = await sceneWithPeople(users(10), guarded);
    await scene.change(
      ...[0, 1, 2].map((n) => ({ kind: 'softDeleteUser' as const, id: userId(n) })),
      ...users(11).slice(10),
    );
    const run = await scene.sync();
    expect(run.status).toBe('Held');
    const all = await people(scene);
    expect(all.every(({ statusReason }) => statusReason === 'inScope')).toBe(true);
    expect(
      all
        .filter(({ removalHeld }) => removalHeld)
        .map(({ directoryId }) => directoryId)
        .sort(),
    ).toEqual([0, 1, 2].map(userId));
    expect(all).toHaveLength(11);
  });

  it('are dropped from the held ones for who comes back', async () => {
    scene = await sceneWithPeople(users(4), guarded);
    await scene.change({ kind: 'softDeleteUser', id: userId(0) });
    const { runId, status } = await scene.sync();
    expect(status).toBe('Held');
    await scene.change({ kind: 'restoreUser', id: userId(0) });
    await scene.sync();
    expect(await person(scene, userId(0))).toMatchObject({ removalHeld: false, status: 'active' });
    const { rows } = await scene.world.stores.removals.list(TENANT_ID, SETUP, { after: null, limit: 10 });
    expect(rows).toEqual([]);
    expect((await scene.run(runId)).status).toBe('Succeeded');
  });

  it('are counted over a sliding day, so that slow ones meet the same guard', async () => {
    scene = await sceneWithPeople(users(10), guarded);
    for (const n of [0, 1, 2]) {
      await scene.change({ kind: 'softDeleteUser', id: userId(n) });
      await scene.sync();
    }
    expect(await standings(scene)).toMatchObject({
      [userId(1)]: 'disabled deletedInDirectory',
      [userId(2)]: IN,
    });
    expect((await person(scene, userId(2))).removalHeld).toBe(true);
    await scene.world.clock.advance(2 * DAY_MS);
    await scene.change({ kind: 'softDeleteUser', id: userId(3) });
    await scene.sync();
    expect((await standings(scene))[userId(3)]).toBe('disabled deletedInDirectory');
  });

  it('are carried out to the end by the first job after their days ran out', async () => {
    scene = await sceneWithPeople(users(3));
    await scene.change({ kind: 'softDeleteUser', id: userId(0) });
    await scene.sync();
    expect((await standings(scene))[userId(0)]).toBe('disabled deletedInDirectory');
    await scene.world.clock.advance(31 * DAY_MS);
    await scene.sync();
    expect(await person(scene, userId(0))).toMatchObject({ status: 'removed', displayName: null });
  });
});
