import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DirectoryChange } from '../../../../local/graph/control-api.js';
import { addMember, group, groupId, removeMember, userId, users } from './changes.js';
import { Scene } from './scene.js';

const USERS = [0, 1, 2, 3, 4];
const GROUPS = [0, 1, 2, 3, 4];

/** Who is in which group, and who is hidden. */
interface Model {
  readonly edges: ReadonlySet<string>;
  readonly hidden: ReadonlySet<string>;
}

/** Distinct users reached from a group by live groups alone, found by brute force. */
function reached({ edges, hidden }: Model, start: string): number {
  const visited = new Set<string>();
  const visit = (id: string): void => {
    if (hidden.has(id) || visited.has(id)) return;
    visited.add(id);
    for (const edge of edges) if (edge.startsWith(`${id}/`)) visit(edge.slice(id.length + 1));
  };
  visit(start);
  return USERS.filter((n) => visited.has(userId(n))).length;
}

const member = fc.oneof(fc.constantFrom(...USERS.map(userId)), fc.constantFrom(...GROUPS.map(groupId)));
const edge = fc
  .tuple(fc.constantFrom(...GROUPS), member)
  .filter(([n, id]) => id !== groupId(n))
  .map(([n, id]) => ({ n, id, key: `${groupId(n)}/${id}` }));
const edges = fc.uniqueArray(edge, { selector: ({ key }) => key, maxLength: 14 });
/** So few that most counts change only by what is nested in the group. */
const toggles = fc.uniqueArray(edge, { selector: ({ key }) => key, maxLength: 3 });
const hidden = fc.uniqueArray(member, { maxLength: 3 });

/** Guests and disabled users count like everybody. */
const PEOPLE: DirectoryChange[] = [
  ...users(USERS.length),
  { kind: 'updateUser', id: userId(0), attributes: { userType: 'Guest' } },
  { kind: 'updateUser', id: userId(1), attributes: { accountEnabled: false } },
];

const hide = (id: string): DirectoryChange =>
  id.startsWith('a') ? { kind: 'softDeleteUser', id } : { kind: 'deleteGroup', id };
const show = (id: string): DirectoryChange =>
  id.startsWith('a') ? { kind: 'restoreUser', id } : { kind: 'restoreGroup', id };

