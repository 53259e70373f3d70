import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Run, RunTrigger } from '../../../../shared/core/run.js';
import { cancelRun } from '../../../../shared/use-cases/cancel-run.js';
import { TENANT_ID } from '../../../histories/world.js';
import { addMember, group, move, userId, users } from './changes.js';
import { hostView, Scene } from './scene.js';

describe('a run', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it('tells how far it is and what it changed', async () => {
    scene = await Scene.open([...users(5), ...group(0, [userId(0), userId(1), userId(2)])]);
    const asked = await scene.requestRun();
    expect(asked).toMatchObject({ status: 'NotStarted', trigger: 'manual', startedAt: null });
    const halfway: unknown[] = [];
    scene.beforeGraph(/users.delta/, 3, async () => halfway.push((await scene.run(asked.runId)).status));
    await scene.settle();
    const run = await scene.run(asked.runId);
    expect(halfway).toEqual(['Running']);
    expect(run).toMatchObject({
      status: 'Succeeded',
      error: null,
      warnings: [],
      counts: { users: { created: 5, updated: 0 }, groups: { created: 1 } },
      progress: {
        users: { pages: 3, objects: 5, done: true },
        groups: { objects: 1, done: true },
      },
    });
    expect(Date.parse(run.endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(run.startedAt ?? ''));
  });

  it('shows the pages and the estimate while it lasts', async () => {
    scene = await Scene.open(users(9));
    const { runId } = await scene.requestRun({ jobs: ['users'] });
    let halfway: unknown;
    // Pages are read one chunk ahead: with the fifth page asked for, the first chunk of two is applied.
    scene.beforeGraph(/users.delta/, 5, async () => (halfway = (await scene.run(runId)).progress.users));
    await scene.settle();
    expect(halfway).toEqual({ pages: 2, objects: 4, estimate: 9, done: false });
  });

  it('that is asked for again while it is active is the same run', async () => {
    scene = await Scene.synced(users(3));
    const first = await scene.requestRun();
    expect((await scene.requestRun()).runId).toBe(first.runId);
    expect((await scene.requestRun({ jobs: ['users'] })).runId).not.toBe(first.runId);
    expect((await scene.requestRun({ full: true })).runId).not.toBe(first.runId);
    await scene.settle();
    expect((await scene.requestRun()).runId).not.toBe(first.runId);
  });

  it('shares a round with another that waits for the same', async () => {
    scene = await Scene.synced([...users(3), ...group(0)]);
    const both = await scene.requestRun();
    const one = await scene.requestRun({ jobs: ['users'] });
    await scene.settle();
    expect((await scene.run(both.runId)).parts.users).toEqual((await scene.run(one.runId)).parts.users);
    expect(scene.graphRequestsTo(/users\/delta/)).toHaveLength(1);
    for (const { runId } of [both, one]) expect((await scene.run(runId)).status).toBe('Succeeded');
  });

  it('asked for in the midst of a round joins it, and the round asks for one more delta', async () => {
    scene = await Scene.synced(users(9));
    const first = await scene.requestRun({ jobs: ['users'], full: true });
    let second = '';
    scene.beforeGraph(/users.delta/, 3, async () => {
      await scene.change(move(0, 'Late'));
      second = (await scene.requestRun({ jobs: ['users', 'groups'] })).runId;
    });
    await scene.settle();
    const [one, other] = [await scene.run(first.runId), await scene.run(second)];
    expect(other.status).toBe('Succeeded');
    expect(other.parts.users).toEqual(one.parts.users);
    expect(scene.graphRequestsTo(/users\/delta.*deltatoken/)).toHaveLength(1);
    expect((await scene.user(userId(0)))?.attributes['department']).toBe('Late');
    await scene.expectMirrored();
  });

  it('that wants everything waits for a full round though an increment is under way', async () => {
    scene = await Scene.synced(users(9));
    await scene.change(...[0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => move(n, 'Research')));
    const increment = await scene.requestRun({ jobs: ['users'] });
    let full = '';
    scene.beforeGraph(
      /users.delta/,
      3,
      async () => (full = (await scene.requestRun({ jobs: ['users'], full: true })).runId),
    );
    await scene.settle();
    const [one, other] = [await scene.run(increment.runId), await scene.run(full)];
    expect([one.status, other.status]).toEqual(['Succeeded', 'Succeeded']);
    expect(other.parts.users).not.toEqual(one.parts.users);
    expect(one.progress.users?.pages).toBe(5);
    expect((await scene.state('users')).last?.kind).toBe('full');
    expect(scene.graphRequestsTo(/users\/delta\?\$select/)).toHaveLength(1);
  });

  it('that is cancelled leaves a full round to the others who wait for it', async () => {
    scene = await Scene.open(users(9));
    const first = await scene.requestRun({ jobs: ['users'] });
    const second = await scene.requestRun({ jobs: ['users'], full: true });
    scene.beforeGraph(/users.delta/, 3, () => cancelRun(ports(), TENANT_ID, first.runId));
    await scene.settle();
    expect((await scene.run(first.runId)).status).toBe('Canceled');
    expect((await scene.run(second.runId)).status).toBe('Succeeded');
    expect(scene.graphRequestsTo(/users\/delta\?\$select/)).toHaveLength(1);
    expect((await scene.run(second.runId)).progress.users?.objects).toBe(9);
  });

  it('that is cancelled as the last one ends its full round, whose place an increment takes', async () => {
    scene = await Scene.synced(users(9));
    await scene.change(move(0, 'Research'));
    const runs = [
      await scene.requestRun({ jobs: ['users'], full: true }),
      await scene.requestRun({ jobs: ['users', 'groups'], full: true }),
    ];
    scene.beforeGraph(/users.delta/, 3, async () => {
      for (const { runId } of runs) await cancelRun(ports(), TENANT_ID, runId);
    });
    await scene.settle();
    for (const { runId } of runs) expect((await scene.run(runId)).status).toBe('Canceled');
    const { last, round } = await scene.state('users');
    expect({ kind: last?.kind, round }).toEqual({ kind: 'increment', round: null });
    expect(scene.graphRequestsTo(/skiptoken/).length).toBeLessThan(4);
    expect(scene.world.tables.rows('Seen')).toEqual([]);
    await scene.expectMirrored();
  });

  it('that is cancelled in a first sync leaves nothing wanted and the tenant as it was', async () => {
    scene = await Scene.open([...users(9), ...group(0)], { started: false });
    const { runId } = await scene.requestRun();
    scene.beforeGraph(/users.delta/, 3, () => cancelRun(ports(), TENANT_ID, runId));
    await scene.settle();
    expect((await scene.run(runId)).status).toBe('Canceled');
    expect((await scene.state('users')).round).toBeNull();
    expect((await scene.tenant()).state.kind).toBe('connected');
  });

  it('that failed says why, and its job waits among the dead letters', async () => {
    scene = await Scene.synced(users(3));
    const { deltaLink } = await scene.state('users');
    await scene.change(move(0, 'Research'));
    await scene.world.emulator.addFault({ path: '/users/delta', times: 3, fault: { kind: 'bothLinks' } });
    const run = await scene.sync();
    expect(run.status).toBe('Failed');
    expect(run.error?.code).toBe('BadPage');
    expect(run.error?.message).toContain('/users/delta');
    expect(run.endedAt).not.toBeNull();
    expect(scene.graphRequestsTo(/users\/delta/)).toHaveLength(3);
    expect(await scene.state('users')).toMatchObject({ deltaLink });
    expect(await scene.deadLetters()).toMatchObject([{ kind: 'job', reason: run.error?.message }]);
    expect((await scene.sync()).status).toBe('Succeeded');
    await scene.expectMirrored();
  });

  it.each(['SyncState', 'Runs', 'Seen'] as const)(
    'is caught up when its host dies at any request to %s',
    async (table) => {
      scene = await Scene.open([]);
      const attempt = async (dieAt: number): Promise<boolean> => {
        const other = await Scene.open([...users(3), ...group(0, [userId(0)])]);
        try {
          const { runId } = await other.requestRun();
          const view = hostView();
          let requests = 0;
          other.afterTable = (request) => {
            if (request.table === table && request.writes && ++requests === dieAt) view.dead = true;
          };
          await other.settle(Infinity, view);
          other.afterTable = null;
          await other.settle();
          expect(await other.run(runId)).toMatchObject({
            status: 'Succeeded',
            progress: { users: { objects: 3, done: true }, groups: { objects: 1, done: true } },
            counts: { users: { created: 3 }, groups: { created: 1 } },
          });
          return view.dead;
        } finally {
          await other.close();
        }
      };
      let dieAt = 1;
      while (await attempt(dieAt)) dieAt += 1;
      expect(dieAt).toBeGreaterThan(2);
    },
  );

  function ports(): Parameters<typeof cancelRun>[0] {
    return scene.world.host(hostView()).ports;
  }
});

