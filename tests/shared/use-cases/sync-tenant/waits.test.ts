import { afterEach, describe, expect, it } from 'vitest';
import { QUICK, TENANT_ID } from '../../../histories/world.js';
import { group, groupId, move, userId, users } from './changes.js';
import { Scene } from './scene.js';

const SECOND = 1_000;

/** Invariant 13: throttling is obeyed, per tenant. */
describe('a throttled tenant', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it('is not asked in a hot loop where Retry-After is 0 time and again', async () => {
    scene = await Scene.synced(users(3));
    await scene.change(move(0, 'Research'));
    await scene.world.emulator.addFault({
      path: '/users/delta',
      times: null,
      fault: { kind: 'status', status: 429, retryAfter: 0 },
    });
    const run = await scene.sync({ jobs: ['users'] });
    expect(run).toMatchObject({ status: 'Failed', error: { code: 'Throttled' } });
    expect(scene.graph.length).toBeLessThan(15 * QUICK.retry.attempts);
    const [first] = scene.jobs;
    const asked = scene.graph.filter(({ at }) => at <= (first?.endedAt ?? 0)).map(({ at }) => at);
    expect(asked.length).toBeGreaterThan(4);
    for (const [n, at] of asked.slice(1).entries()) {
      const least = Math.min(QUICK.retry.firstMs, (QUICK.retry.firstMs / 10) * 2 ** (n + 1)) / 2;
      expect(at - (asked[n] ?? 0)).toBeGreaterThanOrEqual(least);
    }
  });

  it('is asked nothing by a notification that comes before the time that Graph named', async () => {
    scene = await Scene.synced(users(3));
    await scene.change(move(0, 'Research'));
    await scene.world.emulator.addFault({
      path: '/users/delta',
      fault: { kind: 'status', status: 429, retryAfter: 300 },
    });
    const { runId } = await scene.requestRun();
    await scene.settle(0);
    expect(scene.graph).toHaveLength(1);
    await scene.world.clock.advance(2 * SECOND);
    const dueAt = scene.world.clock.now();
    const notification = { version: 1, kind: 'notification', tenantId: TENANT_ID, attempt: 0, dueAt };
    scene.world.queue.put('soon', TENANT_ID, { ...notification, resource: 'groups' });
    await scene.settle(0);
    expect(scene.jobs.at(-1)?.messageId).toBe('soon');
    await scene.settle();
    const [refused, next] = scene.graph;
    expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(300 * SECOND);
    expect((await scene.run(runId)).status).toBe('Succeeded');
    await scene.expectMirrored();
  });
});

/** So many turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Something happens before each wait of a host ends. */
function onWait(scene: Scene, happen: () => Promise<void>): void {
  const { clock } = scene.world;
  const advance = clock.advance.bind(clock);
  clock.advance = async (milliseconds) => {
    await happen();
    await advance(milliseconds);
  };
}

describe('a page that is read ahead and throttled', () => {
  it('has the other requests of its job wait as long', async () => {
    const back = [0, 1, 2, 3].map((n) => ({ kind: 'restoreUser' as const, id: userId(n) }));
    const scene = await Scene.synced([...users(8), ...group(0, [0, 1, 2, 3].map(userId))]);
    await scene.change(...back.map(({ id }) => ({ kind: 'softDeleteUser' as const, id })));
    await scene.sync();
    await scene.change(...back, ...[4, 5, 6, 7].map((n) => move(n, 'Research')));
    // The first chunk is two pages; while it is applied, the next one is asked for.
    await scene.world.emulator.addFault({
      path: '/users/delta',
      skip: 2,
      fault: { kind: 'status', status: 429, retryAfter: 15 },
    });
    scene.forget();
    let throttledAt = 0;
    let asked = 0;
    scene.onAnswer = (_, answer) => {
      if (answer.status === 429) [throttledAt, asked] = [scene.world.clock.now(), scene.graph.length];
      return answer;
    };
    let waiting = false;
    onWait(scene, async () => {
      waiting = true;
      await turns(50);
    });
    // The rows of the first chunk come only once the reader ahead waits as it was told.
    scene.beforeTable = async ({ table, writes }) => {
      if (table === 'Users' && !writes) while (!waiting) await turns(1);
    };
    const run = await scene.sync({ jobs: ['users'] });
    expect(run.status).toBe('Succeeded');
    const later = scene.graph.slice(asked);
    expect(later.filter(({ path }) => path.includes('memberOf'))).toHaveLength(4);
    const waited = later.map(({ at }) => at - throttledAt);
    expect(Math.min(...waited)).toBeGreaterThanOrEqual(15 * SECOND);
    await scene.expectMirrored();
    await scene.close();
  });
});

describe('a list of members', () => {
  it('that takes longer than the lease is read to its end', async () => {
    const members = [0, 1, 2].map(userId);
    const scene = await Scene.synced([...users(4), ...group(0, members)]);
    await scene.change({ kind: 'deleteGroup', id: groupId(0) });
    await scene.sync();
    await scene.change({ kind: 'restoreGroup', id: groupId(0) });
    await scene.world.emulator.addFault({ path: '/members', times: 8, fault: { kind: 'emptyPage' } });
    scene.beforeGraph(/\/members\?/, 'each', () => scene.world.clock.advance(15 * SECOND));
    scene.forget();
    const run = await scene.sync({ jobs: ['groups'] });
    expect(run.status).toBe('Succeeded');
    const pages = scene.graphRequestsTo(/\/members\?/);
    expect(pages).toHaveLength(9);
    expect((pages[8]?.at ?? 0) - (pages[0]?.at ?? 0)).toBeGreaterThan(QUICK.leaseLengthMs);
    expect(await scene.membersOf(groupId(0))).toEqual(members);
    await scene.expectMirrored();
    await scene.close();
  });
});
