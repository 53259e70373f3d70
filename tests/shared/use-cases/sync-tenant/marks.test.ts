import { afterEach, describe, expect, it } from 'vitest';
import type { Mark } from '../../../../shared/core/mark.js';
import { QUICK, TENANT_ID } from '../../../histories/world.js';
import { addMember, group, groupId, move, userId, users } from './changes.js';
import { hostView, Scene } from './scene.js';

/** Invariant 7: every changed mirror row is covered by a mark that stays until what depends on it is written. */
describe('a mark', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  async function marks(): Promise<Mark[]> {
    const watching = scene.beforeTable;
    scene.beforeTable = null;
    const stored = await scene.world.stores.marks.list(TENANT_ID, 100);
    scene.beforeTable = watching;
    return stored.map(({ mark }) => mark);
  }

  it('names what a page changes before any row of it is written, and outlives the counts', async () => {
    scene = await Scene.synced([...users(3), ...group(0, [userId(0)])]);
    await scene.change(
      addMember(0, userId(2)),
      move(2, 'Research'),
      { kind: 'softDeleteUser', id: userId(0) },
      addMember(0, userId(1)),
    );
    const covering: Record<string, Mark[][]> = { Users: [], Memberships: [], GroupCounts: [] };
    scene.beforeTable = async ({ table, writes }) => {
      if (writes && table in covering) covering[table]?.push(await marks());
    };
    await scene.sync();
    const [firstRow = []] = covering['Users'] ?? [];
    expect(firstRow).toMatchObject([{ kind: 'page', presence: [userId(0)] }]);
    for (const mark of firstRow) {
      if (mark.kind === 'page') expect([...mark.users].sort()).toEqual([userId(0), userId(2)]);
    }
    for (const atWrite of [...(covering['Memberships'] ?? []), ...(covering['GroupCounts'] ?? [])]) {
      expect(atWrite.some((mark) => mark.kind === 'page' && mark.groups.includes(groupId(0)))).toBe(true);
    }
    expect(Object.values(covering).map((writes) => writes.length > 0)).toEqual([true, true, true]);
    scene.beforeTable = null;
    expect(await marks()).toEqual([]);
  });

  it('of a full round covers everything before its first row', async () => {
    scene = await Scene.open([...users(3), ...group(0, [userId(0)])]);
    const covering: Mark[][] = [];
    scene.beforeTable = async ({ table, writes }) => {
      if (writes && ['Users', 'Groups', 'Memberships', 'GroupCounts'].includes(table))
        covering.push(await marks());
    };
    await scene.sync();
    scene.beforeTable = null;
    expect(covering.length).toBeGreaterThan(3);
    for (const standing of covering) expect(standing.some((mark) => mark.kind === 'whole')).toBe(true);
  });

  it('is joined and never narrowed when its page is read again with half of its rows written', async () => {
    scene = await Scene.synced([...users(4), ...group(0, [userId(0), userId(1)])], {
      emulator: { deltaPageSize: 10 },
    });
    await scene.change({ kind: 'softDeleteUser', id: userId(0) });
    await scene.requestRun({ jobs: ['users'] });
    const dying = hostView();
    let written = false;
    scene.beforeTable = ({ table, writes }) => {
      if (writes && table === 'Users') written = true;
      if (writes && table === 'SyncState' && written) dying.dead = true;
      if (dying.dead) throw new Error('The host is dead.');
    };
    await scene.settle(Infinity, dying);
    scene.beforeTable = null;
    expect((await scene.user(userId(0)))?.presence).toBe('softDeleted');
    await scene.change({ kind: 'softDeleteUser', id: userId(1) });
    const standing: Mark[][] = [];
    scene.beforeTable = async ({ table, writes }) => {
      if (writes && table === 'Users') standing.push(await marks());
    };
    await scene.settle();
    scene.beforeTable = null;
    expect(standing[0]).toMatchObject([{ presence: [userId(0), userId(1)] }]);
    await scene.expectMirrored();
  });

  it('has groups counted although its rows were all written before its host died', async () => {
    scene = await Scene.synced([...users(2), ...group(0, [userId(0), userId(1)])]);
    await scene.change({ kind: 'softDeleteUser', id: userId(0) });
    await scene.requestRun({ jobs: ['users'] });
    const dying = hostView();
    scene.beforeTable = ({ table }) => {
      if (table === 'GroupCounts') dying.dead = true;
      if (dying.dead) throw new Error('The host is dead.');
    };
    await scene.settle(Infinity, dying);
    scene.beforeTable = null;
    expect(await marks()).toHaveLength(1);
    expect(await scene.peopleOf(groupId(0))).toBe(2);
    await scene.settle();
    expect(await scene.peopleOf(groupId(0))).toBe(1);
    expect(await marks()).toEqual([]);
  });

  it('that covers everything is consumed on from where its host died', async () => {
    const countedBy = async (dieAt: number | null): Promise<number> => {
      const other = await Scene.open([...users(3), ...group(0, [userId(0)])]);
      try {
        await other.requestRun();
        const dying = hostView();
        let saved = 0;
        let counted = 0;
        other.afterTable = ({ table, kind }) => {
          if (table === 'GroupCounts' && kind === 'query') counted += 1;
          if (table === 'Pending' && kind === 'update' && counted > 0 && ++saved === dieAt) dying.dead = true;
        };
        await other.settle(Infinity, dying);
        await other.settle();
        other.afterTable = null;
        await other.expectMirrored();
        expect(dying.dead).toBe(dieAt !== null);
        return counted;
      } finally {
        await other.close();
      }
    };
    scene = await Scene.open([]);
    const buckets = await countedBy(null);
    expect(buckets).toBeGreaterThanOrEqual(16);
    expect(await countedBy(1)).toBe(buckets);
    expect(await countedBy(2)).toBe(buckets);
  });

  it('that was widened while it was consumed stays and is consumed again', async () => {
    scene = await Scene.synced([...users(3), ...group(0, [userId(0)]), ...group(1)], {
      settings: { chunk: QUICK.chunk },
    });
    await scene.change(addMember(0, userId(1)));
    await scene.requestRun();
    let widened = false;
    scene.beforeTable = async ({ table, kind }) => {
      if (table !== 'Pending' || kind !== 'delete' || widened) return;
      widened = true;
      const [mark] = await marks();
      if (mark?.kind !== 'page') return;
      const fence = { ...(await scene.scope()), assertHeld: () => undefined };
      await scene.world.stores.marks.put(fence, { ...mark, groups: [groupId(1)] });
    };
    scene.forget();
    await scene.settle();
    scene.beforeTable = null;
    expect(widened).toBe(true);
    expect(
      scene.tableRequests.filter(({ table, kind }) => table === 'Pending' && kind === 'delete'),
    ).toHaveLength(2);
    await scene.expectMirrored();
  });
});
