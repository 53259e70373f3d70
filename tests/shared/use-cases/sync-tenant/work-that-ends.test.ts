import { afterEach, describe, expect, it } from 'vitest';
import { phoneNumbers } from '../../../../shared/adapters/phone/phone-numbers.js';
import { createSetupWork } from '../../../../shared/adapters/bus/setup-work.js';
import { removalMarkId } from '../../../../shared/core/mark.js';
import { answerRecord } from '../../../../shared/use-cases/matching/decide-match.js';
import { decideHeld } from '../../../../shared/use-cases/removals/decide-held.js';
import { pauseSetup } from '../../../../shared/use-cases/setups/pause-setup.js';
import { removeSetup } from '../../../../shared/use-cases/setups/remove-setup.js';
import { COALESCING, TENANT_ID } from '../../../histories/world.js';
import { move, userId, users } from './changes.js';
import { people, sceneWithPeople, SETUP, standings, startSetup } from './people-scene.js';
import { hostView, type Scene } from './scene.js';

const KEY = { tenantId: TENANT_ID, setupId: SETUP };
/** The queue loses the message. */
const LOST = { requested: () => Promise.resolve() };

/** What the tables hold and waits for a job is done, also if its message is lost. */
describe('work that waits', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  function api() {
    const { ports } = scene.world.host(hostView());
    const setupWork = createSetupWork(ports, COALESCING);
    return { ...ports, ...scene.world.stores, setupWork, phoneNumbers };
  }

  async function setups(): Promise<readonly string[]> {
    return (await scene.world.stores.setups.all(TENANT_ID)).map(({ setupId }) => setupId);
  }

  /** The timers, as long as it takes the net to look for what is rare. */
  async function halfAnHour(): Promise<void> {
    for (let tick = 0; tick < 7; tick += 1) {
      await scene.world.clock.advance(5 * 60_000);
      await scene.world.host(hostView()).startNightlyRuns();
      await scene.settle(60_000);
    }
  }

  async function pauseAndRemove(setupWork = api().setupWork): Promise<void> {
    await pauseSetup(api(), TENANT_ID, SETUP, null);
    await scene.settle(60_000);
    await removeSetup({ ...api(), setupWork }, KEY, 'Everybody', null);
  }

  async function park(): Promise<void> {
    const fault = { kind: 'status', status: 403 } as const;
    await scene.world.emulator.addFault({ tenantId: TENANT_ID, path: '/v1.0', times: null, fault });
    await scene.requestRun();
    await scene.settle(3_600_000);
    expect((await scene.tenant()).state.kind).toBe('parked');
    scene.forget();
  }

  it('as the removal of a setup is done although its message was lost', async () => {
    scene = await sceneWithPeople(users(3));
    await pauseAndRemove(LOST);
    await halfAnHour();
    expect(await setups()).toEqual([]);
    expect(await people(scene)).toEqual([]);
  });

  it('as the removal of a setup is done although the tenant is parked, and Graph is not asked', async () => {
    scene = await sceneWithPeople(users(3));
    await park();
    await pauseAndRemove();
    await scene.settle(60_000);
    expect(await setups()).toEqual([]);
    expect(scene.graph).toEqual([]);
    expect((await scene.tenant()).state.kind).toBe('parked');
  });

  it('as a decision is carried out while the tenant is parked, also if its message was lost', async () => {
    scene = await sceneWithPeople(users(10), {
      removalGuard: { minCount: 0, maxCount: 500, maxShare: 0.2, withinHours: 24 },
    });
    await scene.change(...[0, 1, 2].map((n) => ({ kind: 'softDeleteUser' as const, id: userId(n) })));
    expect((await scene.sync()).status).toBe('Held');
    await park();
    const decision = { kind: 'approve', decidedBy: 'operator' } as const;
    await decideHeld({ ...api(), setupWork: LOST }, KEY, decision, () => true);
    await halfAnHour();
    expect((await standings(scene))[userId(0)]).not.toBe('active inScope');
    expect(scene.graph).toEqual([]);
    expect((await scene.tenant()).state.kind).toBe('parked');
  });

  it('as the removal of a setup goes on from where it is, however often somebody signals', async () => {
    scene = await sceneWithPeople(users(60));
    await startSetup(scene, {}, 'other');
    await scene.settle();
    await pauseAndRemove();
    let signals = 0;
    let highest = 0;
    scene.afterTable = async ({ table, kind }) => {
      if (table !== 'Pending' || kind !== 'update') return;
      const marks = await scene.world.stores.marks.list(TENANT_ID, 50);
      const mark = marks.find(({ mark: { markId } }) => markId === removalMarkId(SETUP))?.mark;
      if (mark?.kind !== 'setup' || mark.position <= highest) return;
      highest = mark.position;
      signals += 1;
      await scene.world.stores.attention.signal(TENANT_ID, `answer ${signals}`);
    };
    await scene.settle();
    expect(signals).toBeGreaterThan(4);
    expect(await setups()).toEqual(['other']);
  });

  it('as answers about records is one job for all of a window, and a notification does not wait behind', async () => {
    scene = await sceneWithPeople(users(100));
    const ports = api();
    for (let n = 0; n < 100; n += 1)
      await answerRecord(ports, TENANT_ID, SETUP, userId(n), { recordId: `r${n}` });
    await scene.change(move(1, 'Research'));
    const dueAt = scene.world.clock.now() + COALESCING.windowMs + 2 * COALESCING.skewMs;
    const notification = { version: 1, kind: 'notification', tenantId: TENANT_ID, attempt: 0 } as const;
    scene.world.queue.put('notified', TENANT_ID, { ...notification, resource: 'users', dueAt }, dueAt);
    scene.forget();
    await scene.settle();
    expect(scene.jobs.findIndex(({ messageId }) => messageId === 'notified')).toBeLessThan(2);
    expect(scene.jobs.length).toBeLessThan(5);
  });
});
