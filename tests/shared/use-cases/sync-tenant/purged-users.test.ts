import { afterEach, describe, expect, it } from 'vitest';
import { TENANT_ID } from '../../../histories/world.js';
import { addMember, group, userId, users } from './changes.js';
import { guardOff, people, startSetup } from './people-scene.js';
import { hostView, Scene } from './scene.js';

const DAY = 86_400_000;

let scene: Scene;
afterEach(() => scene.close());

/** Four users, the first two of them soft-deleted, which Graph purges without a word. */
async function deleted(): Promise<void> {
  scene = await Scene.synced([...users(4), ...group(0), addMember(0, userId(0))], {
    started: false,
    emulator: { silentPurges: 'all' },
  });
  await startSetup(scene, { removalGuard: guardOff });
  await scene.settle();
  await scene.change(...[0, 1].map((n) => ({ kind: 'softDeleteUser', id: userId(n) }) as const));
  await scene.sync();
}

async function nights(count: number): Promise<void> {
  for (let night = 0; night < count; night += 1) {
    await scene.world.clock.advance(DAY);
    await scene.world.host(hostView()).startNightlyRuns();
    await scene.settle(DAY / 2);
  }
}

async function standing(): Promise<unknown> {
  const row = await scene.user(userId(0));
  const person = (await people(scene)).find(({ directoryId }) => directoryId === userId(0));
  return { row: row?.presence ?? null, person: person?.status, mail: person?.mail };
}

function asked(): number {
  return scene.graphRequestsTo(/deletedItems\/microsoft\.graph\.user\//).length;
}

describe('a user whom Graph deleted for good without a word', () => {
  it('leaves the mirror and the people once it was hidden for 30 days', async () => {
    await deleted();
    await nights(29);
    expect(await standing()).toMatchObject({ row: 'softDeleted' });
    expect(asked()).toBe(0);
    await nights(4);
    expect((await scene.world.emulator.truth(TENANT_ID)).softDeletedUserIds).toEqual([]);
    expect(await standing()).toEqual({ row: null, person: 'removed', mail: null });
    expect(scene.world.tables.rows('DeletedUsers')).toEqual([]);
    await scene.expectMirrored();
  });

  it('is asked for again the next night if Graph could not answer', async () => {
    await deleted();
    await nights(29);
    await scene.world.emulator.addFault({
      ...{ tenantId: TENANT_ID, path: '/directory/deletedItems', times: null },
      fault: { kind: 'status', status: 403 },
    });
    await nights(4);
    expect(await standing()).toMatchObject({ row: 'softDeleted' });
    expect((await scene.tenant()).state.kind).toBe('running');
    await scene.world.emulator.clearFaults();
    await nights(1);
    expect(await standing()).toMatchObject({ row: null });
  });
});

describe('a user who is still in deleted items', () => {
  it('stays hidden, and is asked for night after night', async () => {
    scene = await Scene.synced(users(4), { emulator: { purgeAfterMs: 60 * DAY } });
    await scene.change({ kind: 'softDeleteUser', id: userId(0) });
    await scene.sync();
    await nights(35);
    expect((await scene.user(userId(0)))?.presence).toBe('softDeleted');
    const before = asked();
    expect(before).toBeGreaterThan(1);
    await nights(1);
    expect(asked()).toBe(before + 1);
  });

  it('counts from the night of its last soft deletion', async () => {
    scene = await Scene.synced(users(4));
    await scene.change({ kind: 'softDeleteUser', id: userId(0) });
    await scene.sync();
    await nights(20);
    await scene.change({ kind: 'restoreUser', id: userId(0) });
    await scene.sync();
    await scene.change({ kind: 'softDeleteUser', id: userId(0) });
    await scene.sync();
    await nights(20);
    expect(asked()).toBe(0);
  });
});
