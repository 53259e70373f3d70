import { afterEach, describe, expect, it } from 'vitest';
import { createSetupWork } from '../../../../shared/adapters/bus/setup-work.js';
import { decideHeld } from '../../../../shared/use-cases/removals/decide-held.js';
import { aSetupDocument } from '../../../builders/setup.js';
import { COALESCING, TENANT_ID } from '../../../histories/world.js';
import { addMember, group, groupId, userId, users } from './changes.js';
import {
  changeSetup,
  guardOff,
  people,
  sceneWithPeople,
  SETUP,
  standings,
  startSetup,
} from './people-scene.js';
import { hostView, Scene } from './scene.js';

const IN = 'active inScope';
const OUT = 'disabled deletedInDirectory';

let scene: Scene;
afterEach(() => scene.close());

/** So many groups that they fill several chunks. */
const manyGroups = Array.from({ length: 16 }, (_, n) => group(n, [userId(0)])).flat();

/** Between pages of a long round of groups `happen`; what `look` finds before each later page. */
function amidGroups<Seen>(happen: () => Promise<void>, look: () => Promise<Seen>): Seen[] {
  const seen: Seen[] = [];
  scene.beforeGraph(/groups\/delta/, 2, happen);
  scene.beforeGraph(/groups\/delta/, 'each', async () => seen.push(await look()));
  return seen;
}

const countPeople = async (): Promise<number> => (await people(scene)).length;

describe('between the pages of a long first sync', () => {
  it('a setup that is started has its people at once', async () => {
    scene = await Scene.open([...users(5), ...manyGroups]);
    const seen = amidGroups(() => startSetup(scene), countPeople);
    await scene.sync();
    expect(seen[0]).toBe(0);
    expect(seen.at(-1)).toBe(5);
  });

  it('an edit shows in people who came before it', async () => {
    scene = await Scene.open([...users(5), ...manyGroups], { started: false });
    await startSetup(scene);
    const edited = aSetupDocument({ removalGuard: guardOff, customerType: 'guests' });
    const seen = amidGroups(
      () => changeSetup(scene, { document: edited }),
      async () => [...new Set((await people(scene)).map(({ customerType }) => customerType))],
    );
    await scene.settle();
    expect(seen[0]).toEqual([null]);
    expect(seen.at(-1)).toEqual(['guests']);
  });

  it('a setup that is removed tells of its people and goes', async () => {
    scene = await Scene.open([...users(5), ...manyGroups], { started: false });
    await startSetup(scene);
    const seen = amidGroups(() => changeSetup(scene, { state: 'removing' }), countPeople);
    await scene.settle();
    expect(seen[0]).toBe(5);
    expect(seen.at(-1)).toBe(0);
  });
});

describe('between the pages of a full round', () => {
  it('removals that an operator approves go', async () => {
    scene = await sceneWithPeople([...users(10), ...manyGroups], {
      removalGuard: { maxCount: 500, maxShare: 0.2, minCount: 0, withinHours: 24 },
    });
    await scene.change(...[1, 2, 3].map((n) => ({ kind: 'softDeleteUser' as const, id: userId(n) })));
    expect((await scene.sync()).status).toBe('Held');
    const approve = async (): Promise<void> => {
      const { ports } = scene.world.host(hostView());
      const all = { ...ports, ...scene.world.stores, setupWork: createSetupWork(ports, COALESCING) };
      await decideHeld(
        all,
        { tenantId: TENANT_ID, setupId: SETUP },
        { kind: 'approve', decidedBy: 'x' },
        () => true,
      );
    };
    const seen = amidGroups(approve, async () => (await standings(scene))[userId(1)]);
    await scene.sync({ full: true });
    expect(seen[0]).toBe(IN);
    expect(seen.at(-1)).toBe(OUT);
  });
});

describe('a setup that is paused', () => {
  it('is left alone after the next stretch of people of the same page', async () => {
    const many = 450;
    const ids = Array.from({ length: many }, (_, n) => userId(n));
    scene = await Scene.open([...users(many), ...group(0), ...group(1, ids)], {
      emulator: { deltaPageSize: 500, deltaMemberEntries: 500 },
      settings: { chunk: { objects: 500, references: 500, milliseconds: 5_000 } },
      started: false,
    });
    const { scope } = aSetupDocument();
    await startSetup(scene, { scope: { ...scope, kind: 'rootGroup', groupIds: [groupId(0)] } });
    await scene.settle();
    expect(await countPeople()).toBe(0);
    await scene.change(addMember(0, groupId(1)));
    let paused = false;
    scene.afterTable = async ({ table, writes }) => {
      if (paused || !writes || table !== 'People') return;
      paused = true;
      await changeSetup(scene, { state: 'paused' });
    };
    await scene.sync();
    expect(paused).toBe(true);
    expect(await countPeople()).toBe(200);
    await changeSetup(scene, { state: 'started' });
    await scene.settle();
    expect(await countPeople()).toBe(many);
  });
});
