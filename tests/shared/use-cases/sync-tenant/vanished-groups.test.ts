import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { DirectoryChange } from '../../../../local/graph/control-api.js';
import { createSetupWork } from '../../../../shared/adapters/bus/setup-work.js';
import type { SetupDocument } from '../../../../shared/core/setup/setup.js';
import type { StagedRemoval } from '../../../../shared/ports/removals.js';
import { editTenant } from '../../../../shared/use-cases/edit-tenant.js';
import { decideHeld } from '../../../../shared/use-cases/removals/decide-held.js';
import { aSetupDocument } from '../../../builders/setup.js';
import { COALESCING, TENANT_ID } from '../../../histories/world.js';
import { addMember, group, groupId, move, removeMember, userId, users } from './changes.js';
import { forgetting } from './forgetful-graph.js';
import { changeSetup, people, person, sceneWithPeople, SETUP } from './people-scene.js';
import { hostView, type Scene } from './scene.js';

const { removalGuard, scope } = aSetupDocument();
const guard = { ...removalGuard, minCount: 5 };
const none = { roles: [], memberships: [], hostsOf: [], organizationalUnits: [] };
const GIVEN = [
  { ...none, roles: ['booker'] },
  { ...none, memberships: [{ kind: 'costCenter' as const, id: '4711' }] },
  { ...none, hostsOf: ['lobby'] },
];

/** Group n gives the n-th of what is given, and the groups beyond are segments. */
function giving(groups: number): Partial<SetupDocument> {
  const all = Array.from({ length: groups }, (_, n) => groupId(n));
  const grants = GIVEN.slice(0, groups).map((given, n) => ({
    ...given,
    source: { kind: 'group' as const, groupId: groupId(n) },
  }));
  return { removalGuard: guard, grants, segments: { fromGroups: 'listed', groupIds: all, rules: [] } };
}

function team(n: number, members: readonly number[]): DirectoryChange[] {
  return group(n, members.map(userId), 'security');
}

const everyone = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);
const deleteGroup = (n: number): DirectoryChange => ({ kind: 'deleteGroup', id: groupId(n) });

let scene: Scene;
afterEach(() => scene.close());

async function held(): Promise<readonly StagedRemoval[]> {
  const { rows } = await scene.world.stores.removals.list(TENANT_ID, SETUP, { after: null, limit: 1_000 });
  return rows;
}

async function decide(kind: 'approve' | 'reject'): Promise<void> {
  const { ports } = scene.world.host(hostView());
  const all = { ...ports, ...scene.world.stores, setupWork: createSetupWork(ports, COALESCING) };
  const key = { tenantId: TENANT_ID, setupId: SETUP };
  expect((await decideHeld(all, key, { kind, decidedBy: 'somebody' }, () => true)).kind).toBe('decided');
  await scene.settle();
}

/** How many people have what group 0 gives. */
async function bookers(): Promise<number> {
  return (await people(scene)).filter(({ roles }) => roles.length > 0).length;
}

async function lobbyHosts(): Promise<number> {
  const bucketed = await scene.scope();
  let count = 0;
  for (let bucket = 0; bucket < bucketed.bucketCount; bucket += 1)
    for await (const page of scene.world.stores.hosts.scan(bucketed, SETUP, bucket)) count += page.length;
  return count;
}

