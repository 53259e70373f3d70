import { afterEach, describe, expect, it } from 'vitest';
import { aCause, aChange } from '../../../builders/person.js';
import { TENANT_ID } from '../../../histories/world.js';
import { group, userId, users } from './changes.js';
import { people, person, sceneWithPeople, startSetup } from './people-scene.js';
import { Scene } from './scene.js';

let scene: Scene;
afterEach(() => scene.close());

const manyGroups = Array.from({ length: 16 }, (_, n) => group(n, [userId(0)])).flat();

/** Writes the person with another name, as a fault of an earlier version could have left it. */
async function spoil(directoryId: string): Promise<void> {
  const before = await person(scene, directoryId);
  const after = { ...before, displayName: 'Spoilt', version: before.version + 1 };
  const fence = { ...(await scene.scope()), assertHeld: () => undefined };
  await scene.world.stores.people.write(fence, [aChange(before, after)], aCause());
}

describe('the job people', () => {
  it('derives everybody of the started setups again without a request to Graph', async () => {
    scene = await sceneWithPeople(users(5));
    const right = await people(scene);
    await spoil(userId(2));
    const run = await scene.sync({ jobs: ['people'] });
    expect(run).toMatchObject({ status: 'Succeeded', parts: { people: { kind: 'done' } } });
    expect((await people(scene)).map(({ displayName }) => displayName)).toEqual(
      right.map(({ displayName }) => displayName),
    );
    expect(scene.graph).toEqual([]);
  });

  it('waits for the other jobs of its run, and sees what they brought', async () => {
    scene = await sceneWithPeople(users(2));
    await scene.change(...users(4).slice(2));
    const run = await scene.sync({ jobs: ['users', 'groups', 'people'] });
    expect(run.status).toBe('Succeeded');
    expect(await people(scene)).toHaveLength(4);
  });

  it('is not kept waiting by a long first sync', async () => {
    scene = await Scene.open([...users(5), ...manyGroups], { started: false });
    await startSetup(scene);
    let asked = '';
    const seen: string[] = [];
    scene.beforeGraph(/groups\/delta/, 2, async () => {
      asked = (await scene.requestRun({ jobs: ['people'] })).runId;
    });
    scene.beforeGraph(/groups\/delta/, 'each', async () => {
      if (asked !== '') seen.push((await scene.run(asked)).status);
    });
    await scene.settle();
    expect(seen[0]).toBe('NotStarted');
    expect(seen.at(-1)).toBe('Succeeded');
  });

  it('succeeds when no setup is started', async () => {
    scene = await Scene.synced(users(2), { started: false });
    expect((await scene.sync({ jobs: ['people'] })).status).toBe('Succeeded');
    expect(await scene.world.stores.marks.list(TENANT_ID, 10)).toEqual([]);
  });
});
