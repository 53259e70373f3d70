import { afterEach, describe, expect, it } from 'vitest';
import { aSetupDocument } from '../../../builders/setup.js';
import { addMember, group, groupId, userId, users } from './changes.js';
import { sceneWithPeople, standings } from './people-scene.js';
import { hostView, type Scene } from './scene.js';

const SCOPE = { ...aSetupDocument().scope, kind: 'rootGroup', groupIds: [groupId(0)] } as const;

/** The one answer that tells the memberships of what comes back has no version: a replica that lags may give it. */
describe('an answer that names fewer memberships than there are', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  /** So many of the next answers to a question of that path are empty. */
  function lag(path: RegExp, times = 1): { left: number } {
    const stale = { left: times };
    scene.onAnswer = (request, answer) => {
      if (stale.left === 0 || !path.test(request.url.pathname)) return answer;
      stale.left -= 1;
      return { ...answer, body: JSON.stringify({ value: [] }) };
    };
    return stale;
  }

  it('takes nobody who is restored out of their groups', async () => {
    scene = await sceneWithPeople([...users(3), ...group(0, [userId(0), userId(1)])], { scope: SCOPE });
    await scene.change({ kind: 'softDeleteUser', id: userId(1) });
    await scene.sync();
    await scene.change({ kind: 'restoreUser', id: userId(1) });
    const stale = lag(/memberOf/);
    await scene.requestRun();
    await scene.settle(10_000);
    expect(stale.left).toBe(0);
    expect((await standings(scene))[userId(1)]).toBe('active inScope');
    await scene.settle();
    expect((await standings(scene))[userId(1)]).toBe('active inScope');
    await scene.expectMirrored();
    expect(await scene.world.stores.edgeDoubts.list((await scene.tenant()).tenantId)).toEqual([]);
  });

  it('takes no members from a group that is restored', async () => {
    scene = await sceneWithPeople([...users(3), ...group(0, [userId(0), userId(1)])], {});
    await scene.change({ kind: 'deleteGroup', id: groupId(0) });
    await scene.sync();
    await scene.change({ kind: 'restoreGroup', id: groupId(0) });
    const stale = lag(/\/members/);
    await scene.sync();
    expect(stale.left).toBe(0);
    await scene.expectMirrored();
  });

  it('is believed once it is given again after the lag, also if the message that asks again is lost', async () => {
    scene = await sceneWithPeople([...users(3), ...group(0, [userId(0), userId(1)])], { scope: SCOPE });
    await scene.change({ kind: 'softDeleteUser', id: userId(1) });
    await scene.sync();
    await scene.change({ kind: 'restoreUser', id: userId(1) });
    lag(/memberOf/, Infinity);
    await scene.requestRun();
    await scene.settle(10_000);
    expect((await standings(scene))[userId(1)]).toBe('active inScope');
    for (let lost = await scene.receive(); lost !== null; lost = await scene.receive()) lost.complete();
    expect((await standings(scene))[userId(1)]).toBe('active inScope');
    for (let tick = 0; tick < 7; tick += 1) {
      await scene.world.clock.advance(5 * 60_000);
      await scene.world.host(hostView()).startNightlyRuns();
      await scene.settle(60_000);
    }
    expect((await standings(scene))[userId(1)]).toBe('disabled leftScope');
  });

  it('removes nothing that it denies for the first time when it is asked for again', async () => {
    scene = await sceneWithPeople(
      [...users(3), ...group(0, [userId(0), userId(1)]), ...group(1, [userId(1)]), ...group(2)],
      {},
    );
    await scene.change({ kind: 'softDeleteUser', id: userId(1) });
    await scene.sync();
    await scene.change({ kind: 'restoreUser', id: userId(1) });
    lag(/memberOf/, Infinity);
    await scene.requestRun();
    await scene.settle(10_000);
    // A change that came since, and that the replica does not show yet.
    await scene.change(addMember(2, userId(1)));
    await scene.requestRun();
    await scene.settle();
    const edges = await scene.world.stores.mirror.groupsOf(await scene.scope(), [userId(1)]);
    expect(edges.map((edge) => edge.groupId)).toEqual([groupId(2)]);
  });
});
