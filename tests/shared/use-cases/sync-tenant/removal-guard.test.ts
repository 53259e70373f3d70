import { afterEach, describe, expect, it } from 'vitest';
import type { RemovalGuard } from '../../../../shared/core/setup/setup.js';
import { Unavailable } from '../../../../shared/core/failures.js';
import type { StagedRemoval } from '../../../../shared/ports/removals.js';
import { aSetupDocument } from '../../../builders/setup.js';
import { TENANT_ID } from '../../../histories/world.js';
import { addMember, group, groupId, move, removeMember, userId, users } from './changes.js';
import { changeSetup, people, person, sceneWithPeople, SETUP, standings } from './people-scene.js';
import type { Scene } from './scene.js';

const { scope, attributes } = aSetupDocument();
const HOUR_MS = 3_600_000;
const GONE = 'disabled deletedInDirectory';

let scene: Scene;
afterEach(() => scene.close());

function within(maxCount: number, maxShare = 1): { readonly removalGuard: RemovalGuard } {
  return { removalGuard: { maxCount, maxShare, minCount: 0, withinHours: 24 } };
}

async function removals(): Promise<readonly StagedRemoval[]> {
  const { rows } = await scene.world.stores.removals.list(TENANT_ID, SETUP, { after: null, limit: 1_000 });
  return rows;
}

async function held(): Promise<number> {
  return (await people(scene)).filter(({ removalHeld }) => removalHeld).length;
}

async function gone(): Promise<number> {
  return Object.values(await standings(scene)).filter((standing) => standing === GONE).length;
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, n) => n);
}

async function softDelete(which: readonly number[]): Promise<void> {
  await scene.change(...which.map((n) => ({ kind: 'softDeleteUser' as const, id: userId(n) })));
}

/** Fails one write of that table, the first for which the condition holds. */
function failWrite(table: string, condition: () => Promise<boolean>): { readonly failed: boolean } {
  const failure = { failed: false };
  scene.beforeTable = async (request) => {
    if (failure.failed || !request.writes || request.table !== table || !(await condition())) return;
    failure.failed = true;
    throw new Unavailable('No');
  };
  return failure;
}

describe('a verdict that is broken off', () => {
  it('still holds everybody, where it held', async () => {
    scene = await sceneWithPeople(users(260), within(50));
    await softDelete(numbers(210));
    const failure = failWrite('People', async () => (await held()) >= 100);
    await scene.sync();
    expect(failure.failed).toBe(true);
    expect([await held(), await gone()]).toEqual([210, 0]);
  });

  it('still holds everybody, where only some were written as held', async () => {
    scene = await sceneWithPeople(users(260), within(50));
    await softDelete(numbers(210));
    const failure = failWrite('Removals', async () => (await removals()).some(({ kind }) => kind === 'held'));
    await scene.sync();
    expect(failure.failed).toBe(true);
    expect([await held(), await gone()]).toEqual([210, 0]);
    expect(new Set((await removals()).map(({ kind }) => kind))).toEqual(new Set(['held']));
  });

  it('still lets everybody go, where it let them go', async () => {
    scene = await sceneWithPeople(users(10), within(4));
    await softDelete([0, 1, 2]);
    const failure = failWrite('People', async () => await noted());
    await scene.sync();
    expect(failure.failed).toBe(true);
    expect([await held(), await gone(), await removals()]).toEqual([0, 3, []]);
    expect(await carriedOut()).toBe(3);
  });
});

describe('removals of one edit', () => {
  it('are judged all together, though the lists that buckets read side by side come at different times', async () => {
    scene = await sceneWithPeople(users(60), within(1_000));
    let written: (() => void) | null = null;
    const staged = new Promise<void>((resolve) => (written = resolve));
    let lists = 0;
    scene.beforeTable = async ({ table, kind }) => {
      if (table === 'Removals' && kind === 'query' && ++lists > 1) await staged;
    };
    scene.afterTable = ({ table, writes }) => {
      if (writes && table === 'Removals') written?.();
    };
    const one = aSetupDocument({ ...within(1_000), scope: { ...scope, filter: 'displayName = "Person 0"' } });
    await changeSetup(scene, { document: one });
    await scene.settle();
    const after = await people(scene);
    expect(after.flatMap(({ status, directoryId }) => (status === 'active' ? [directoryId] : []))).toEqual([
      userId(0),
    ]);
    expect(after).toHaveLength(60);
    expect(await removals()).toEqual([]);
  });
});

describe('removals count', () => {
  it('from the verdict on, and not from when they were staged', async () => {
    scene = await sceneWithPeople(users(20), within(2));
    await softDelete([0, 1]);
    scene.afterTable = async ({ table, writes }) => {
      if (!writes || table !== 'Removals') return;
      scene.afterTable = null;
      await changeSetup(scene, { state: 'paused' });
    };
    await scene.sync();
    expect([await gone(), (await removals()).map(({ kind }) => kind)]).toEqual([0, ['staged', 'staged']]);
    await scene.world.clock.advance(30 * HOUR_MS);
    await changeSetup(scene, { state: 'started' });
    await scene.settle();
    expect(await gone()).toBe(2);
    await softDelete([2, 3]);
    await scene.sync();
    expect([await gone(), await held()]).toEqual([2, 2]);
  });

  it('no longer, where nobody asks for them any more', async () => {
    // So many changes put the deletion of the group of the scope beyond the marks that are consumed together.
    scene = await sceneWithPeople(
      [...users(230), ...group(0, numbers(10).map(userId)), ...group(1, [userId(20)])],
      {
        scope: { ...scope, kind: 'groups', groupIds: [groupId(0), groupId(1)] },
        ...within(3),
      },
    );
    await scene.change(...numbers(230).map((n) => move(n, 'X')), { kind: 'deleteGroup', id: groupId(0) });
    await scene.sync();
    expect(await removals()).toEqual([]);
    await softDelete([20]);
    await scene.sync();
    expect((await standings(scene))[userId(20)]).toBe(GONE);
  });

  it('people only as far as decides', async () => {
    scene = await sceneWithPeople(users(200), within(50, 0.5));
    const { bucketCount } = await scene.scope();
    await softDelete([0]);
    await scene.sync();
    const reads = scene.tableRequests.filter(({ table, writes }) => table === 'People' && !writes).length;
    expect(await gone()).toBe(1);
    expect(reads).toBeLessThan(bucketCount);
  });
});

