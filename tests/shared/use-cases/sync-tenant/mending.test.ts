import { afterEach, describe, expect, it } from 'vitest';
import { addMember, group, groupId, move, userId, users } from './changes.js';
import { Scene, type SceneOptions } from './scene.js';

/** A parked tenant runs again after one run that succeeds; until then its notifications are refused. */
describe('a tenant that was parked and then mended', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  async function parked(options: SceneOptions = {}): Promise<void> {
    scene = await Scene.synced([...users(13), ...group(0, [userId(0)])], options);
    const fault = { kind: 'status', status: 403 } as const;
    await scene.world.emulator.addFault({ path: '/delta', times: null, fault });
    await scene.sync();
    expect((await scene.tenant()).state.kind).toBe('parked');
    await scene.world.emulator.clearFaults();
    scene.forget();
  }

  it('gets through a run that is longer than one budget', async () => {
    await parked({
      settings: { jobBudgetMs: 15_000, chunk: { objects: 1, references: 1, milliseconds: 1 } },
    });
    scene.beforeGraph(/delta/, 'each', () => scene.world.clock.advance(5_000));
    const run = await scene.sync({ full: true });
    expect(run.status).toBe('Succeeded');
    const budgets = scene.jobs.filter(({ job }) => job.kind === 'continue' && job.reason === 'budget');
    expect(budgets.length).toBeGreaterThan(1);
    expect((await scene.tenant()).state.kind).toBe('running');
    await scene.expectMirrored();
  });

  it('has in its mirror what was changed while it was parked and while the run lasted', async () => {
    await parked();
    await scene.change(move(1, 'Research'), addMember(0, userId(2)));
    const late = [move(2, 'Support'), addMember(0, userId(3))];
    // The users of this run are read: what changes now was told to nobody.
    scene.beforeGraph(/groups\/delta/, 1, () => scene.change(...late.slice(0, 1)));
    scene.afterTable = ({ table, writes }) => {
      if (table === 'GroupCounts' && writes && late.length > 1) void scene.change(...late.splice(1));
    };
    expect((await scene.sync()).status).toBe('Succeeded');
    scene.afterTable = null;
    expect(late).toHaveLength(1);
    expect((await scene.tenant()).state.kind).toBe('running');
    expect((await scene.user(userId(2)))?.attributes['department']).toBe('Support');
    expect(await scene.membersOf(groupId(0))).toEqual([userId(0), userId(2), userId(3)]);
    await scene.expectMirrored();
  });
});
