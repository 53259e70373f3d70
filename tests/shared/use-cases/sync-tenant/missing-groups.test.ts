import { afterEach, describe, expect, it } from 'vitest';
import type { SetupDocument } from '../../../../shared/core/setup/setup.js';
import type { SetupProgress } from '../../../../shared/ports/setup-progress.js';
import { aSetupDocument } from '../../../builders/setup.js';
import { TENANT_ID } from '../../../histories/world.js';
import { addMember, group, groupId, move, removeMember, userId, users } from './changes.js';
import { changeSetup, guardOff, sceneWithPeople, SETUP, standings } from './people-scene.js';
import type { Scene } from './scene.js';

const { scope } = aSetupDocument();
const root = { ...scope, kind: 'rootGroup', groupIds: [groupId(0)] } as const;
const DAY_MS = 86_400_000;
const IN = 'active inScope';
const LEFT = 'disabled leftScope';
const remove: SetupDocument['remove'] = {
  whenLeft: { mode: 'delete', afterDays: 1 },
  whenDeleted: { mode: 'delete', afterDays: 30 },
};

let scene: Scene;
afterEach(() => scene.close());

function progress(): Promise<SetupProgress | null> {
  return scene.world.stores.setupProgresses.get(TENANT_ID, SETUP);
}

/** Fails where a job goes on and on. */
async function settleSoon(): Promise<void> {
  let requests = 0;
  scene.beforeTable = () => {
    requests += 1;
    if (requests > 5_000) throw new Error('The job does not come to its end.');
  };
  await scene.settle();
  scene.beforeTable = null;
}

describe('a group of the scope that a full round finds gone', () => {
  it('removes nobody whom changes of users concern meanwhile', async () => {
    const others = [2, 3, 4, 5, 6].flatMap((n) => group(n));
    scene = await sceneWithPeople([...users(6), ...group(0, [userId(0), userId(1), userId(2)]), ...others], {
      scope: root,
    });
    await scene.requestRun({ jobs: ['groups'], full: true });
    scene.beforeGraph(/groups\/delta/, 2, () => scene.change({ kind: 'deleteGroup', id: groupId(0) }));
    let told = false;
    scene.afterTable = async ({ table, writes }) => {
      if (told || !writes || table !== 'Groups') return;
      if ((await scene.group(groupId(0)))?.presence !== 'softDeleted') return;
      told = true;
      await scene.change(move(1, 'Research'));
      await scene.requestRun({ jobs: ['users'] });
    };
    await scene.settle();
    expect(told).toBe(true);
    expect(await standings(scene)).toEqual({ [userId(0)]: IN, [userId(1)]: IN, [userId(2)]: IN });
    expect((await progress())?.missingGroups).toEqual([groupId(0)]);
  });

  it('lets removals wait until the round is through', async () => {
    scene = await sceneWithPeople([...users(6), ...[2, 3, 4, 5, 6].flatMap((n) => group(n))]);
    await scene.requestRun({ jobs: ['groups'], full: true });
    const during: (string | undefined)[] = [];
    const asked: string[] = [];
    scene.beforeGraph(/groups\/delta/, 2, async () => {
      await scene.change({ kind: 'softDeleteUser', id: userId(1) });
      asked.push((await scene.requestRun({ jobs: ['users'] })).runId);
    });
    scene.beforeGraph(/groups/, 'each', async () => {
      for (const runId of asked)
        if ((await scene.run(runId)).endedAt !== null) during.push((await standings(scene))[userId(1)]);
    });
    await scene.settle();
    expect(during.length).toBeGreaterThan(0);
    expect(new Set(during)).toEqual(new Set([IN]));
    expect((await standings(scene))[userId(1)]).toBe('disabled deletedInDirectory');
  });
});

