import { afterEach, describe, expect, it } from 'vitest';
import { createSetupWork } from '../../../../shared/adapters/bus/setup-work.js';
import { Unavailable } from '../../../../shared/core/failures.js';
import { decideHeld } from '../../../../shared/use-cases/removals/decide-held.js';
import { pauseSetup } from '../../../../shared/use-cases/setups/pause-setup.js';
import { removeSetup } from '../../../../shared/use-cases/setups/remove-setup.js';
import { COALESCING, TENANT_ID } from '../../../histories/world.js';
import { move, userId, users } from './changes.js';
import { sceneWithPeople, SETUP, startSetup } from './people-scene.js';
import { hostView, type Scene } from './scene.js';

const KEY = { tenantId: TENANT_ID, setupId: SETUP };

describe('a run whose removals are held', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  function api() {
    const { ports } = scene.world.host(hostView());
    return { ...ports, ...scene.world.stores, setupWork: createSetupWork(ports, COALESCING) };
  }

  async function approve(): Promise<void> {
    const decision = { kind: 'approve', decidedBy: 'operator' } as const;
    expect((await decideHeld(api(), KEY, decision, () => true)).kind).toBe('decided');
  }

  async function heldRun(): Promise<string> {
    scene = await sceneWithPeople(users(10), {
      removalGuard: { minCount: 0, maxCount: 500, maxShare: 0.2, withinHours: 24 },
    });
    await scene.change(...[0, 1, 2].map((n) => ({ kind: 'softDeleteUser' as const, id: userId(n) })));
    const held = await scene.sync();
    expect(held.status).toBe('Held');
    return held.runId;
  }

  async function nights(count: number): Promise<void> {
    for (let night = 0; night < count; night += 1) {
      await scene.world.clock.advance(86_400_000);
      await scene.change(move(5, `Night ${night}`));
      await scene.world.host(hostView()).startNightlyRuns();
      await scene.settle(36_000_000);
    }
  }

  it('is settled by the decision, however many runs came since', async () => {
    const runId = await heldRun();
    for (let run = 0; run < 101; run += 1) {
      await scene.change(move(5, `Department ${run}`));
      await scene.sync({ jobs: ['users'] });
    }
    await approve();
    await scene.settle();
    expect((await scene.run(runId)).status).toBe('Succeeded');
  });

  it('is settled although the tables failed right after the decision was carried out', async () => {
    const runId = await heldRun();
    await approve();
    let failed = 0;
    scene.beforeTable = async ({ table, writes }) => {
      if (failed > 0 || !writes || !table.startsWith('Journal')) return;
      const left = await scene.world.stores.removals.list(TENANT_ID, SETUP, { after: null, limit: 10 });
      if (left.rows.length > 0) return;
      failed += 1;
      throw new Unavailable('No answer.');
    };
    await scene.settle();
    await nights(1);
    expect(failed).toBe(1);
    expect((await scene.run(runId)).status).toBe('Succeeded');
  });

  it('is settled when its setup is removed', async () => {
    const runId = await heldRun();
    await startSetup(scene, {}, 'other');
    await pauseSetup(api(), TENANT_ID, SETUP, null);
    await scene.settle();
    await removeSetup(api(), KEY, 'Everybody', null);
    await scene.settle();
    expect((await scene.world.stores.setups.all(TENANT_ID)).map(({ setupId }) => setupId)).not.toContain(
      SETUP,
    );
    expect((await scene.run(runId)).status).toBe('Succeeded');
  });

  it('stays held while its setup is paused and nobody has decided', async () => {
    const runId = await heldRun();
    await startSetup(scene, {}, 'other');
    await pauseSetup(api(), TENANT_ID, SETUP, null);
    await nights(2);
    expect((await scene.run(runId)).status).toBe('Held');
    const stored = await scene.world.stores.setups.get(TENANT_ID, SETUP);
    if (stored === null) throw new Error('The setup is gone.');
    await scene.world.stores.setups.replace(stored, { ...stored.value, state: 'started' });
    await api().setupWork.requested(TENANT_ID, SETUP);
    await scene.settle();
    await approve();
    await scene.settle();
    expect((await scene.run(runId)).status).toBe('Succeeded');
  });
});
