import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../../local/graph/control-api.js';
import { QUICK, TENANT_ID } from '../../../histories/world.js';
import { addMember, group, groupId, move, removeMember, userId, users } from './changes.js';
import { Scene } from './scene.js';

const MIRROR = ['Users', 'Groups', 'Memberships', 'MemberOf', 'GroupCounts'] as const;

/** Invariant 2: any page may repeat, arrive twice, be empty, or be split anywhere. */
describe('pages of a delta', () => {
  const fault: fc.Arbitrary<Fault> = fc.oneof(
    fc.constant({ kind: 'emptyPage' as const }),
    fc.record({ kind: fc.constant('replay' as const), objects: fc.integer({ min: 1, max: 6 }) }),
  );
  const disturbance = fc.record({
    fault,
    times: fc.integer({ min: 1, max: 3 }),
    skip: fc.nat(4),
    path: fc.constantFrom('/users/delta', '/groups/delta'),
  });

  it('lead to the same mirror however they are split, emptied and repeated', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(disturbance, { maxLength: 4 }),
        async (deltaPageSize, deltaMemberEntries, objects, disturbances) => {
          const scene = await Scene.open(
            [
              ...users(6),
              ...group(1, [1, 2].map(userId)),
              ...group(0, [...[0, 1, 2, 3].map(userId), groupId(1)]),
            ],
            {
              emulator: { deltaPageSize, deltaMemberEntries },
              settings: { chunk: { ...QUICK.chunk, objects } },
            },
          );
          try {
            for (const each of disturbances) await scene.world.emulator.addFault(each);
            await scene.sync();
            await scene.change(move(1, 'Research'), removeMember(0, userId(1)), addMember(0, userId(5)), {
              kind: 'softDeleteUser',
              id: userId(2),
            });
            await scene.sync();
            await scene.expectMirrored();
          } finally {
            await scene.close();
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  describe('one by one', () => {
    let scene: Scene;
    afterEach(() => scene.close());

    it('that are empty are followed until the delta link comes', async () => {
      scene = await Scene.synced(users(3));
      await scene.change(move(0, 'Research'));
      await scene.world.emulator.addFault({
        path: '/users/delta',
        times: 5,
        fault: { kind: 'emptyPage' },
      });
      const run = await scene.sync({ jobs: ['users'] });
      expect(scene.graphRequestsTo(/users\/delta/)).toHaveLength(6);
      expect(run.progress.users).toMatchObject({ pages: 6, done: true });
      await scene.expectMirrored();
    });

    it('that repeat what is known change no row', async () => {
      scene = await Scene.synced([...users(4), ...group(0, [userId(0), userId(1)])]);
      const before = scene.snapshot(MIRROR);
      await scene.world.emulator.addFault({
        times: 2,
        fault: { kind: 'replay', objects: 4 },
        path: '/delta',
      });
      const run = await scene.sync();
      expect(run.progress.users?.objects).toBe(4);
      expect(run.counts.users).toEqual({ created: 0, updated: 0, softDeleted: 0, restored: 0, deleted: 0 });
      expect(scene.writesTo('Users', 'Groups', 'GroupCounts')).toEqual([]);
      expect(scene.snapshot(MIRROR)).toEqual(before);
      await scene.expectMirrored();
    });

    it('that name an object twice leave it as they name it last', async () => {
      scene = await Scene.synced(users(2));
      await scene.change(move(0, 'Second'));
      scene.onAnswer = rewriting('/users/delta', (value) => [{ ...value[0], department: 'First' }, ...value]);
      await scene.sync();
      expect((await scene.user(userId(0)))?.attributes['department']).toBe('Second');
    });
  });
});

/** Invariant 3: absent keeps, null clears, `members@delta` is a slice. */
describe('what a page leaves out', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it('is kept, be it an attribute or the manager', async () => {
    scene = await Scene.synced([
      ...users(2),
      { kind: 'setManager', userId: userId(0), managerId: userId(1) },
    ]);
    await scene.change({ kind: 'updateUser', id: userId(0), attributes: { jobTitle: 'Head' } });
    scene.onAnswer = rewriting('/users/delta', (value) =>
      value.map(({ id, jobTitle }) => ({ id, jobTitle })),
    );
    await scene.sync();
    const user = await scene.user(userId(0));
    expect(user?.attributes).toMatchObject({
      displayName: 'Person 0',
      department: 'Sales',
      jobTitle: 'Head',
    });
    expect(user?.managerId).toBe(userId(1));
    await scene.expectMirrored();
  });

  it('differs from null, which clears', async () => {
    scene = await Scene.synced(users(1));
    await scene.change(move(0, null));
    await scene.sync();
    expect((await scene.user(userId(0)))?.attributes).not.toHaveProperty('department');
    await scene.expectMirrored();
  });

  it('is a member that stays: members come in slices', async () => {
    scene = await Scene.synced([...users(7), ...group(0, [0, 1, 2, 3, 4].map(userId))]);
    expect(await scene.membersOf(groupId(0))).toHaveLength(5);
    await scene.change(addMember(0, userId(5)));
    await scene.sync();
    expect(await scene.membersOf(groupId(0))).toEqual([0, 1, 2, 3, 4, 5].map(userId));
  });

  it('is a user who stays: removed from a group is not deleted', async () => {
    scene = await Scene.synced([...users(2), ...group(0, [userId(0), userId(1)])]);
    await scene.change(removeMember(0, userId(0)));
    const run = await scene.sync();
    expect(await scene.membersOf(groupId(0))).toEqual([userId(1)]);
    expect((await scene.user(userId(0)))?.presence).toBe('live');
    expect(run.counts.users?.deleted).toBe(0);
    expect(run.counts.groups).toMatchObject({ updated: 1, deleted: 0 });
  });

  it('ends a manager only where it is named as removed', async () => {
    scene = await Scene.synced([
      ...users(3),
      { kind: 'setManager', userId: userId(0), managerId: userId(1) },
    ]);
    await scene.change({ kind: 'setManager', userId: userId(0), managerId: userId(2) });
    await scene.sync();
    expect((await scene.user(userId(0)))?.managerId).toBe(userId(2));
    await scene.change({ kind: 'setManager', userId: userId(0), managerId: null });
    await scene.sync();
    expect((await scene.user(userId(0)))?.managerId).toBeNull();
  });

  it('is named by nobody else: an element without a usable id is set aside and the rest is applied', async () => {
    scene = await Scene.open(users(3));
    await scene.world.emulator.addFault({
      tenantId: TENANT_ID,
      path: '/users/delta',
      fault: { kind: 'elementWithoutId' },
    });
    const run = await scene.sync({ jobs: ['users'] });
    expect(run.status).toBe('Succeeded');
    expect(run.warnings).toMatchObject([{ code: 'UnusableElement', count: 1 }]);
    expect(await scene.deadLetters()).toMatchObject([{ kind: 'element', tenantId: TENANT_ID }]);
    await scene.expectMirrored();
  });

  it('many times over is set aside twenty times a stretch, and counted in full', async () => {
    scene = await Scene.open(users(3), { settings: { chunk: { ...QUICK.chunk, objects: 1 } } });
    const nameless = Array.from({ length: 23 }, (_, n) => ({ displayName: `Nobody ${n}` }));
    let stretches = 0;
    scene.onAnswer = rewriting('/users/delta', (value) => {
      stretches += 1;
      return [...nameless, ...value];
    });
    const run = await scene.sync({ jobs: ['users'] });
    expect(stretches).toBeGreaterThan(1);
    expect(run.status).toBe('Succeeded');
    expect(run.warnings).toMatchObject([{ code: 'UnusableElement', count: 23 * stretches }]);
    expect(await scene.deadLetters()).toHaveLength(20 * stretches);
    await scene.expectMirrored();
  });
});

type Element = Record<string, unknown>;

function rewriting(path: string, rewrite: (value: Element[]) => Element[]): NonNullable<Scene['onAnswer']> {
  return (request, answer) => {
    if (!request.url.pathname.includes(path)) return answer;
    const body = JSON.parse(answer.body) as { value: Element[] };
    if (body.value.length === 0) return answer;
    return { ...answer, body: JSON.stringify({ ...body, value: rewrite(body.value) }) };
  };
}
