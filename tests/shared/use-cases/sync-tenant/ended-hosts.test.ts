import { afterEach, describe, expect, it } from 'vitest';
import { requestPersonSync } from '../../../../shared/use-cases/people/request-person-sync.js';
import { TENANT_ID } from '../../../histories/world.js';
import { move, userId, users } from './changes.js';
import { hostView, Scene } from './scene.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe('a tenant whose every job ends the process that does it', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  /** The timer comes every five minutes; a process that ended is noticed once its lock and its lease are over. */
  async function pass(lengthMs: number): Promise<number> {
    let deaths = 0;
    const { clock, queue } = scene.world;
    const until = clock.now() + lengthMs;
    while (clock.now() < until) {
      const timer = scene.world.host(hostView());
      await timer.startNightlyRuns();
      await timer.schedulePolls();
      for (let delivery = queue.receive(); delivery !== null; delivery = queue.receive()) {
        const view = hostView({ crashAt: 20 });
        await scene.handle(view, delivery);
        if (!view.dead) continue;
        deaths += 1;
        await clock.advance(61_000);
      }
      await clock.advance(5 * MINUTE_MS);
    }
    return deaths;
  }

  it('has its run failed at the fifth delivery, says so, and is woken ever less often', async () => {
    scene = await Scene.open(users(20));
    const { runId } = await scene.requestRun();
    const deaths = await pass(DAY_MS);
    expect(await scene.run(runId)).toMatchObject({ status: 'Failed', error: { code: 'HostEnded' } });
    expect(await scene.issues()).toMatchObject([
      { code: 'runsFailing', part: 'work', failure: 'HostEnded' },
      { code: 'deadLetters' },
    ]);
    expect(deaths).toBeGreaterThanOrEqual(4);
    expect(deaths).toBeLessThan(60);
    expect(await pass(DAY_MS)).toBeLessThan(40);
  });

  it('is read as soon as its jobs come to their end again, and is healthy then', async () => {
    scene = await Scene.open(users(20));
    await scene.requestRun();
    await pass(2 * 60 * MINUTE_MS);
    expect((await scene.sync()).status).toBe('Succeeded');
    await scene.expectMirrored();
    for (const letter of await scene.deadLetters()) await scene.world.stores.deadLetters.remove(letter);
    expect(await scene.issues()).toMatchObject([{ code: 'deadLetters' }]);
  });

  it('keeps in mind what it was notified of while it is left to rest', async () => {
    scene = await Scene.synced(users(20));
    await scene.change(move(1, 'Research'));
    await scene.requestRun();
    while ((await scene.issues()).length === 0) await pass(5 * MINUTE_MS);
    scene.forget();
    const dueAt = scene.world.clock.now();
    const notification = { version: 1, kind: 'notification', tenantId: TENANT_ID, attempt: 0 } as const;
    scene.world.queue.put('notified', TENANT_ID, { ...notification, resource: 'users', dueAt }, dueAt);
    await scene.settle();
    expect(scene.graph).toEqual([]);
    // A sync of one person is refused at once, in place of waiting for the end of the rest.
    const key = { tenantId: TENANT_ID, setupId: 'nobody', personId: `nobody.${userId(1)}` };
    const { ports } = scene.world.host(hostView());
    expect((await requestPersonSync(ports, key)).kind).toBe('accepted');
    await scene.settle(MINUTE_MS);
    const [sync] = await scene.world.stores.personSyncs.all(TENANT_ID);
    expect(sync).toMatchObject({ error: { code: 'HostEnded' } });
    for (let tick = 0; tick < 6; tick += 1) {
      await scene.world.clock.advance(5 * MINUTE_MS);
      await scene.world.host(hostView()).startNightlyRuns();
      await scene.settle(MINUTE_MS);
    }
    expect((await scene.user(userId(1)))?.attributes['department']).toBe('Research');
  });
});
