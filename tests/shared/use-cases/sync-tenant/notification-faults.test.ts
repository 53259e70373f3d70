import { afterEach, describe, expect, it } from 'vitest';
import { readFreshness } from '../../../../shared/use-cases/freshness/read-freshness.js';
import { TENANT_ID } from '../../../histories/world.js';
import { addMember, group, move, userId, users } from './changes.js';
import { hostView, Scene } from './scene.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let scene: Scene;
afterEach(() => scene.close());

async function subscribed(): Promise<void> {
  scene = await Scene.synced([...users(9), ...group(0), ...group(1)], { subscribing: true });
  await scene.world.host(hostView()).scheduleUpkeep();
  await passing(10 * MINUTE);
  scene.forget();
}

/** Time passes, and whatever becomes due meanwhile is done; no timer ticks. */
async function passing(milliseconds: number): Promise<void> {
  const { clock } = scene.world;
  for (const end = clock.now() + milliseconds; clock.now() < end;) {
    await scene.settle(500);
    await clock.advance(500);
  }
}

const faults = (told: Parameters<Scene['world']['emulator']['setNotificationFaults']>[1]): Promise<void> =>
  scene.world.emulator.setNotificationFaults(TENANT_ID, told);

async function stream(changes: number): Promise<void> {
  for (let n = 0; n < changes; n += 1) {
    await scene.change(move(n % 9, `Moved ${n}`));
    if (n < 9) await scene.change(addMember(n % 2, userId(n)));
    await passing(3 * SECOND);
  }
}

describe('notifications under faults', () => {
  it('that are delayed, doubled and out of order bring every change, and no run twice', async () => {
    await subscribed();
    await faults({ duplicate: 0.5, delay: 0.5, delayMilliseconds: 20 * SECOND, reorder: true, seed: 3 });
    await stream(20);
    await passing(5 * MINUTE);
    await scene.expectMirrored();
    const updates = (await scene.runs()).reduce((sum, run) => sum + (run.counts.users?.updated ?? 0), 0);
    expect(updates).toBe(20);
  });

  it('that come up to 20 seconds before a replica shows the change bring it by the looks that follow', async () => {
    for (const lag of [1, 7, 19, 20]) {
      await subscribed();
      await scene.world.emulator.setLag(TENANT_ID, lag);
      await stream(10);
      await passing(5 * MINUTE);
      await scene.expectMirrored();
      expect(scene.jobs.every(({ messageId }) => !messageId.startsWith('poll:'))).toBe(true);
      if (lag !== 20) await scene.close();
    }
  });

  it('that are dropped leave their changes to the poll', async () => {
    await subscribed();
    await faults({ drop: 1 });
    await stream(5);
    await passing(5 * MINUTE);
    expect(scene.jobs).toEqual([]);
    await passing(4 * 60 * MINUTE);
    await scene.world.host(hostView()).schedulePolls();
    await scene.settle(MINUTE);
    await scene.expectMirrored();
  });

  it('are delivered again after the webhook was down for ten minutes, and the delay is told', async () => {
    await subscribed();
    scene.world.webhookDown = true;
    await stream(5);
    await passing(10 * MINUTE);
    expect(scene.jobs).toEqual([]);
    scene.world.webhookDown = false;
    await passing(20 * MINUTE);
    await scene.expectMirrored();
    const found = await readFreshness(scene.world.host(hostView()).ports, TENANT_ID, 1);
    expect(found?.latencies.eventToMirror.p95Ms).toBeGreaterThanOrEqual(10 * MINUTE);
    expect(found?.latencies.notificationToMirror.p95Ms).toBeLessThan(10 * SECOND);
  });

  it('of a subscription that ended while nobody was there are made up for when it is made anew', async () => {
    await subscribed();
    for (const { id } of await scene.world.emulator.subscriptions(TENANT_ID))
      await scene.world.emulator.killSubscription(TENANT_ID, id);
    await stream(5);
    await passing(3 * 60 * MINUTE);
    expect(scene.jobs).toEqual([]);
    await scene.world.host(hostView()).scheduleUpkeep();
    await passing(10 * MINUTE);
    await scene.expectMirrored();
    expect(await scene.world.emulator.subscriptions(TENANT_ID)).toHaveLength(2);
  });
});
