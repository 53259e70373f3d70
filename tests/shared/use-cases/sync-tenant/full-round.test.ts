import { afterEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../../local/graph/control-api.js';
import { TENANT_ID } from '../../../histories/world.js';
import { group, groupId, move, userId, users } from './changes.js';
import { forgetting } from './forgetful-graph.js';
import { hostView, Scene } from './scene.js';

const MIRROR = ['Users', 'Groups', 'Memberships', 'MemberOf', 'GroupCounts', 'DeletedUsers'] as const;
const HARD_DELETE = [
  { kind: 'softDeleteUser', id: userId(3) },
  { kind: 'hardDeleteUser', id: userId(3) },
] as const;

/** Invariant 5: a full round proves itself before it sweeps what it did not see. */
describe('a full round', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  /** Four users, the last of whom is in a group; what Graph forgets to tell is up to the test. */
  async function synced(): Promise<void> {
    scene = await Scene.synced([...users(4), ...group(0, [userId(0), userId(3)])]);
    scene.onAnswer = forgetting({ users: '@removed' });
  }

  it('removes with every edge what it did not see and what is in no deleted items', async () => {
    await synced();
    await scene.change(...HARD_DELETE);
    const run = await scene.sync({ full: true });
    expect(run).toMatchObject({ status: 'Succeeded', warnings: [], counts: { users: { deleted: 1 } } });
    expect(await scene.user(userId(3))).toBeNull();
    expect(await scene.membersOf(groupId(0))).toEqual([userId(0)]);
    expect(scene.graphRequestsTo(/users\/a/)).toEqual([]);
    expect((await scene.state('users')).provenAt).not.toBeNull();
    await scene.expectMirrored();
  });

  it('hides what it did not see and finds in deleted items, edges kept', async () => {
    await synced();
    await scene.change({ kind: 'softDeleteUser', id: userId(3) });
    const run = await scene.sync({ full: true });
    expect(run.counts.users).toMatchObject({ softDeleted: 1, deleted: 0 });
    expect((await scene.user(userId(3)))?.presence).toBe('softDeleted');
    expect(await scene.membersOf(groupId(0))).toEqual([userId(0), userId(3)]);
    await scene.expectMirrored();
  });

  it('only hides what it did not see where deleted items are not readable', async () => {
    await synced();
    await scene.change(...HARD_DELETE);
    await refuse('deletedItems', { kind: 'status', status: 403, code: 'Authorization_RequestDenied' });
    const run = await scene.sync({ full: true });
    expect(run.status).toBe('Succeeded');
    expect((await scene.user(userId(3)))?.presence).toBe('softDeleted');
    expect(await scene.membersOf(groupId(0))).toEqual([userId(0), userId(3)]);
  });

  it('asks for one more delta where the count does not agree, and sweeps if it then does', async () => {
    await synced();
    await scene.change(...HARD_DELETE);
    const counted = miscounting(scene, (nth) => (nth === 2 ? 1 : 0));
    const run = await scene.sync({ full: true, jobs: ['users'] });
    expect(run.warnings).toEqual([]);
    // The estimate at the beginning, then twice to prove it.
    expect(counted()).toBe(3);
    expect(scene.graphRequestsTo(/users\/delta.*deltatoken/)).toHaveLength(1);
    expect(await scene.user(userId(3))).toBeNull();
  });

  it('sweeps nothing and warns where the count disagrees again', async () => {
    await synced();
    await scene.change(...HARD_DELETE);
    const proven = (await scene.state('users')).provenAt;
    const counted = miscounting(scene, () => 1);
    const run = await scene.sync({ full: true, jobs: ['users'] });
    expect(counted()).toBe(3);
    expect(run).toMatchObject({ status: 'Succeeded', warnings: [{ code: 'CountDisagrees', count: 1 }] });
    expect((await scene.user(userId(3)))?.presence).toBe('live');
    expect(await scene.membersOf(groupId(0))).toContain(userId(3));
    expect((await scene.state('users')).provenAt).toBe(proven);
    expect(scene.graphRequestsTo(/deletedItems/)).toEqual([]);
  });

  it.each([
    { status: 403, code: 'Authorization_RequestDenied' },
    { status: 400, code: 'Request_UnsupportedQuery' },
  ])('reads each candidate by id where the count is refused with $status', async (answer) => {
    await synced();
    await scene.change(...HARD_DELETE);
    // Graph also forgets somebody who is there: only a 404 counts as gone.
    scene.onAnswer = forgetting({ users: '@removed' }, userId(2));
    await refuse('\\$count', { kind: 'status', ...answer });
    const run = await scene.sync({ full: true, jobs: ['users'] });
    expect(run.status).toBe('Succeeded');
    expect(scene.graphRequestsTo(/users\/a.*select=id$/).map(({ path }) => path.slice(12, 48))).toEqual(
      expect.arrayContaining([userId(2), userId(3)]),
    );
    expect((await scene.user(userId(2)))?.presence).toBe('live');
    expect(await scene.user(userId(3))).toBeNull();
    await scene.expectMirrored();
  });

  const failing: Fault[] = [
    ...[401, 404, 429, 500, 503].map((status) => ({ kind: 'status' as const, status })),
    { kind: 'notJson' },
    { kind: 'noValueList' },
    { kind: 'cutConnection', at: 'body' },
  ];

  it.each(failing)('removes nothing while deleted items answer with %o', async (fault) => {
    await synced();
    await scene.change(...HARD_DELETE);
    await refuse('deletedItems', fault);
    const run = await scene.sync({ full: true, jobs: ['users'] });
    expect(run.status).toBe('Failed');
    expect((await scene.user(userId(3)))?.presence).toBe('live');
    expect(await scene.membersOf(groupId(0))).toEqual([userId(0), userId(3)]);
  });

  it.each([...failing, { kind: 'status' as const, status: 403 }])(
    'removes nothing while a page of its delta answers with %o',
    async (fault) => {
      await synced();
      await scene.change(...HARD_DELETE);
      const before = scene.snapshot(MIRROR);
      await scene.world.emulator.addFault({ path: '/users/delta', times: null, skip: 1, fault });
      const run = await scene.sync({ full: true, jobs: ['users'] });
      expect(run.status).toBe('Failed');
      expect(scene.snapshot(MIRROR)).toEqual(before);
    },
  );

  it('removes nothing while a candidate cannot be read', async () => {
    await synced();
    await scene.change(...HARD_DELETE);
    await refuse('\\$count', { kind: 'status', status: 403 });
    await refuse('/users/a', { kind: 'status', status: 403 });
    const run = await scene.sync({ full: true, jobs: ['users'] });
    expect(run.status).toBe('Failed');
    expect((await scene.user(userId(3)))?.presence).toBe('live');
  });

  it('writes no row anew that is as it was', async () => {
    scene = await Scene.synced([
      ...users(4),
      ...group(1, [userId(1)]),
      ...group(0, [userId(0), userId(3), groupId(1)]),
      { kind: 'softDeleteUser', id: userId(2) },
      { kind: 'setManager', userId: userId(0), managerId: userId(1) },
    ]);
    const before = scene.snapshot(MIRROR);
    const run = await scene.sync({ full: true });
    expect((await scene.state('users')).last?.kind).toBe('full');
    expect(scene.writesTo('Users', 'Groups', 'GroupCounts')).toEqual([]);
    expect(scene.snapshot(MIRROR)).toEqual(before);
    for (const counts of Object.values(run.counts)) {
      expect(counts).toEqual({ created: 0, updated: 0, softDeleted: 0, restored: 0, deleted: 0 });
    }
  });

  it('repairs managers and memberships that ended while no delta told of them', async () => {
    scene = await Scene.synced([
      ...users(5),
      ...group(1, [userId(4)]),
      ...group(0, [userId(0), userId(1), userId(2), groupId(1)]),
      { kind: 'setManager', userId: userId(0), managerId: userId(1) },
    ]);
    await scene.change(
      { kind: 'softDeleteUser', id: userId(2) },
      { kind: 'setManager', userId: userId(0), managerId: null },
      { kind: 'removeMember', groupId: groupId(0), memberId: userId(1) },
      { kind: 'removeMember', groupId: groupId(0), memberId: groupId(1) },
    );
    await scene.world.emulator.expireTokens(TENANT_ID, { tokens: 'both' });
    const run = await scene.sync();
    expect(run.status).toBe('Succeeded');
    expect((await scene.user(userId(0)))?.managerId).toBeNull();
    expect(await scene.membersOf(groupId(0))).toEqual([userId(0), userId(2)]);
    await scene.expectMirrored();
  });

  it('sees an object that was deleted while its pages were being read', async () => {
    await synced();
    let pages = 0;
    scene.onAnswer = (request, answer) => {
      pages += request.url.pathname.endsWith('/users/delta') ? 1 : 0;
      if (pages === 1) void scene.world.emulator.applyChanges(TENANT_ID, HARD_DELETE);
      return forgetting({ users: '@removed' })(request, answer);
    };
    const run = await scene.sync({ full: true, jobs: ['users'] });
    expect(run.status).toBe('Succeeded');
    // Seen before or not, it was not removed unless the count agreed; a later round ends in the truth.
    scene.onAnswer = forgetting({ users: '@removed' });
    await scene.sync({ full: true });
    expect(await scene.user(userId(3))).toBeNull();
    await scene.expectMirrored();
  });

  it('of an empty mirror neither sweeps nor asks for deleted items', async () => {
    scene = await Scene.open(users(3));
    await scene.sync();
    expect(scene.graphRequestsTo(/deletedItems/)).toEqual([]);
    expect((await scene.state('users')).provenAt).not.toBeNull();
  });

  it('leaves nothing behind of what it remembered', async () => {
    await synced();
    await scene.sync({ full: true });
    expect(scene.world.tables.rows('Seen')).toEqual([]);
  });

  it('ends in the truth wherever a host dies in it', async () => {
    await synced();
    const attempt = async (crashAt: number | null): Promise<number> => {
      const other = await Scene.synced([...users(4), ...group(0, [userId(0), userId(3)])]);
      try {
        other.onAnswer = forgetting({ users: '@removed', groups: '@removed' });
        await other.change(...HARD_DELETE, move(0, 'Research'), { kind: 'deleteGroup', id: groupId(0) });
        const view = hostView({ crashAt });
        await other.requestRun({ full: true });
        await other.settle(Infinity, view);
        await other.settle();
        await other.expectMirrored();
        return view.requests;
      } finally {
        await other.close();
      }
    };
    const needed = await attempt(null);
    for (let crashAt = 3; crashAt <= needed; crashAt += 7) await attempt(crashAt);
  });

  async function refuse(path: string, fault: Fault): Promise<void> {
    await scene.world.emulator.addFault({ path, times: null, fault });
  }
});

/** Adds to each answer of `$count` of users; answers how often it was asked. */
function miscounting(scene: Scene, more: (nth: number) => number): () => number {
  let asked = 0;
  const before = scene.onAnswer;
  scene.onAnswer = (request, answer) => {
    if (!request.url.pathname.endsWith('/users/$count')) return before?.(request, answer) ?? answer;
    asked += 1;
    return { ...answer, body: String(Number(answer.body) + more(asked)) };
  };
  return () => asked;
}
