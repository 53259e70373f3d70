import { afterEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../../local/graph/control-api.js';
import { cancelRun } from '../../../../shared/use-cases/cancel-run.js';
import { TENANT_ID } from '../../../histories/world.js';
import { addMember, group, groupId, move, userId, users } from './changes.js';
import { hostView, Scene } from './scene.js';

const MINUTE = 60_000;
/** What one job asks for before it gives a bad page up. */
const BAD_PAGE = { times: 3, fault: { kind: 'neitherLink' } satisfies Fault } as const;

describe('a round that was given up on', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it.each([1, 2, 4])(
    'after %i pages marks everything again when another run goes on with it',
    async (skip) => {
      const members = [0, 1, 2, 3, 4, 5, 6].flatMap((n) => group(n, [userId(n), userId((n + 1) % 7)]));
      scene = await Scene.open([...users(7), ...members]);
      await scene.world.emulator.addFault({ path: '/groups/delta', skip, ...BAD_PAGE });
      expect((await scene.sync()).status).toBe('Failed');
      expect((await scene.state('groups')).round).toMatchObject({ kind: 'full', halted: true });
      await scene.world.clock.advance(11 * MINUTE);
      await scene.world.host(hostView()).scheduleUpkeep();
      await scene.settle();
      expect(await scene.world.stores.marks.list(TENANT_ID, 10)).toEqual([]);
      scene.forget();
      expect((await scene.sync()).status).toBe('Succeeded');
      // It went on where it stood.
      if (skip > 1) expect(scene.graphRequestsTo(/groups\/delta\?\$select/)).toEqual([]);
      for (let n = 0; n < 7; n += 1) expect(await scene.peopleOf(groupId(n))).toBe(2);
      await scene.expectMirrored();
    },
  );

  it('on a poisoned delta link is replaced by a run that wants everything', async () => {
    scene = await Scene.synced([...users(3), ...group(0, [userId(0)])]);
    await scene.world.emulator.addFault({
      path: 'users/delta.*deltatoken',
      times: null,
      fault: { kind: 'status', status: 400, code: 'Request_BadRequest' },
    });
    await scene.change(move(0, 'Research'));
    const plain = await scene.sync({ jobs: ['users'] });
    expect(plain).toMatchObject({ status: 'Failed', error: { code: 'GraphRefused' } });
    const { round } = await scene.state('users');
    expect(round).toMatchObject({ kind: 'increment', halted: true });
    const full = await scene.sync({ jobs: ['users'], full: true });
    expect(full.status).toBe('Succeeded');
    const { last } = await scene.state('users');
    expect(last?.kind).toBe('full');
    expect(last?.roundId).not.toBe(round?.roundId);
    await scene.expectMirrored();
  });

  it('fails the run of both, not a run of the other resource that is done or goes on', async () => {
    scene = await Scene.synced([...users(5), ...group(0), ...group(1), ...group(2)]);
    await scene.change(move(0, 'Research'), addMember(0, userId(0)), addMember(1, userId(1)));
    await scene.world.emulator.addFault({ path: '/groups/delta', ...BAD_PAGE });
    const both = await scene.requestRun();
    const done = await scene.requestRun({ jobs: ['users'] });
    let late = '';
    scene.beforeGraph(/groups\/delta/, 3, async () => {
      await scene.change(move(1, 'Sales'), move(2, 'Support'));
      late = (await scene.requestRun({ jobs: ['users'], full: true })).runId;
    });
    await scene.settle();
    const ended = [await scene.run(both.runId), await scene.run(done.runId), await scene.run(late)];
    expect(ended.map(({ status }) => status)).toEqual(['Failed', 'Succeeded', 'Succeeded']);
    expect(ended[0]?.error?.code).toBe('BadPage');
    expect(ended[2]?.parts.users).not.toEqual(ended[1]?.parts.users);
    expect((await scene.user(userId(2)))?.attributes['department']).toBe('Support');
    expect((await scene.state('users')).round).toBeNull();
    expect((await scene.sync()).status).toBe('Succeeded');
    await scene.expectMirrored();
  });

  it('leaves the round and the want of the other resource as they are', async () => {
    scene = await Scene.synced([...users(9), ...group(0)]);
    await scene.change(addMember(0, userId(0)));
    await scene.requestRun({ jobs: ['users'], full: true });
    let failing = '';
    // A full round of users is under way when the increment of groups comes first, and fails.
    scene.beforeGraph(/users\/delta/, 3, async () => {
      await scene.world.emulator.addFault({ path: '/groups/delta', ...BAD_PAGE });
      failing = (await scene.requestRun({ jobs: ['groups'] })).runId;
    });
    const before: unknown[] = [];
    scene.beforeGraph(/groups\/delta/, 3, async () => {
      before.push((await scene.state('users')).round?.roundId, await wantsOfUsers());
    });
    const delivery = await scene.receive();
    if (delivery !== null) await scene.handle(hostView(), delivery);
    expect((await scene.run(failing)).status).toBe('Failed');
    const { round } = await scene.state('users');
    expect(round).toMatchObject({ kind: 'full', halted: false });
    expect([round?.roundId, await wantsOfUsers()]).toEqual(before);
    await scene.settle();
    expect((await scene.state('users')).last?.roundId).toBe(round?.roundId);
    expect((await scene.sync()).status).toBe('Succeeded');
    await scene.expectMirrored();
  });

  it('ends when the run that goes on with it is cancelled, though another of its runs had failed', async () => {
    scene = await Scene.synced(users(13));
    await scene.change(move(0, 'Research'), move(12, 'Research'));
    await scene.world.emulator.addFault({ path: '/users/delta', skip: 2, ...BAD_PAGE });
    expect((await scene.sync({ jobs: ['users'], full: true })).status).toBe('Failed');
    const { round } = await scene.state('users');
    expect(round).toMatchObject({ kind: 'full', halted: true });
    const { runId } = await scene.requestRun({ jobs: ['users'] });
    const { ports } = scene.world.host(hostView());
    scene.beforeGraph(/users\/delta/, 2, () => cancelRun(ports, TENANT_ID, runId));
    await scene.settle();
    expect((await scene.run(runId)).status).toBe('Canceled');
    const { last, round: left } = await scene.state('users');
    expect(left).toBeNull();
    expect(last).toMatchObject({ kind: 'increment' });
    expect(last?.roundId).not.toBe(round?.roundId);
    await scene.expectMirrored();
  });

  async function wantsOfUsers(): Promise<unknown> {
    const wants = await scene.world.stores.syncStates.wants(TENANT_ID);
    return wants.filter(({ resource }) => resource === 'users');
  }
});