describe('groups that vanish', () => {
  it.each([
    ['are told by changes', false],
    ['are missing from a full read', true],
  ])('take nothing from more people than the guard lets pass, if they %s', async (_how, full) => {
    const all = everyone(12);
    scene = await sceneWithPeople([...users(12), ...[0, 1, 2].flatMap((n) => team(n, all))], giving(3));
    const before = await people(scene);
    expect(before.filter(({ segments }) => segments.length === 3)).toHaveLength(12);
    await scene.change(...[0, 1, 2].map(deleteGroup));
    expect((await scene.sync({ full })).status).toBe('Held');
    expect(await people(scene)).toEqual(before);
    expect(await lobbyHosts()).toBe(12);
    const waiting = await held();
    expect(waiting).toHaveLength(12);
    expect(waiting[0]).toMatchObject({
      kind: 'held',
      reason: 'groupsVanished',
      losing: [
        'host:lobby',
        'membership:costCenter:4711',
        'role:booker',
        ...[0, 1, 2].map((n) => `segment:group:${groupId(n)}`),
      ],
    });
    expect((await scene.issues()).map(({ code }) => code)).toContain('removalsHeld');
    await decide('approve');
    const after = await people(scene);
    expect(after.filter(({ status }) => status === 'active')).toHaveLength(12);
    expect(
      after.filter(({ roles, segments, hostsOf }) => [roles, segments, hostsOf].flat().length > 0),
    ).toEqual([]);
    expect([await lobbyHosts(), await held()]).toEqual([0, []]);
  });

  it('take from few what they gave, and count with the removals within the window', async () => {
    scene = await sceneWithPeople([...users(30), ...team(0, [0, 1, 2, 3]), ...team(1, [4, 5, 6])], giving(2));
    await scene.change(deleteGroup(0));
    await scene.sync();
    expect([await bookers(), await held()]).toEqual([0, []]);
    await scene.change(deleteGroup(1), { kind: 'softDeleteUser', id: userId(29) });
    await scene.sync({ full: true });
    expect((await held()).map(({ kind, reason }) => [kind, reason])).toEqual([
      ...[4, 5, 6].map(() => ['held', 'groupsVanished']),
      ['held', 'deletedInDirectory'],
    ]);
    expect((await person(scene, userId(4))).memberships).toHaveLength(1);
  });

  it('are held no more once they are back, or the setup no longer names them', async () => {
    const all = everyone(8);
    scene = await sceneWithPeople([...users(8), ...group(0, all.map(userId))], giving(1));
    await scene.change(deleteGroup(0));
    await scene.sync();
    expect([await bookers(), (await held()).length]).toEqual([8, 8]);
    await scene.change({ kind: 'restoreGroup', id: groupId(0) });
    await scene.sync();
    expect([await bookers(), await held()]).toEqual([8, []]);
    await scene.change(deleteGroup(0));
    await scene.sync();
    expect((await held()).length).toBe(8);
    await changeSetup(scene, { document: aSetupDocument({ removalGuard: guard }) });
    await scene.settle();
    expect([await bookers(), await held()]).toEqual([0, []]);
  });

  it('take nothing from those whom an operator keeps, who lose as usual once the group is back', async () => {
    const all = everyone(8);
    scene = await sceneWithPeople([...users(8), ...group(0, all.map(userId))], giving(1));
    await scene.change(deleteGroup(0));
    await scene.sync();
    await decide('reject');
    expect([await bookers(), await held()]).toEqual([8, []]);
    await scene.sync({ full: true });
    expect([await bookers(), await held()]).toEqual([8, []]);
    await scene.change({ kind: 'restoreGroup', id: groupId(0) }, removeMember(0, userId(1)));
    await scene.sync();
    expect([await bookers(), await held()]).toEqual([7, []]);
  });

  it('take no segments either if every group is one', async () => {
    const all = everyone(8);
    const segments = { fromGroups: 'all', groupIds: [], rules: [] } as const;
    scene = await sceneWithPeople([...users(8), ...team(0, all)], { removalGuard: guard, segments });
    const segment = `group:${groupId(0)}`;
    expect((await person(scene, userId(0))).segments).toEqual([segment]);
    await scene.change(deleteGroup(0));
    await scene.sync({ full: true });
    expect((await person(scene, userId(0))).segments).toEqual([segment]);
    expect((await held()).map(({ losing }) => losing)).toEqual(all.map(() => [`segment:${segment}`]));
    await decide('approve');
    expect((await people(scene)).flatMap((one) => one.segments)).toEqual([]);
  });

  it('ask again if more is lost than was decided', async () => {
    const all = everyone(8);
    scene = await sceneWithPeople([...users(8), ...team(0, all), ...team(1, all)], giving(2));
    await scene.change(deleteGroup(0));
    await scene.sync();
    await scene.change(deleteGroup(1));
    await scene.sync();
    expect((await held()).map(({ kind, losing }) => [kind, losing.length])).toEqual(
      all.map(() => ['held', 4]),
    );
    expect((await person(scene, userId(0))).memberships).toHaveLength(1);
  });

  it('keep hosts who are no people of the setup too', async () => {
    const all = everyone(8);
    const root = { ...scope, kind: 'rootGroup' as const, groupIds: [groupId(9)] };
    scene = await sceneWithPeople([...users(9), ...team(2, all), ...team(9, [8])], {
      ...giving(3),
      scope: root,
    });
    expect(await lobbyHosts()).toBe(8);
    await scene.change(deleteGroup(2));
    await scene.sync();
    expect([await lobbyHosts(), (await held()).length]).toEqual([8, 8]);
    await decide('approve');
    expect([await lobbyHosts(), await held()]).toEqual([0, []]);
  });

  it('leave somebody who goes meanwhile to the guard as any other', async () => {
    const all = everyone(12);
    scene = await sceneWithPeople([...users(12), ...team(0, all)], giving(1));
    await scene.change(deleteGroup(0));
    await scene.sync();
    await scene.change({ kind: 'softDeleteUser', id: userId(3) });
    await scene.sync();
    expect((await held()).find(({ directoryId }) => directoryId === userId(3))).toBeUndefined();
    expect(await person(scene, userId(3))).toMatchObject({ statusReason: 'deletedInDirectory', roles: [] });
    expect((await held()).length).toBe(11);
  });
});

