import { afterEach, describe, expect, it } from 'vitest';
import { phoneNumbers } from '../../../../shared/adapters/phone/phone-numbers.js';
import { createSetupWork } from '../../../../shared/adapters/bus/setup-work.js';
import { Unavailable } from '../../../../shared/core/failures.js';
import { NO_DECISION } from '../../../../shared/ports/matches.js';
import { receiveRecords } from '../../../../shared/use-cases/matching/receive-records.js';
import { COALESCING, TENANT_ID } from '../../../histories/world.js';
import { move, userId, users } from './changes.js';
import { changeSetup, people, sceneWithPeople, SETUP, startSetup } from './people-scene.js';
import { hostView, type Scene } from './scene.js';

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

  it('go on with their versions if the setup is made again', async () => {
    scene = await sceneWithPeople(users(3));
    await scene.change(move(1, 'Research'), move(2, 'Research'));
    await scene.sync();
    const before = (await people(scene)).map(({ version }) => version);
    await changeSetup(scene, { state: 'removing' });
    await scene.settle();
    const removed = Math.max(...before) + 1;
    await startSetup(scene);
    await scene.settle();
    expect((await people(scene)).map(({ status }) => status)).toEqual(['active', 'active', 'active']);
    for (const { version } of await people(scene)) expect(version).toBe(removed + 1);
  });

  it('leave nothing of their matching', async () => {
    scene = await sceneWithPeople(users(2));
    const { matchDecisions } = scene.world.stores;
    const stored = await matchDecisions.read(TENANT_ID, SETUP, userId(0));
    const choice = { recordId: 'r1', matchedBy: 'chosen' } as const;
    const change = { directoryId: userId(0), stored, next: { ...NO_DECISION, choice } };
    await matchDecisions.save(TENANT_ID, SETUP, [change]);
    await changeSetup(scene, { state: 'removing' });
    await scene.settle();
    expect((await matchDecisions.read(TENANT_ID, SETUP, userId(0))).tag).toBeNull();
    expect(await matchDecisions.userOf(TENANT_ID, SETUP, 'r1')).toBeNull();
  });

  it('leave nothing of a list of records that no job has taken over', async () => {
    scene = await sceneWithPeople(users(2));
    await changeSetup(scene, { state: 'paused' });
    await scene.settle();
    await sendRecords(SETUP);
    expect(scene.world.tables.rows('UploadChunks')).toHaveLength(1);
    await changeSetup(scene, { state: 'removing' });
    await scene.settle();
    expect(await scene.world.stores.setups.all(TENANT_ID)).toEqual([]);
    const left = (['UploadChunks', 'RecordUploads'] as const).map((table) => scene.world.tables.rows(table));
    expect(left).toEqual([[], []]);
  });

  it('leave their records to another setup of the organization, which waited for them', async () => {
    scene = await sceneWithPeople(users(2), { match: ['entraId'] });
    await upload(SETUP);
    await startSetup(scene, { match: ['entraId'] }, 'waiting');
    await upload('waiting');
    const tie = async () =>
      (await matches.read(await scene.scope(), 'waiting', [userId(0)])).get(userId(0))?.tie;
    const { matches } = scene.world.stores;
    expect(await tie()).toBeNull();
    await changeSetup(scene, { state: 'removing' });
    await scene.settle();
    expect(await tie()).toEqual({ directoryId: userId(0), recordId: 'r1', matchedBy: 'entraId' });
  });
});

const NO_VALUES = {
  ...{ mail: null, initials: null, displayName: null, phones: [] },
  ...{ jobTitle: null, country: null, values: {} },
};

/** The product has a record of the first user. */
async function upload(setupId: string): Promise<void> {
  await sendRecords(setupId);
  await scene.settle();
}

async function sendRecords(setupId: string): Promise<void> {
  const { stores, clock } = scene.world;
  const rows = (async function* () {
    await Promise.resolve();
    yield { ...NO_VALUES, recordId: 'r1', entraId: userId(0) };
  })();
  const setupWork = createSetupWork(scene.world.host(hostView()).ports, COALESCING);
  const ports = { ...stores, clock, chance: { newId: () => setupId }, setupWork, phoneNumbers };
  await receiveRecords(ports, { tenantId: TENANT_ID, setupId, mode: 'merge' }, rows);
}
