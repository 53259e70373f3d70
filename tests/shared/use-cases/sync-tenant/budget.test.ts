import { afterEach, describe, expect, it } from 'vitest';
import { QUICK } from '../../../histories/world.js';
import { group, move, userId, users } from './changes.js';
import { Scene } from './scene.js';

const PAGE_MS = 10_000;
const SETTINGS = { jobBudgetMs: 45_000, chunk: { ...QUICK.chunk, milliseconds: 5_000 } };

/** Every page of a delta takes ten seconds. */
async function slowly(changes: Parameters<typeof Scene.open>[0], path = /delta/): Promise<Scene> {
  const scene = await Scene.open(changes, { settings: SETTINGS });
  scene.beforeGraph(path, 'each', () => scene.world.clock.advance(PAGE_MS));
  return scene;
}

describe('a long sync', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it('goes on in jobs none of which outlasts its budget by more than a chunk', async () => {
    scene = await slowly([...users(40), ...group(0, [userId(0), userId(1)])]);
    const run = await scene.sync();
    expect(run.status).toBe('Succeeded');
    const jobs = scene.jobs.filter(({ job }) => job.kind !== 'subscriptions');
    expect(jobs.length).toBeGreaterThan(4);
    for (const { at, endedAt } of jobs) {
      expect((endedAt ?? Infinity) - at).toBeLessThanOrEqual(SETTINGS.jobBudgetMs + PAGE_MS);
    }
    await scene.expectMirrored();
  });

  it('leaves its slot to others for a moment between its jobs', async () => {
    scene = await slowly(users(20));
    await scene.sync({ jobs: ['users'] });
    const [first, ...further] = scene.jobs.filter(
      ({ job }) => job.kind === 'run' || (job.kind === 'continue' && job.reason === 'budget'),
    );
    expect(further.length).toBeGreaterThan(1);
    let before = first;
    for (const next of further) {
      expect(next.job).toMatchObject({ kind: 'continue', reason: 'budget', attempt: 0 });
      expect(next.at - (before?.endedAt ?? 0)).toBe(QUICK.continuationDelayMs);
      before = next;
    }
  });

  it('reads no page twice for being cut into jobs, but asks once more at its end', async () => {
    scene = await slowly(users(20));
    const run = await scene.sync({ jobs: ['users'] });
    const asked = scene
      .graphRequestsTo(/users\/delta/)
      .filter(({ at }) => at <= Date.parse(run.endedAt ?? ''))
      .map(({ path }) => path);
    const jobs = scene.jobs.filter(({ job }) => job.kind !== 'subscriptions').length;
    // A page read ahead when the budget ends is the one thing that is asked for again.
    expect(asked.length - new Set(asked).size).toBeLessThan(jobs);
    expect(asked.filter((path) => path.includes('$deltatoken'))).toHaveLength(1);
    expect(run.progress.users?.objects).toBe(20);
  });

  it('of one resource lets the increments of another come between its pages', async () => {
    const groups = Array.from({ length: 12 }, (_, n) => group(n, [userId(0)])).flat();
    scene = await Scene.open([...users(3), ...groups]);
    await scene.sync({ jobs: ['users'] });
    scene.forget();
    const first = await scene.requestRun({ jobs: ['groups'], full: true });
    scene.beforeGraph(/groups.delta/, 3, async () => {
      await scene.change(move(1, 'Research'));
      await scene.requestRun({ jobs: ['users'] });
    });
    await scene.settle();
    expect((await scene.run(first.runId)).status).toBe('Succeeded');
    const order = scene.graph.map(({ path }) => /\/(users|groups)\/delta/.exec(path)?.[1]).filter(Boolean);
    expect(order.indexOf('users')).toBeGreaterThan(0);
    expect(order.indexOf('users')).toBeLessThan(6);
    expect(order.lastIndexOf('groups')).toBeGreaterThan(order.indexOf('users'));
    await scene.expectMirrored();
  });

  it('whose marks take long to consume goes on with them in a later job', async () => {
    scene = await Scene.open([...users(3), ...group(0, [userId(0)]), ...group(1, [userId(1)])], {
      settings: SETTINGS,
    });
    scene.beforeTable = async ({ table, kind }) => {
      if (table === 'GroupCounts' && kind === 'query') await scene.world.clock.advance(PAGE_MS);
    };
    const run = await scene.sync();
    scene.beforeTable = null;
    expect(run.status).toBe('Succeeded');
    expect(scene.jobs.filter(({ job }) => job.kind === 'continue').length).toBeGreaterThan(1);
    await scene.expectMirrored();
  });
});
