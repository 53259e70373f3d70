import { afterEach, describe, expect, it } from 'vitest';
import { bucketOf } from '../../../../shared/core/bucket.js';
import { aSetupDocument } from '../../../builders/setup.js';
import { group, groupId, removeMember, userId, users } from './changes.js';
import { sceneWithPeople, standings } from './people-scene.js';
import type { Scene } from './scene.js';

const DAY_MS = 86_400_000;

describe('people who are deleted days after they left', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it('are deleted each on their own day, in whichever buckets they lie', async () => {
    const all = Array.from({ length: 40 }, (_, n) => n);
    const inBucket = (isIt: (bucket: number) => boolean): number =>
      all.find((n) => isIt(bucketOf(userId(n), 16))) ?? 0;
    const leavers = {
      // Buckets are derived four at a time: the last two lie in one stretch.
      0: inBucket((bucket) => bucket > 8),
      2: inBucket((bucket) => bucket === 0),
      29: inBucket((bucket) => bucket > 0 && bucket < 4),
    };
    expect(new Set(Object.values(leavers)).size).toBe(3);
    const remove = { mode: 'delete', afterDays: 30 } as const;
    scene = await sceneWithPeople([...users(40), ...group(0, all.map(userId))], {
      scope: { ...aSetupDocument().scope, kind: 'rootGroup', groupIds: [groupId(0)] },
      remove: { whenLeft: remove, whenDeleted: remove },
    });
    const removedOn: Record<number, number> = {};
    for (let day = 0; day <= 60; day += 1) {
      for (const [on, leaver] of Object.entries(leavers))
        if (Number(on) === day) await scene.change(removeMember(0, userId(leaver)));
      await scene.sync();
      const now = await standings(scene);
      for (const leaver of Object.values(leavers))
        if (now[userId(leaver)]?.startsWith('removed')) removedOn[leaver] ??= day;
      await scene.world.clock.advance(DAY_MS);
    }
    expect(removedOn).toEqual({ [leavers[0]]: 30, [leavers[2]]: 32, [leavers[29]]: 59 });
  });
});
