import { afterEach, describe, expect, it } from 'vitest';
import { cancelRun } from '../../../../shared/use-cases/cancel-run.js';
import { TENANT_ID } from '../../../histories/world.js';
import { group, groupId, userId, users } from './changes.js';
import { hostView, Scene } from './scene.js';

describe('a first sync', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it('sweeps who was written before its host died and was gone before it went on', async () => {
    scene = await Scene.open([...users(7), ...group(0, [userId(0)])]);
    await scene.requestRun();
    const dying = hostView();
    scene.afterTable = ({ table, writes }) => {
      if (table === 'Users' && writes) dying.dead = true;
    };
    await scene.settle(Infinity, dying);
    scene.afterTable = null;
    const written: string[] = [];
    for (let n = 0; n < 7; n += 1) if ((await scene.user(userId(n))) !== null) written.push(userId(n));
    const [lost = ''] = written;
    expect(written.length).toBeGreaterThan(0);
    await scene.change({ kind: 'softDeleteUser', id: lost }, { kind: 'hardDeleteUser', id: lost });
    scene.onAnswer = withoutRemovals;
    await scene.settle();
    expect((await scene.runs())[0]?.status).toBe('Succeeded');
    expect(await scene.user(lost)).toBeNull();
    await scene.expectMirrored();
  });

  it('whose host dies once its run is seen to have succeeded leaves the tenant running by itself', async () => {
    scene = await Scene.open([...users(3), ...group(0, [userId(0)])], { subscribing: true });
    const { runId } = await scene.requestRun();
    const dying = hostView();
    scene.afterTable = async ({ table, writes }) => {
      if (table === 'Runs' && writes && (await scene.run(runId)).status === 'Succeeded') dying.dead = true;
    };
    await scene.settle(Infinity, dying);
    scene.afterTable = null;
    expect(dying.dead).toBe(true);
    await scene.settle();
    expect((await scene.tenant()).state.kind).toBe('running');
    expect(await scene.world.stores.subscriptions.list(TENANT_ID)).toHaveLength(2);
    await scene.expectMirrored();
  });

  it('of users drops the edges of members who were gone before it began', async () => {
    scene = await Scene.open([...users(3), ...group(0, [userId(0), userId(1)])]);
    await scene.sync({ jobs: ['groups'] });
    expect(await scene.membersOf(groupId(0))).toEqual([userId(0), userId(1)]);
    await scene.change({ kind: 'softDeleteUser', id: userId(1) }, { kind: 'hardDeleteUser', id: userId(1) });
    expect((await scene.sync()).status).toBe('Succeeded');
    expect(await scene.membersOf(groupId(0))).toEqual([userId(0)]);
    expect(await scene.peopleOf(groupId(0))).toBe(1);
    await scene.expectMirrored();
  });

  it('of groups lets a run of users end before it, with the counts that depend on it', async () => {
    const many = Array.from({ length: 40 }, (_, n) => group(n, [userId(0), userId(1)])).flat();
    scene = await Scene.open([...users(4), ...many], { started: false });
    await scene.requestRun({ jobs: ['users'] });
    const delivery = await scene.receive();
    if (delivery !== null) await scene.handle(hostView(), delivery);
    expect((await scene.state('groups')).pristine).toBe(true);
    const groups = await scene.requestRun({ jobs: ['groups'] });
    let quick = '';
    scene.beforeGraph(/groups\/delta/, 6, async () => {
      await scene.change({ kind: 'softDeleteUser', id: userId(0) });
      quick = (await scene.requestRun({ jobs: ['users'] })).runId;
    });
    const halfway: unknown[] = [];
    scene.beforeGraph(/groups\/delta/, 16, async () => {
      const marks = await scene.world.stores.marks.list(TENANT_ID, 100);
      const pages = marks.filter(({ mark }) => mark.kind === 'page');
      const statuses = [await scene.run(groups.runId), await scene.run(quick)].map(({ status }) => status);
      halfway.push(...statuses, pages, await scene.peopleOf(groupId(0)));
    });
    await scene.settle();
    expect(halfway).toEqual(['Running', 'Succeeded', [], 1]);
    expect((await scene.run(groups.runId)).status).toBe('Succeeded');
    await scene.expectMirrored();
  });

  it('that is cancelled before it began leaves nothing wanted', async () => {
    scene = await Scene.open([...users(3), ...group(0)], { started: false });
    const { runId } = await scene.requestRun();
    await cancelRun(scene.world.host(hostView()).ports, TENANT_ID, runId);
    expect(await scene.world.stores.syncStates.wants(TENANT_ID)).toEqual([]);
    await scene.settle();
    expect((await scene.run(runId)).status).toBe('Canceled');
    expect(scene.graphRequestsTo(/delta/)).toEqual([]);
    expect((await scene.tenant()).state.kind).toBe('connected');
  });
});

/** Graph that tells of nobody who is gone. */
const withoutRemovals: NonNullable<Scene['onAnswer']> = (request, answer) => {
  if (!request.url.pathname.endsWith('/users/delta') || answer.status !== 200) return answer;
  const body = JSON.parse(answer.body) as { value: Record<string, unknown>[] };
  const value = body.value.filter((element) => !('@removed' in element));
  return { ...answer, body: JSON.stringify({ ...body, value }) };
};
