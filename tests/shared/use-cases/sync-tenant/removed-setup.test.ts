import { afterEach, describe, expect, it } from 'vitest';
import { Unavailable } from '../../../../shared/core/failures.js';
import { NO_DECISION } from '../../../../shared/ports/matches.js';
import { TENANT_ID } from '../../../histories/world.js';
import { userId, users } from './changes.js';
import { changeSetup, people, sceneWithPeople, SETUP } from './people-scene.js';
import type { Scene } from './scene.js';

let scene: Scene;
afterEach(() => scene.close());

/** Whose removal the journal tells since then, each as often as it does. */
async function toldSince(head: number): Promise<readonly string[]> {
  const entries = await scene.world.stores.journal.after(TENANT_ID, head, 1_000);
  return entries
    .filter(({ after }) => after?.includes('"status":"removed"'))
    .map(({ subject }) => subject)
    .sort();
}

const everybody = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `${SETUP}.${userId(n)}`).sort();

describe('the people of a setup that goes', () => {
  it('are told as removed before their rows are cleared', async () => {
    scene = await sceneWithPeople(users(5));
    const head = await scene.world.stores.journal.head(TENANT_ID);
    await changeSetup(scene, { state: 'removing' });
    await scene.settle();
    expect(await toldSince(head)).toEqual(everybody(5));
    expect([await people(scene), await scene.world.stores.setups.all(TENANT_ID)]).toEqual([[], []]);
  });

  it.each(['People', 'Journal', 'Setups'])(
    'are told each once, although writes fail from the first of %s on',
    async (table) => {
      scene = await sceneWithPeople(users(5));
      const head = await scene.world.stores.journal.head(TENANT_ID);
      await changeSetup(scene, { state: 'removing' });
      let writes = 0;
      let failures = 0;
      scene.beforeTable = (request) => {
        if (!request.writes) return;
        if (request.table.startsWith(table)) writes += 1;
        if (writes === 0 || failures === 3) return;
        failures += 1;
        throw new Unavailable('No');
      };
      await scene.settle();
      expect(failures).toBe(3);
      expect(await toldSince(head)).toEqual(everybody(5));
      expect([await people(scene), await scene.world.stores.setups.all(TENANT_ID)]).toEqual([[], []]);
    },
  );

  it('leave nothing of their matching', async () => {
    scene = await sceneWithPeople(users(2));
    const { matchDecisions } = scene.world.stores;
    const stored = await matchDecisions.read(TENANT_ID, SETUP, userId(0));
    const choice = { recordId: 'r1', matchedBy: 'chosen' } as const;
    await matchDecisions.save(TENANT_ID, SETUP, userId(0), stored, { ...NO_DECISION, choice });
    await changeSetup(scene, { state: 'removing' });
    await scene.settle();
    expect((await matchDecisions.read(TENANT_ID, SETUP, userId(0))).tag).toBeNull();
    expect(await matchDecisions.userOf(TENANT_ID, SETUP, 'r1')).toBeNull();
  });
});
