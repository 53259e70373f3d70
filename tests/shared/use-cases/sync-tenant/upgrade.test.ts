import { afterEach, describe, expect, it } from 'vitest';
import { createSetupWork } from '../../../../shared/adapters/bus/setup-work.js';
import { decideHeld } from '../../../../shared/use-cases/removals/decide-held.js';
import { aSetupDocument } from '../../../builders/setup.js';
import { COALESCING, TENANT_ID } from '../../../histories/world.js';
import { group, groupId, move, removeMember, userId, users } from './changes.js';
import { person, sceneWithPeople, SETUP, standings } from './people-scene.js';
import { hostView, type Scene } from './scene.js';

const PAGE = { after: null, limit: 10 };

describe('after an upgrade of the product', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  async function fence() {
    return { ...(await scene.scope()), assertHeld: () => undefined };
  }

  it('everybody is what the new version makes of the directory, though nothing changed there', async () => {
    scene = await sceneWithPeople(users(3));
    const { people, setupProgresses } = scene.world.stores;
    // As a version before left it, whose basis named no version of the derivation.
    const before = await person(scene, userId(0));
    const after = { ...before, displayName: 'As it was made before', version: before.version + 1 };
    const cause = { runId: null, reason: 'before', at: before.changedAt };
    await people.write(await fence(), [{ before, after, changed: ['displayName'] }], cause);
    const progress = await setupProgresses.get(TENANT_ID, SETUP);
    if (progress === null) throw new Error('Nobody worked on the setup.');
    await setupProgresses.save(await fence(), {
      ...progress,
      basis: JSON.stringify([1, 'complete', [], []]),
    });
    await scene.change(move(2, 'Research'));
    await scene.sync();
    expect((await person(scene, userId(0))).displayName).toBe(before.displayName);
  });

  it('what an operator decided holds, under a hash of the new version', async () => {
    scene = await sceneWithPeople(
      [
        ...users(10),
        ...group(
          0,
          Array.from({ length: 10 }, (_, n) => userId(n)),
        ),
      ],
      {
        scope: { ...aSetupDocument().scope, kind: 'rootGroup', groupIds: [groupId(0)] },
        removalGuard: { minCount: 0, maxCount: 500, maxShare: 0.2, withinHours: 24 },
      },
    );
    await scene.change(...[0, 1, 2].map((n) => removeMember(0, userId(n))));
    await scene.sync();
    const { ports } = scene.world.host(hostView());
    const all = { ...ports, ...scene.world.stores, setupWork: createSetupWork(ports, COALESCING) };
    const key = { tenantId: TENANT_ID, setupId: SETUP };
    await decideHeld(all, key, { kind: 'reject', decidedBy: 'operator' }, () => true);
    await scene.settle();
    const { overrides } = scene.world.stores;
    const decided = (await overrides.list(TENANT_ID, SETUP, PAGE)).rows;
    expect(decided).toHaveLength(3);
    const ofBefore = decided.map((override) => ({ ...override, inputHash: '0123456789abcdef' }));
    await overrides.put(await fence(), ofBefore);
    await scene.change(...[0, 1, 2].map((n) => move(n, 'Another department')));
    await scene.sync();
    expect((await standings(scene))[userId(0)]).toBe('active inScope');
    expect((await overrides.list(TENANT_ID, SETUP, PAGE)).rows).toEqual(decided);
  });
});
