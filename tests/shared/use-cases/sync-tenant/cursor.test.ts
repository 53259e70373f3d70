import { afterEach, describe, expect, it } from 'vitest';
import { RESOURCES } from '../../../../shared/core/resource.js';
import { TENANT_ID } from '../../../histories/world.js';
import { addMember, group, groupId, move, removeMember, userId, users } from './changes.js';
import { hostView, Scene } from './scene.js';

/** Invariant 1: the cursor is saved after the marks and rows of its page, and never null over a value. */
describe('the cursor', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it('is saved after the mark and the rows of a page, in this order', async () => {
    scene = await Scene.synced([...users(1), ...group(0)]);
    await scene.change(move(0, 'Research'), addMember(0, userId(0)));
    await scene.sync();
    const written = scene
      .writesTo('Pending', 'Users', 'Memberships', 'SyncState')
      .map((request) => request.table);
    const of = (table: string): number[] => written.flatMap((name, at) => (name === table ? [at] : []));
    // Pending: the mark of the users' page, then the groups' one; the last two consume them.
    const [firstMark, secondMark] = of('Pending');
    const [userRow] = of('Users');
    const [edgeRow] = of('Memberships');
    const saves = of('SyncState');
    expect(firstMark).toBeLessThan(userRow ?? -1);
    expect(saves.some((at) => at > (userRow ?? Infinity) && at < (secondMark ?? -1))).toBe(true);
    expect(secondMark).toBeLessThan(edgeRow ?? -1);
    expect(saves.some((at) => at > (edgeRow ?? Infinity))).toBe(true);
  });

  it('never runs ahead of the rows and marks of what it has read', async () => {
    scene = await Scene.synced([...users(7), ...group(0, [userId(0), userId(1)])]);
    const before = await scene.state('users');
    await scene.change(...[0, 1, 2, 3, 4, 5, 6].map((n) => move(n, 'Research')));
    let saves = 0;
    scene.afterTable = async (request) => {
      if (request.table !== 'SyncState' || !request.writes) return;
      const { deltaLink, round } = await quietly(() => scene.state('users'));
      const told = deltaLink === before.deltaLink ? (round?.objects ?? 0) : 7;
      const moved = await quietly(() => usersIn('Research'));
      saves += 1;
      expect(moved).toBeGreaterThanOrEqual(told);
    };
    await scene.sync({ jobs: ['users'] });
    scene.afterTable = null;
    expect(saves).toBeGreaterThan(2);
    await scene.expectMirrored();
  });

  it('is never replaced by nothing, not while everything is read anew either', async () => {
    scene = await Scene.synced([...users(3), ...group(0, [userId(0)])]);
    await scene.world.emulator.expireTokens(TENANT_ID, { tokens: 'delta', answer: 'gone' });
    const seen: (string | null)[] = [];
    scene.afterTable = async (request) => {
      if (request.table !== 'SyncState' || !request.writes) return;
      for (const resource of RESOURCES) {
        seen.push((await quietly(() => scene.state(resource))).deltaLink);
      }
    };
    const run = await scene.sync();
    expect(run.status).toBe('Succeeded');
    expect((await scene.state('users')).last?.kind).toBe('full');
    expect(seen.length).toBeGreaterThan(4);
    expect(seen).not.toContain(null);
  });

  it.each([
    { crashAfterEffect: false, where: 'before any request takes effect' },
    { crashAfterEffect: true, where: 'when the answer to any request is lost' },
  ])('loses nothing when the host dies $where', async ({ crashAfterEffect }) => {
    scene = await Scene.open([]);
    const needed = await increment(hostView());
    for (let crashAt = 1; crashAt <= needed; crashAt += 1) {
      const requests = await increment(hostView({ crashAt, crashAfterEffect }));
      expect(requests).toBeGreaterThanOrEqual(crashAt);
    }
  });

  it.each([
    { crashAfterEffect: false, where: 'before any request takes effect' },
    { crashAfterEffect: true, where: 'when the answer to any request is lost' },
  ])('loses nothing of a first sync when the host dies $where', async ({ crashAfterEffect }) => {
    scene = await Scene.open([]);
    const needed = await firstSync(hostView());
    for (let crashAt = 1; crashAt <= needed; crashAt += 3) {
      const requests = await firstSync(hostView({ crashAt, crashAfterEffect }));
      expect(requests).toBeGreaterThanOrEqual(crashAt);
    }
  });

  /** An increment of everything that a page can tell, on a host with this fate; then a healthy one goes on. */
  async function increment(view: ReturnType<typeof hostView>): Promise<number> {
    const other = await Scene.synced([
      ...users(5),
      ...group(1, [userId(2), userId(3)]),
      ...group(0, [userId(0), userId(1), groupId(1)]),
      ...group(2, [groupId(0)]),
    ]);
    await other.change(
      move(0, null),
      { kind: 'softDeleteUser', id: userId(1) },
      { kind: 'createUser', id: userId(5) },
      addMember(1, userId(5)),
      removeMember(1, userId(2)),
      { kind: 'deleteGroup', id: groupId(2) },
    );
    return surviving(other, view);
  }

  async function firstSync(view: ReturnType<typeof hostView>): Promise<number> {
    const other = await Scene.open([
      ...users(3),
      ...group(1, [userId(2)]),
      ...group(0, [userId(0), userId(1), groupId(1)]),
    ]);
    return surviving(other, view);
  }

  async function surviving(other: Scene, view: ReturnType<typeof hostView>): Promise<number> {
    try {
      await other.requestRun();
      await other.settle(Infinity, view);
      await other.settle();
      await other.expectMirrored();
      expect(new Set((await other.runs()).map((run) => run.status))).toEqual(new Set(['Succeeded']));
      return view.requests;
    } finally {
      await other.close();
    }
  }

  async function usersIn(department: string): Promise<number> {
    const rows = await Promise.all([0, 1, 2, 3, 4, 5, 6].map((n) => scene.user(userId(n))));
    return rows.filter((row) => row?.attributes['department'] === department).length;
  }

  /** Looks at the tables without being watched. */
  async function quietly<Answer>(look: () => Promise<Answer>): Promise<Answer> {
    const { afterTable } = scene;
    scene.afterTable = null;
    try {
      return await look();
    } finally {
      scene.afterTable = afterTable;
    }
  }
});