describe('groups that vanish beneath a live one', () => {
  const all = everyone(12);
  /** Groups 0 to 2 give, each with a group beneath a group, which all the people are in. */
  const nested = (kind: 'unified' | 'security'): DirectoryChange[] => [
    ...users(12),
    ...[0, 1, 2].flatMap((n) => [
      ...group(20 + n, all.map(userId), kind),
      ...group(10 + n, [groupId(20 + n)], 'security'),
      ...group(n, [groupId(10 + n)], 'security'),
    ]),
  ];

  it.each([
    ['security', 'at the bottom', [20, 21, 22], false],
    ['security', 'at the bottom', [20, 21, 22], true],
    ['security', 'in the middle', [10, 11, 12], false],
    ['security', 'in the middle', [10, 11, 12], true],
    ['unified', 'at the bottom', [20, 21, 22], false],
    ['unified', 'at the bottom', [20, 21, 22], true],
    ['security', 'together', [10, 11, 12, 20, 21, 22], true],
  ] as const)(
    '%s groups, %s (%s, full read: %s), take nothing over the limit',
    async (kind, _at, gone, full) => {
      scene = await sceneWithPeople(nested(kind), giving(3));
      const before = await people(scene);
      expect(before.filter(({ segments }) => segments.length === 3)).toHaveLength(12);
      if (full) scene.onAnswer = forgetting({ groups: '@removed' });
      await scene.change(...gone.map(deleteGroup));
      expect((await scene.sync({ full })).status).toBe('Held');
      expect([await people(scene), await lobbyHosts()]).toEqual([before, 12]);
      const waiting = await held();
      expect(waiting).toHaveLength(12);
      expect(waiting[0]).toMatchObject({ kind: 'held', reason: 'groupsVanished' });
      expect(waiting[0]?.losing).toHaveLength(6);
      await decide('approve');
      expect([await bookers(), await lobbyHosts(), await held()]).toEqual([0, 0, []]);
    },
  );

  it.each(['all', 'needed'] as const)(
    'take nothing from anybody, wherever their rows lie, if only a full read lacks them and the members of %s groups are read',
    async (groupMembers) => {
      const teams = everyone(12).flatMap((n) => team(20 + n, [n]));
      const bottom = everyone(12).map((n) => groupId(20 + n));
      const directory = [...users(12), ...teams, ...group(0, bottom, 'security')];
      scene = await sceneWithPeople(directory, giving(1));
      const { ports } = scene.world.host(hostView());
      expect((await editTenant(ports, TENANT_ID, { groupMembers }, null)).kind).toBe('edited');
      await scene.settle();
      scene.onAnswer = forgetting({ groups: '@removed' });
      await scene.change(...everyone(12).map((n) => deleteGroup(20 + n)));
      await scene.sync({ full: true });
      await scene.settle();
      expect([await bookers(), (await held()).length]).toEqual([12, 12]);
    },
  );

  it('stay held after the window of the guard, and are kept for longer if an operator says so', async () => {
    scene = await sceneWithPeople(nested('security'), giving(1));
    await scene.change(deleteGroup(20));
    await scene.sync();
    const { withinHours } = guard;
    await scene.world.clock.advance((withinHours + 1) * 3_600_000);
    await scene.sync({ full: true });
    expect([await bookers(), (await held()).length]).toEqual([12, 12]);
    await decide('reject');
    await scene.sync({ full: true });
    expect([await bookers(), await held()]).toEqual([12, []]);
  });

  it('leave a loss that comes after the window to the directory', async () => {
    scene = await sceneWithPeople([...nested('security'), ...team(3, [])], giving(1));
    await scene.change(addMember(0, groupId(3)), deleteGroup(3));
    await scene.sync();
    await scene.world.clock.advance((guard.withinHours + 1) * 3_600_000);
    await scene.change(...all.map((n) => removeMember(20, userId(n))));
    await scene.sync();
    expect([await bookers(), await held()]).toEqual([0, []]);
  });
});