describe('somebody whose days ran out', () => {
  it('waits while a group of the scope is gone, and goes once it is back', async () => {
    scene = await sceneWithPeople([...users(4), ...group(0, [userId(0), userId(1)])], {
      scope: root,
      remove,
    });
    await scene.change(removeMember(0, userId(1)));
    await scene.sync();
    expect((await standings(scene))[userId(1)]).toBe(LEFT);
    await scene.change({ kind: 'deleteGroup', id: groupId(0) });
    await scene.sync();
    await scene.world.clock.advance(3 * DAY_MS);
    await scene.requestRun();
    await settleSoon();
    expect(await standings(scene)).toEqual({ [userId(0)]: IN, [userId(1)]: LEFT });
    await scene.change({ kind: 'restoreGroup', id: groupId(0) });
    await scene.sync();
    expect((await standings(scene))[userId(1)]).toBe('removed leftScope');
  });

  it('waits while roles that the setup names are not read', async () => {
    scene = await sceneWithPeople([...users(4), ...group(0, [userId(0), userId(1)])], {
      scope: root,
      remove,
    });
    await scene.change(removeMember(0, userId(1)));
    await scene.sync();
    const directoryRole = '99999999-0000-4000-8000-000000000001';
    const given = { roles: ['booker'], memberships: [], hostsOf: [], organizationalUnits: [] };
    const grants = [{ ...given, source: { kind: 'directoryRole' as const, directoryRole } }];
    await changeSetup(scene, {
      document: aSetupDocument({ removalGuard: guardOff, scope: root, remove, grants }),
    });
    await scene.settle();
    expect((await progress())?.readiness).toBe('partial');
    await scene.world.clock.advance(3 * DAY_MS);
    await scene.requestRun();
    await settleSoon();
    expect((await standings(scene))[userId(1)]).toBe(LEFT);
    await changeSetup(scene, { document: aSetupDocument({ removalGuard: guardOff, scope: root, remove }) });
    await scene.settle();
    expect((await standings(scene))[userId(1)]).toBe('removed leftScope');
  });
});

describe('a group that a setup excludes and that is deleted', () => {
  const excluding = { scope: { ...scope, excludeGroupIds: [groupId(0)] } };

  it('lets nobody come until it is back or the setup no longer names it', async () => {
    scene = await sceneWithPeople([...users(3), ...group(0, [userId(1)])], excluding);
    await scene.change({ kind: 'deleteGroup', id: groupId(0) }, ...users(4).slice(3), move(2, 'Research'));
    await scene.sync();
    expect(await standings(scene)).toEqual({ [userId(0)]: IN, [userId(2)]: IN });
    expect((await progress())?.missingGroups).toEqual([groupId(0)]);
    await scene.change({ kind: 'restoreGroup', id: groupId(0) });
    await scene.sync();
    expect(await standings(scene)).toEqual({ [userId(0)]: IN, [userId(2)]: IN, [userId(3)]: IN });
    await scene.change({ kind: 'deleteGroup', id: groupId(0) });
    await scene.sync();
    await changeSetup(scene, { document: aSetupDocument({ removalGuard: guardOff }) });
    await scene.settle();
    expect((await standings(scene))[userId(1)]).toBe(IN);
  });

  it('lets nobody return whom it excluded, and makes nobody host', async () => {
    const source = { kind: 'group' as const, groupId: groupId(1) };
    const grants = [{ source, roles: [], memberships: [], hostsOf: ['lobby'], organizationalUnits: [] }];
    scene = await sceneWithPeople([...users(3), ...group(0), ...group(1, [userId(0), userId(1)])], {
      ...excluding,
      grants,
    });
    await scene.change(addMember(0, userId(1)));
    await scene.sync();
    expect((await standings(scene))[userId(1)]).toBe(LEFT);
    await scene.change({ kind: 'deleteGroup', id: groupId(0) });
    await scene.sync();
    expect((await standings(scene))[userId(1)]).toBe(LEFT);
    const hosts: string[] = [];
    const bucketed = await scene.scope();
    for (let bucket = 0; bucket < bucketed.bucketCount; bucket += 1)
      for await (const page of scene.world.stores.hosts.scan(bucketed, SETUP, bucket))
        hosts.push(...page.map(({ directoryId }) => directoryId));
    expect(hosts).toEqual([userId(0)]);
  });
});
