import { afterEach, describe, expect, it } from 'vitest';
import { createSetupWork } from '../../../../shared/adapters/bus/setup-work.js';
import { Unavailable } from '../../../../shared/core/failures.js';
import { decideHeld } from '../../../../shared/use-cases/removals/decide-held.js';
import { releaseOverride } from '../../../../shared/use-cases/removals/release-override.js';
import { COALESCING, TENANT_ID } from '../../../histories/world.js';
import { move, userId, users } from './changes.js';
import { person, sceneWithPeople, SETUP, standings } from './people-scene.js';
import { hostView, type Scene } from './scene.js';

const guarded = { removalGuard: { maxCount: 500, maxShare: 0.2, minCount: 0, withinHours: 24 } };
const IN = 'active inScope';
const OUT = 'disabled deletedInDirectory';
const key = { tenantId: TENANT_ID, setupId: SETUP };
const kept = {
  whenLeft: { mode: 'disable', afterDays: 0 },
  whenDeleted: { mode: 'disable', afterDays: 0 },
} as const;

let scene: Scene;
afterEach(() => scene.close());

/** Three of ten are gone from the directory, and held. */
async function heldScene(): Promise<void> {
  scene = await sceneWithPeople(users(10), { ...guarded, remove: kept });
  await scene.change(...[0, 1, 2].map((n) => ({ kind: 'softDeleteUser' as const, id: userId(n) })));
  expect((await scene.sync()).status).toBe('Held');
}

async function decide(kind: 'approve' | 'reject'): Promise<number> {
  const { ports } = scene.world.host(hostView());
  const all = { ...ports, ...scene.world.stores, setupWork: createSetupWork(ports, COALESCING) };
  const outcome = await decideHeld(all, key, { kind, decidedBy: 'somebody' }, () => true);
  return outcome.kind === 'decided' ? outcome.count : -1;
}

async function overridden(): Promise<string[]> {
  const { rows } = await scene.world.stores.overrides.list(TENANT_ID, SETUP, { after: null, limit: 10 });
  return rows.map(({ directoryId }) => directoryId);
}

describe('what an operator decides about held removals', () => {
  it('lets those go who were seen, but for who came back before the job', async () => {
    await heldScene();
    expect(await decide('approve')).toBe(3);
    await scene.change({ kind: 'restoreUser', id: userId(1) });
    await scene.sync();
    const after = await standings(scene);
    expect([0, 1, 2, 3].map((n) => after[userId(n)])).toEqual([OUT, IN, OUT, IN]);
    const left = await scene.world.stores.removals.list(TENANT_ID, SETUP, { after: null, limit: 10 });
    expect(left.rows).toEqual([]);
    expect(await scene.world.stores.removalDecisions.pending(TENANT_ID, SETUP, 10)).toEqual([]);
  });

  it('keeps those who were rejected, until what they are derived from changes', async () => {
    await heldScene();
    expect(await decide('reject')).toBe(3);
    await scene.settle();
    expect(await person(scene, userId(0))).toMatchObject({ removalHeld: false, statusReason: 'inScope' });
    expect(await overridden()).toEqual([0, 1, 2].map(userId).sort());
    await scene.change(move(5, 'Research'));
    await scene.sync();
    expect((await standings(scene))[userId(0)]).toBe(IN);
    await scene.change({ kind: 'restoreUser', id: userId(0) });
    await scene.sync();
    expect(await overridden()).toEqual([1, 2].map(userId).sort());
  });

  it('is undone by a release, after which the guard judges anew', async () => {
    await heldScene();
    await decide('reject');
    await scene.settle();
    const { ports } = scene.world.host(hostView());
    const all = { ...ports, ...scene.world.stores, setupWork: createSetupWork(ports, COALESCING) };
    const released = await releaseOverride(all, { ...key, overrideId: userId(0) }, 'somebody');
    expect(released.kind).toBe('released');
    await scene.settle();
    expect((await standings(scene))[userId(0)]).toBe(OUT);
    expect(await overridden()).toEqual([1, 2].map(userId).sort());
  });

  it('is carried out once where the tables fail in the middle of it', async () => {
    await heldScene();
    await decide('reject');
    let failed = false;
    scene.beforeTable = ({ table, writes }) => {
      if (failed || !writes || table !== 'Decisions') return;
      failed = true;
      throw new Unavailable('The tables do not answer.');
    };
    await scene.settle();
    expect(failed).toBe(true);
    expect(await overridden()).toHaveLength(3);
    expect(await scene.world.stores.removalDecisions.pending(TENANT_ID, SETUP, 10)).toEqual([]);
  });
});
