import { afterEach, describe, expect, it } from 'vitest';
import { parseJob } from '../../../../shared/adapters/bus/job-message.js';
import { discardDeadLetter } from '../../../../shared/use-cases/discard-dead-letter.js';
import { replayDeadLetter } from '../../../../shared/use-cases/replay-dead-letter.js';
import { TENANT_ID } from '../../../histories/world.js';
import { addMember, group, move, userId, users } from './changes.js';
import { hostView, Scene } from './scene.js';

describe('a job that is given up on', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it('of an unknown error is given up at the fourth delivery', async () => {
    scene = await Scene.synced(users(3));
    await scene.change(move(0, 'Research'));
    const { runId } = await scene.requestRun({ jobs: ['users'] });
    scene.beforeTable = ({ table, writes }) => {
      if (table === 'Users' && writes) throw new TypeError('Nobody thought of this.');
    };
    for (let thrown = 0; thrown < 3; thrown += 1) {
      await expect(scene.settle()).rejects.toThrow('Nobody thought of this.');
    }
    await scene.settle();
    expect(await scene.run(runId)).toMatchObject({ status: 'Failed', error: { code: 'Unexpected' } });
    expect(await scene.deadLetters()).toHaveLength(1);
    expect(scene.world.queue.size).toBe(0);
    expect(await scene.issues()).toMatchObject([
      { code: 'runsFailing', part: 'users', failure: 'Unexpected', runId },
      { code: 'deadLetters', count: 1 },
    ]);
    scene.beforeTable = null;
    expect((await scene.sync()).status).toBe('Succeeded');
    expect(await scene.issues()).toMatchObject([{ code: 'deadLetters', count: 1 }]);
    const [letter] = await scene.deadLetters();
    const { ports } = scene.world.host(hostView());
    expect(await discardDeadLetter(ports, letter?.id ?? '', () => true)).toBe(true);
    expect(await scene.issues()).toEqual([]);
  });

  it('of one resource fails until a round of it is completed, whatever else succeeds', async () => {
    scene = await Scene.synced([...users(3), ...group(0)]);
    await scene.world.emulator.addFault({
      ...{ path: '/users/delta', times: null, fault: { kind: 'bothLinks' } },
    });
    await scene.change(move(0, 'Research'), addMember(0, userId(1)));
    expect((await scene.sync()).status).toBe('Failed');
    const failing = { code: 'runsFailing', part: 'users', failure: 'BadPage' };
    expect(await scene.issues()).toMatchObject([failing, { code: 'deadLetters' }]);
    expect((await scene.sync({ jobs: ['groups'] })).status).toBe('Succeeded');
    expect(await scene.issues()).toMatchObject([failing, { code: 'deadLetters' }]);
    await scene.world.emulator.clearFaults();
    expect((await scene.sync()).status).toBe('Succeeded');
    expect(await scene.issues()).toMatchObject([{ code: 'deadLetters' }]);
  });

  it('does its work for both resources once it is replayed', async () => {
    scene = await Scene.synced([...users(3), ...group(0)]);
    await scene.change(move(0, 'Research'), addMember(0, userId(1)));
    const bad = { times: 3, fault: { kind: 'bothLinks' } } as const;
    await scene.world.emulator.addFault({ path: '/users/delta', ...bad });
    expect((await scene.sync({ jobs: ['users'] })).status).toBe('Failed');
    const [letter] = await scene.deadLetters();
    const ports = { ...scene.world.host(hostView()).ports, parseJob };
    expect(await replayDeadLetter(ports, letter?.id ?? '', () => true)).toEqual({ kind: 'replayed' });
    const wants = await scene.world.stores.syncStates.wants(TENANT_ID);
    expect(wants.map(({ resource }) => resource).sort()).toEqual(['groups', 'users']);
    await scene.settle();
    await scene.expectMirrored();
    expect(await scene.deadLetters()).toEqual([]);
    expect(await scene.issues()).toEqual([]);
  });
});
