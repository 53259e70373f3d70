import { afterEach, describe, expect, it } from 'vitest';
import { TENANT_ID } from '../../../histories/world.js';
import { group, move, userId, users } from './changes.js';
import { changeSetup, people, startSetup } from './people-scene.js';
import { hostView, Scene } from './scene.js';

const DAY = 24 * 3_600_000;

describe('a tenant', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  const directory = [...users(3), ...group(0, [userId(0)])];
  const open = (): Promise<Scene> => Scene.open(directory, { started: false, subscribing: true });
  const state = async (): Promise<string> => (await scene.tenant()).state.kind;
  const subscriptions = () => scene.world.stores.subscriptions.list(TENANT_ID);
  const inGraph = () => scene.world.emulator.subscriptions(TENANT_ID);
  const tick = async (): Promise<void> => {
    const { startNightlyRuns, scheduleUpkeep } = scene.world.host(hostView());
    await startNightlyRuns();
    await scheduleUpkeep();
    await scene.settle();
  };

  it('without a started setup is read by runs that are asked for alone, which fill its mirror', async () => {
    scene = await open();
    expect((await scene.sync()).status).toBe('Succeeded');
    await scene.expectMirrored();
    expect(await state()).toBe('connected');
    await scene.change(move(0, 'Research'));
    await scene.world.clock.advance(2 * DAY);
    scene.forget();
    await tick();
    expect(scene.jobs).toEqual([]);
    expect(await scene.runs()).toHaveLength(1);
    expect(await subscriptions()).toEqual([]);
    expect((await scene.sync()).status).toBe('Succeeded');
    await scene.expectMirrored();
  });

  it('runs once a setup is started: its first sync is a run, and its subscriptions are made', async () => {
    scene = await open();
    await startSetup(scene);
    await scene.settle();
    expect(await state()).toBe('running');
    expect(await scene.runs()).toMatchObject([
      { trigger: 'poll', status: 'Succeeded', jobs: ['users', 'groups'], counts: { users: { created: 3 } } },
    ]);
    expect(await people(scene)).toHaveLength(3);
    expect(await subscriptions()).toHaveLength(2);
    await scene.change(move(0, 'Research'));
    await scene.world.clock.advance(60_000);
    await scene.settle();
    await scene.expectMirrored();
    scene.forget();
    await scene.sync();
    expect(scene.jobs.filter(({ job }) => job.kind === 'subscriptions')).toEqual([]);
  });

  it('reads what it missed when a setup is started long after a run', async () => {
    scene = await open();
    await scene.sync();
    await scene.change(move(0, 'Research'));
    await startSetup(scene);
    await scene.settle();
    await scene.expectMirrored();
  });

  it('stops once its last setup is paused: its subscriptions end, and no night comes', async () => {
    scene = await open();
    await startSetup(scene);
    await scene.settle();
    await changeSetup(scene, { state: 'paused' });
    await scene.settle();
    expect(await state()).toBe('connected');
    expect(await subscriptions()).toEqual([]);
    expect(await inGraph()).toEqual([]);
    await scene.world.clock.advance(2 * DAY);
    await tick();
    expect((await scene.runs()).filter(({ trigger }) => trigger === 'nightly')).toEqual([]);
    await changeSetup(scene, { state: 'started' });
    await scene.settle();
    expect(await state()).toBe('running');
    expect(await subscriptions()).toHaveLength(2);
    await tick();
    expect((await scene.runs()).filter(({ trigger }) => trigger === 'nightly')).toHaveLength(1);
  });

  it('runs in the end though whoever started its setup stopped before any job was told', async () => {
    scene = await open();
    await startSetup(scene);
    for (let delivery = scene.world.queue.receive(); delivery !== null; delivery = null) delivery.complete();
    await tick();
    expect(await state()).toBe('running');
    expect(await people(scene)).toHaveLength(3);
  });

  it('runs, and is read, wherever the host dies that meets its first started setup', async () => {
    for (const table of ['SyncState', 'Tenants', 'Runs'] as const) {
      scene = await open();
      await startSetup(scene);
      const dying = hostView();
      scene.afterTable = (request) => {
        if (request.table === table && request.writes) dying.dead = true;
      };
      await scene.settle(Infinity, dying);
      scene.afterTable = null;
      expect(dying.dead).toBe(true);
      await scene.settle();
      await tick();
      expect([table, await state()]).toEqual([table, 'running']);
      expect(await subscriptions()).toHaveLength(2);
      await scene.expectMirrored();
      await scene.close();
    }
    scene = await open();
  });
});