describe('in whatever order and stretches groups vanish', () => {
  const steps = fc.array(
    fc.record({
      groups: fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 3 }),
      full: fc.boolean(),
      moves: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  );

  it(
    'nobody beyond the limits loses anything without a decision, and few lose it at once',
    { timeout: 300_000 },
    async () => {
      const property = fc.asyncProperty(steps, fc.nat(8), async (asked, minCount) => {
        const teams = everyone(6).flatMap((n) => team(n, [3 * n, 3 * n + 1, 3 * n + 2]));
        const grants = everyone(6).map((n) => ({
          ...none,
          roles: ['booker'],
          source: { kind: 'group' as const, groupId: groupId(n) },
        }));
        const some = { removalGuard: { maxCount: 500, maxShare: 0.2, minCount, withinHours: 24 }, grants };
        scene = await sceneWithPeople([...users(20), ...teams], some);
        try {
          const gone = new Set<number>();
          for (const { groups, full, moves } of asked) {
            const vanishing = groups.filter((n) => !gone.has(n));
            for (const n of vanishing) gone.add(n);
            const moved = moves ? [move(3 * (groups[0] ?? 0), `Team ${gone.size}`)] : [];
            await scene.change(...vanishing.map(deleteGroup), ...moved);
            await scene.sync({ full });
          }
          const waiting = (await held()).length;
          const had = new Set([...gone].flatMap((n) => [3 * n, 3 * n + 1, 3 * n + 2]));
          const without: number[] = [];
          for (const n of had) if ((await person(scene, userId(n))).roles.length === 0) without.push(n);
          expect(without.length + waiting).toBeGreaterThanOrEqual(had.size);
          expect(without.length).toBeLessThanOrEqual(Math.max(minCount, 4));
          if (had.size <= Math.max(minCount, 4)) expect(without.length).toBe(had.size);
        } finally {
          await scene.close();
        }
      });
      await fc.assert(property, { numRuns: 12 });
    },
  );
});
