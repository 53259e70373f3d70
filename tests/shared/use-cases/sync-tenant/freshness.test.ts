import { afterEach, describe, expect, it } from 'vitest';
import { readFreshness } from '../../../../shared/use-cases/freshness/read-freshness.js';
import { COALESCING, TENANT_ID } from '../../../histories/world.js';
import { addMember, group, move, userId, users } from './changes.js';
import { hostView, Scene, type SceneOptions } from './scene.js';

const GUARD_MS = 2 * COALESCING.skewMs;

let scene: Scene;
afterEach(() => scene.close());

async function subscribed(options: SceneOptions = {}): Promise<void> {
  scene = await Scene.synced([...users(9), ...group(0, [userId(0)])], { subscribing: true, ...options });
  await scene.world.host(hostView()).scheduleUpkeep();
  // Past the looks that follow the making of subscriptions, which no notification announced.
  await passing(10 * 60_000);
}

/** Whatever is on its way arrives and is done. */
async function passing(milliseconds: number): Promise<void> {
  const { clock } = scene.world;
  for (const end = clock.now() + milliseconds; clock.now() < end;) {
    await scene.settle(100);
    await clock.advance(100);
  }
}

async function freshness() {
  const { ports } = scene.world.host(hostView());
  const found = await readFreshness(ports, TENANT_ID, 1);
  if (found === null) throw new Error('The tenant is gone.');
  return found;
}

describe('freshness', () => {
  it('tells how long what a notification announced took, to the mirror and to people', async () => {
    await subscribed();
    expect((await freshness()).latencies.notificationToMirror.changes).toBe(0);
    await scene.change(move(0, 'Moved'), move(1, 'Moved'));
    await passing(10_000);
    const { notificationToMirror, notificationToPeople, eventToMirror } = (await freshness()).latencies;
    for (const { changes, p95Ms } of [notificationToMirror, notificationToPeople, eventToMirror]) {
      expect(changes).toBe(2);
      expect(p95Ms).toBeGreaterThanOrEqual(GUARD_MS);
      expect(p95Ms).toBeLessThanOrEqual((COALESCING.windowMs + GUARD_MS + 1_000) * 1.1);
    }
  });

  it('counts the changes of groups and of users, and nothing that is found by a run', async () => {
    await subscribed();
    await scene.change(addMember(0, userId(3)));
    await passing(10_000);
    expect((await freshness()).latencies.notificationToMirror.changes).toBe(1);
    await scene.world.emulator.setNotificationFaults(TENANT_ID, { drop: 1 });
    await scene.change(move(5, 'Unannounced'));
    await scene.sync();
    expect((await freshness()).latencies.notificationToMirror.changes).toBe(1);
  });

  it('counts the whole time where Graph delivers late', async () => {
    await subscribed();
    await scene.world.emulator.setNotificationFaults(TENANT_ID, { delay: 1, delayMilliseconds: 40_000 });
    await scene.change(move(0, 'Late'));
    await passing(60_000);
    const { notificationToMirror, eventToMirror } = (await freshness()).latencies;
    expect(notificationToMirror.p95Ms).toBeLessThan(5_000);
    expect(eventToMirror.p95Ms).toBeGreaterThanOrEqual(40_000);
  });

  it('tells when it was proven, what the mirror is as of, and when a notification came', async () => {
    await subscribed();

    const before = (await freshness()).resources;
    expect(before.users.asOf).not.toBeNull();
    expect(before.users.provenAgeSeconds).toBeGreaterThanOrEqual(60);
    expect(before.users.notifications).toBe('fine');
    const changedAt = new Date(scene.world.clock.now()).toISOString();
    await scene.change(move(0, 'Moved'));
    await passing(10_000);
    const after = (await freshness()).resources;
    expect(after.users.provenAt).toBe(before.users.provenAt);
    expect((after.users.asOf ?? '') >= changedAt).toBe(true);
    expect((after.users.notifiedAt ?? '') >= changedAt).toBe(true);
    expect(after.groups.asOf).toBe(before.groups.asOf);
  });

  it('shows people as of the last look at them, though nothing of them changed and no row is written', async () => {
    await subscribed();
    const read = async () => (await scene.world.stores.setupProgresses.get(TENANT_ID, 'nobody'))?.asOf ?? '';
    const before = await read();
    await passing(60_000);
    const asked = new Date(scene.world.clock.now()).toISOString();
    expect(before < asked).toBe(true);
    scene.forget();
    await scene.sync();
    expect((await read()) >= asked).toBe(true);
    expect(scene.writesTo('People', 'Users', 'Groups', 'Memberships')).toEqual([]);
  });
});