describe('a notification', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it('leaves a run only where something changed', async () => {
    scene = await Scene.synced([...users(3), ...group(0)], { subscribing: true });
    await scene.settle();
    const before = (await scene.runs()).length;
    await scene.change(move(0, 'Research'), addMember(0, userId(1)));
    await scene.world.clock.advance(1_000);
    await scene.settle();
    await scene.expectMirrored();
    const added = (await scene.runs()).slice(0, -before);
    expect(added).toHaveLength(2);
    for (const run of added) expect(run).toMatchObject({ trigger: 'notification', status: 'Succeeded' });
    expect(added.find((run) => run.jobs.includes('users'))?.counts.users?.updated).toBe(1);
    expect(added.find((run) => run.jobs.includes('groups'))?.counts.groups?.updated).toBe(1);
    // The window's job and its trailing checks all came; only one of each resource found something.
    expect(scene.jobs.filter(({ job }) => job.kind === 'notification').length).toBeGreaterThan(4);
  });

  it('leaves a run that is requested when it starts, and not only when it is over', async () => {
    scene = await Scene.synced(users(3), { subscribing: true });
    await scene.settle();
    await scene.change(move(0, 'Research'));
    await scene.world.clock.advance(1_000);
    scene.beforeGraph(/users\/delta/, 'each', () => scene.world.clock.advance(700));
    await scene.settle(10_000);
    const [run] = await scene.runs();
    expect(run).toMatchObject({ trigger: 'notification', requestedAt: run?.startedAt });
    const lasted = Date.parse(run?.endedAt ?? '') - Date.parse(run?.startedAt ?? '');
    expect(lasted).toBeGreaterThanOrEqual(700);
  });

  describe('whose job reads once more for a run that wants everything', () => {
    beforeEach(async () => {
      scene = await Scene.synced(users(3), { subscribing: true });
      await scene.settle();
      await scene.change(move(0, 'Research'));
      await scene.world.clock.advance(1_000);
      await scene.world.emulator.addFault({
        tenantId: TENANT_ID,
        path: '/users/delta',
        fault: { kind: 'elementWithoutId' },
      });
      scene.beforeGraph(/users.delta/, 1, async () => {
        await scene.requestRun({ jobs: ['users'], full: true });
      });
    });

    it('leaves a run that tells of the first round', async () => {
      await scene.settle(10_000);
      const [asked] = await runsBy('manual');
      expect(asked).toMatchObject({ full: true, status: 'Succeeded', warnings: [] });
      expectToldOf(await runsBy('notification'));
      await scene.expectMirrored();
    });

    it('leaves the same run where the second round fails', async () => {
      await scene.world.emulator.addFault({
        path: '/users/delta',
        skip: 1,
        times: null,
        fault: { kind: 'notJson' },
      });
      await scene.settle(10_000);
      const [asked] = await runsBy('manual');
      expect(asked).toMatchObject({ full: true, status: 'Failed' });
      expectToldOf(await runsBy('notification'));
    });

    async function runsBy(trigger: RunTrigger): Promise<readonly Run[]> {
      return (await scene.runs()).filter((run) => run.trigger === trigger);
    }

    function expectToldOf(runs: readonly Run[]): void {
      expect(runs).toMatchObject([
        {
          status: 'Succeeded',
          jobs: ['users'],
          counts: { users: { updated: 1 } },
          warnings: [{ code: 'UnusableElement', count: 1 }],
        },
      ]);
    }
  });

  it('asks nothing of Graph where a round began after it was due', async () => {
    scene = await Scene.synced([...users(3), ...group(0)], { subscribing: true });
    await scene.settle();
    await scene.change(move(0, 'Research'));
    await scene.world.clock.advance(3_000);
    await scene.sync();
    await scene.settle(0);
    const trailing = scene.graph.length;
    scene.world.queue.put('late', TENANT_ID, {
      version: 1,
      tenantId: TENANT_ID,
      attempt: 0,
      kind: 'notification',
      resource: 'users',
      dueAt: Date.parse((await scene.state('users')).last?.beganAt ?? '') - 1,
    });
    await scene.settle(0);
    expect(scene.graph).toHaveLength(trailing);
    expect(scene.jobs.at(-1)?.messageId).toBe('late');
  });

  it('of a failing tenant leaves a failed run of its own', async () => {
    scene = await Scene.synced([...users(3), ...group(0)], { subscribing: true });
    await scene.settle();
    const before = (await scene.runs()).length;
    await scene.world.emulator.addFault({ path: '/users/delta', times: null, fault: { kind: 'notJson' } });
    await scene.change(move(0, 'Research'));
    await scene.world.clock.advance(1_000);
    await scene.settle(10_000);
    const [newest] = await scene.runs();
    expect(await scene.runs()).toHaveLength(before + 1);
    expect(newest).toMatchObject({ trigger: 'notification', status: 'Failed', error: { code: 'BadPage' } });
  });

  it('is one of four triggers that a run names, as the night is', async () => {
    scene = await Scene.synced([...users(3), ...group(0)]);
    expect((await scene.runs())[0]?.trigger).toBe('manual');
    await scene.world.clock.advance(24 * 3_600_000);
    await scene.world.host(hostView()).startNightlyRuns();
    await scene.settle();
    expect((await scene.runs())[0]).toMatchObject({ trigger: 'nightly', status: 'Succeeded' });
  });
});