describe('a run that is asked for during a sweep', () => {
  it('is not served by the round that sweeps, and reads what was changed before it', async () => {
    const settings = { jobBudgetMs: 20_000 };
    const scene = await Scene.synced([...users(8), ...group(0)], { settings });
    await scene.change(...[1, 2, 3].flatMap(forgotten));
    scene.onAnswer = withoutRemovals;
    const first = await scene.requestRun({ jobs: ['users'], full: true });
    let second = '';
    scene.beforeGraph(/deletedItems/, 1, async () => {
      expect((await scene.state('users')).round?.stage).toBe('sweeping');
      await scene.change(move(0, 'Late'));
      second = (await scene.requestRun({ jobs: ['users'] })).runId;
      // The budget ends here, so that another job meets the round in its sweep.
      await scene.world.clock.advance(25_000);
    });
    await scene.settle();
    const [one, other] = [await scene.run(first.runId), await scene.run(second)];
    expect([one.status, other.status]).toEqual(['Succeeded', 'Succeeded']);
    expect(other.parts.users).not.toEqual(one.parts.users);
    expect((await scene.user(userId(0)))?.attributes['department']).toBe('Late');
    await scene.expectMirrored();
    await scene.close();
  });
});

function forgotten(n: number): { kind: 'softDeleteUser' | 'hardDeleteUser'; id: string }[] {
  return [
    { kind: 'softDeleteUser', id: userId(n) },
    { kind: 'hardDeleteUser', id: userId(n) },
  ];
}

/** Graph that tells of nobody who is gone. */
const withoutRemovals: NonNullable<Scene['onAnswer']> = (request, answer) => {
  if (!request.url.pathname.endsWith('/users/delta') || answer.status !== 200) return answer;
  const body = JSON.parse(answer.body) as { value: Record<string, unknown>[] };
  const value = body.value.filter((element) => !('@removed' in element));
  return { ...answer, body: JSON.stringify({ ...body, value }) };
};