describe('removals that wait', () => {
  it('say why they would go now', async () => {
    const root = { ...scope, kind: 'rootGroup', groupIds: [groupId(0)] } as const;
    scene = await sceneWithPeople([...users(4), ...group(0, [userId(0), userId(1)])], {
      scope: root,
      ...within(0),
    });
    await scene.change(removeMember(0, userId(0)));
    scene.afterTable = async ({ table, writes }) => {
      if (!writes || table !== 'Removals') return;
      scene.afterTable = null;
      await changeSetup(scene, { state: 'paused' });
    };
    await scene.sync();
    expect((await removals()).map(({ kind, reason }) => [kind, reason])).toEqual([['staged', 'leftScope']]);
    await scene.change(addMember(0, userId(0)));
    await softDelete([0]);
    await scene.sync();
    await changeSetup(scene, { state: 'started' });
    await scene.settle();
    expect((await removals()).map(({ kind, reason }) => [kind, reason])).toEqual([
      ['held', 'deletedInDirectory'],
    ]);
  });

  it('tell nothing that the setup hides since', async () => {
    const field = {
      from: 'city',
      to: 'town',
      policy: 'neverBlank',
      visible: true,
      usableInRules: false,
    } as const;
    const city = (n: number) =>
      ({ kind: 'updateUser', id: userId(n), attributes: { city: 'Oslo' } }) as const;
    scene = await sceneWithPeople([...users(10), ...[0, 1, 2, 3].map(city)], {
      ...within(0),
      attributes: { ...attributes, fields: [field] },
    });
    await scene.sync({ full: true });
    expect((await person(scene, userId(0))).attributes).toMatchObject({ town: 'Oslo' });
    await softDelete([0, 1, 2]);
    await scene.sync();
    expect(await held()).toBe(3);
    const { journal } = scene.world.stores;
    const head = await journal.head(TENANT_ID);
    const hidden = { ...attributes, fields: [{ ...field, visible: false }] };
    await changeSetup(scene, { document: aSetupDocument({ ...within(0), attributes: hidden }) });
    await scene.settle();
    const remove = {
      whenLeft: { mode: 'disable', afterDays: 0 },
      whenDeleted: { mode: 'delete', afterDays: 0 },
    } as const;
    await changeSetup(scene, { document: aSetupDocument({ ...within(9), attributes: hidden, remove }) });
    await scene.settle();
    await softDelete([3]);
    await scene.sync();
    for (const one of await people(scene)) expect(one.attributes).not.toHaveProperty('town');
    expect(await person(scene, userId(3))).toMatchObject({ status: 'removed' });
    const entries = await journal.after(TENANT_ID, head, 1_000);
    expect(entries.length).toBeGreaterThan(3);
    expect(JSON.stringify(entries)).not.toContain('Oslo');
  });
});

async function carriedOut(): Promise<number> {
  const since = '2000-01-01T00:00:00.000Z';
  return (await scene.world.stores.removals.countSince(TENANT_ID, SETUP, since)).removals;
}

async function noted(): Promise<boolean> {
  return (await carriedOut()) > 0;
}

describe('an edit that deletes earlier', () => {
  const deleteAfter = (afterDays: number) => {
    const rule = { mode: 'delete', afterDays } as const;
    return { remove: { whenLeft: rule, whenDeleted: rule } };
  };
  const removalGuard = { maxCount: 100, maxShare: 0.2, minCount: 5, withinHours: 24 };

  it('removes people who are disabled already, though they are as many as are left in scope', async () => {
    scene = await sceneWithPeople(users(4), { removalGuard, ...deleteAfter(30) });
    await softDelete([0, 1]);
    await scene.sync();
    expect(await gone()).toBe(2);
    await scene.world.clock.advance(72 * HOUR_MS);
    await changeSetup(scene, { document: aSetupDocument({ removalGuard, ...deleteAfter(0) }) });
    await scene.settle();
    expect(await held()).toBe(0);
    expect(Object.values(await standings(scene)).sort()).toEqual([
      'active inScope',
      'active inScope',
      'removed deletedInDirectory',
      'removed deletedInDirectory',
    ]);
  });

  it('still holds everybody if those who are left in scope leave with them', async () => {
    scene = await sceneWithPeople(users(4), { removalGuard, ...deleteAfter(30) });
    await softDelete([0, 1]);
    await scene.sync();
    await scene.world.clock.advance(72 * HOUR_MS);
    const narrowed = { ...scope, kind: 'rootGroup' as const, groupIds: [groupId(0)] };
    await scene.change(...group(0, []));
    await scene.sync();
    await changeSetup(scene, {
      document: aSetupDocument({ removalGuard, ...deleteAfter(0), scope: narrowed }),
    });
    await scene.settle();
    expect(await held()).toBe(4);
  });
});