describe('the people of a group', () => {
  it('are those that a brute-force search finds, nested, cyclic or hidden, first and after a change', async () => {
    await fc.assert(
      fc.asyncProperty(edges, toggles, hidden, hidden, async (before, toggled, hiddenFirst, hiddenThen) => {
        const scene = await Scene.open([
          ...PEOPLE,
          ...GROUPS.flatMap((n) => group(n)),
          ...before.map(({ n, id }) => addMember(n, id)),
          ...hiddenFirst.map(hide),
        ]);
        try {
          await scene.sync();
          await expectCounts(scene, modelOf(before, hiddenFirst));
          const keys = new Set(before.map(({ key }) => key));
          const gone = toggled.filter(({ key }) => keys.has(key));
          const added = toggled.filter(({ key }) => !keys.has(key));
          const goneKeys = new Set(gone.map(({ key }) => key));
          const after = [...before.filter(({ key }) => !goneKeys.has(key)), ...added];
          await scene.change(
            ...hiddenFirst.map(show),
            ...gone.map(({ n, id }) => removeMember(n, id)),
            ...added.map(({ n, id }) => addMember(n, id)),
            ...hiddenThen.map(hide),
          );
          await scene.sync();
          await expectCounts(scene, modelOf(after, hiddenThen));
        } finally {
          await scene.close();
        }
      }),
      { numRuns: 25 },
    );
  });

  it('change with a group in the midst of a chain that is hidden, returns and is gone', async () => {
    const scene = await Scene.synced([
      ...users(3),
      ...group(2, [userId(2)]),
      ...group(1, [userId(1), groupId(2)]),
      ...group(0, [userId(0), groupId(1)]),
    ]);
    const counts = (): Promise<number[]> => Promise.all([0, 1, 2].map((n) => scene.peopleOf(groupId(n))));
    expect(await counts()).toEqual([3, 2, 1]);
    await scene.change({ kind: 'deleteGroup', id: groupId(1) });
    await scene.sync();
    expect(await counts()).toEqual([1, 0, 1]);
    await scene.change({ kind: 'restoreGroup', id: groupId(1) });
    await scene.sync();
    expect(await counts()).toEqual([3, 2, 1]);
    await scene.change({ kind: 'deleteGroup', id: groupId(1) }, { kind: 'hardDeleteGroup', id: groupId(1) });
    await scene.sync();
    expect(await counts()).toEqual([1, 0, 1]);
    await scene.close();
  });

  it('are counted once however many ways lead to them', async () => {
    const scene = await Scene.synced([
      ...users(2),
      ...group(3, [userId(0), userId(1)]),
      ...group(2, [groupId(3), userId(0)]),
      ...group(1, [groupId(3)]),
      ...group(0, [groupId(1), groupId(2), userId(1)]),
    ]);
    expect(await scene.peopleOf(groupId(0))).toBe(2);
    await scene.change(addMember(3, groupId(0)));
    await scene.sync();
    expect(await scene.peopleOf(groupId(3))).toBe(2);
    await scene.expectMirrored();
    await scene.close();
  });

  it('are counted all together where more of them changed than it pays to ask for one by one', async () => {
    const many = Array.from({ length: 80 }, (_, n) => n);
    const scene = await Scene.synced([...users(1), ...many.flatMap((n) => group(n))]);
    const { bucketCount } = await scene.scope();
    expect(many.length).toBeGreaterThan(4 * bucketCount);
    await scene.change(...many.map((n) => addMember(n, userId(0))));
    await scene.sync();
    const asked = scene.tableRequests.filter(({ table, kind }) => table === 'MemberOf' && kind === 'query');
    expect(asked).toEqual([]);
    for (const n of many) expect(await scene.peopleOf(groupId(n))).toBe(1);
    await scene.expectMirrored();
    await scene.close();
  });

  it('are counted over many jobs where one has no time for all of them', async () => {
    const directory = [
      ...users(4),
      ...GROUPS.flatMap((n) => group(n)),
      ...[0, 1, 2, 3].map((n) => addMember(n, userId(n))),
      ...[0, 1, 2].map((n) => addMember(n, groupId(n + 1))),
      addMember(3, groupId(0)),
    ];
    const scene = await Scene.open(directory, { settings: { jobBudgetMs: 10_000 } });
    // After a few buckets a job has no time left.
    scene.beforeTable = async ({ table, kind }) => {
      if (table === 'GroupCounts' && kind === 'query') await scene.world.clock.advance(3_000);
    };
    const run = await scene.sync();
    expect(run.status).toBe('Succeeded');
    expect(scene.jobs.filter(({ job }) => job.kind === 'continue').length).toBeGreaterThan(3);
    for (const n of [0, 1, 2, 3]) expect(await scene.peopleOf(groupId(n))).toBe(4);
    await scene.expectMirrored();
    await scene.close();
  });

  it('leave no count behind where nobody is left', async () => {
    const scene = await Scene.synced([...users(1), ...group(0, [userId(0)])]);
    await scene.change(removeMember(0, userId(0)));
    await scene.sync();
    expect(scene.world.tables.rows('GroupCounts')).toEqual([]);
    await scene.close();
  });
});

function modelOf(members: readonly { readonly key: string }[], hiddenIds: readonly string[]): Model {
  return { edges: new Set(members.map(({ key }) => key)), hidden: new Set(hiddenIds) };
}

async function expectCounts(scene: Scene, model: Model): Promise<void> {
  const counted = await Promise.all(GROUPS.map((n) => scene.peopleOf(groupId(n))));
  expect(counted).toEqual(GROUPS.map((n) => reached(model, groupId(n))));
}
