import fc from 'fast-check';
import { searchWordsOf, type Searchable } from '../../../../shared/core/search-words.js';
import { describe, expect, it } from 'vitest';
import type { Edge, MirrorUser } from '../../../../shared/core/mirror-rows.js';
import { TableMirror } from '../../../../shared/adapters/tables/table-mirror.js';
import { DEFAULT_ROW_ACCESS } from '../../../../shared/adapters/tables/partitioned-rows.js';
import { collected, fenceOf, listed, userOf } from '../../../contracts/table-stores-fixture.js';
import { createMemoryTables } from '../../../fakes/memory-tables.js';

type Step =
  | { readonly kind: 'createUsers' | 'writeUsers'; readonly users: readonly MirrorUser[] }
  | { readonly kind: 'removeUsers'; readonly ids: readonly string[] }
  | { readonly kind: 'createEdges' | 'removeEdges'; readonly edges: readonly Edge[] };

const id = fc.constantFrom('a', 'b', 'c', 'A', 'a|b', '', 'å');
const user = fc
  .record({ id, presence: fc.constantFrom('live', 'softDeleted'), version: fc.nat() })
  .map(({ id, presence, version }): MirrorUser => userOf(id, { presence, attributes: { version } }));
const edge = fc.record({ groupId: id, memberId: id, memberType: fc.constant('user') });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('createUsers', 'writeUsers'), users: fc.array(user) }),
  fc.record({ kind: fc.constant('removeUsers'), ids: fc.array(id) }),
  fc.record({ kind: fc.constantFrom('createEdges', 'removeEdges'), edges: fc.array(edge) }),
);

const keyOf = ({ groupId, memberId }: Edge): string => JSON.stringify([groupId, memberId]);

/** The mirror as plain maps. */
class Model {
  readonly users = new Map<string, MirrorUser>();
  readonly edges = new Map<string, Edge>();

  apply(step: Step): void {
    switch (step.kind) {
      case 'createUsers': {
        const before = new Set(this.users.keys());
        for (const user of step.users) if (!before.has(user.id)) this.users.set(user.id, user);
        break;
      }
      case 'writeUsers':
        for (const user of step.users) this.users.set(user.id, user);
        break;
      case 'removeUsers':
        for (const id of step.ids) this.users.delete(id);
        break;
      case 'createEdges':
        for (const edge of step.edges) this.edges.set(keyOf(edge), edge);
        break;
      case 'removeEdges':
        for (const edge of step.edges) this.edges.delete(keyOf(edge));
    }
  }
}

function openMirror() {
  const tables = createMemoryTables();
  const fence = fenceOf('t', 16);
  const mirror = new TableMirror(tables, DEFAULT_ROW_ACCESS);
  const apply = async (step: Step): Promise<unknown> => {
    switch (step.kind) {
      case 'createUsers':
        return await mirror.createUsers(fence, step.users);
      case 'writeUsers': {
        await mirror.writeUsers(fence, step.users);
        return;
      }
      case 'removeUsers': {
        await mirror.removeUsers(fence, step.ids);
        return;
      }
      case 'createEdges':
        return await mirror.createEdges(fence, step.edges);
      case 'removeEdges':
        return await mirror.removeEdges(fence, step.edges);
    }
  };
  const scanned = async (): Promise<{ users: MirrorUser[]; edges: Edge[] }> => {
    const users: MirrorUser[] = [];
    const edges: Edge[] = [];
    for (let bucket = 0; bucket < 16; bucket++) {
      users.push(...(await collected(mirror.scanUsers(fence, bucket))));
      edges.push(...(await collected(mirror.scanEdges(fence, bucket))));
    }
    return { users, edges };
  };
  return { tables, fence, mirror, apply, scanned };
}

const byJson = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

async function expectToEqual(opened: ReturnType<typeof openMirror>, model: Model): Promise<void> {
  const { users, edges } = await opened.scanned();
  expect(users.sort(byJson)).toEqual([...model.users.values()].sort(byJson));
  expect(edges.map(keyOf).sort()).toEqual([...model.edges.keys()].sort());
  const members = [...new Set([...model.edges.values()].map(({ memberId }) => memberId))];
  const found = new Set((await opened.mirror.groupsOf(opened.fence, members)).map(keyOf));
  for (const key of model.edges.keys()) expect(found).toContain(key);
  const deleted = [...model.users.values()].filter(({ presence }) => presence === 'softDeleted');
  expect(await opened.mirror.softDeletedUserIds(opened.fence)).toEqual(new Set(deleted.map(({ id }) => id)));
}

describe('the mirror in tables', () => {
  it('stays what plain maps are, whatever is done to it, and lists every row once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 15 }),
        fc.integer({ min: 1, max: 5 }),
        async (steps, limit) => {
          const opened = openMirror();
          const model = new Model();
          for (const next of steps) {
            await opened.apply(next);
            model.apply(next);
          }
          await expectToEqual(opened, model);
          expect(opened.tables.rows('MemberOf')).toHaveLength(model.edges.size);
          const words = [...model.users.values()].flatMap(({ attributes }) =>
            searchWordsOf(attributes as unknown as Searchable),
          );
          expect(opened.tables.rows('SearchWords')).toHaveLength(words.length);
          for (const deleted of [true, false]) {
            const list = await listed(
              (request) => opened.mirror.listUsers(opened.fence, { ...request, deleted }),
              limit,
            );
            const expected = [...model.users.values()].filter(
              ({ presence }) => (presence === 'live') !== deleted,
            );
            expect(list.sort(byJson)).toEqual(expected.sort(byJson));
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is right after a step was repeated that had failed at any request, before or after it took effect', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 8 }),
        fc.nat(60),
        fc.boolean(),
        async (steps, failAt, afterwards) => {
          const opened = openMirror();
          const model = new Model();
          const hook = ({ index }: { readonly index: number }): void => {
            if (index === failAt) throw new Error('crash');
          };
          if (afterwards) opened.tables.afterOperation = hook;
          else opened.tables.beforeOperation = hook;
          for (const next of steps) {
            // A creation that is repeated finds what it wrote itself.
            const result = await opened.apply(next).catch((failure: unknown) => failure);
            if (result instanceof Error) await opened.apply(next);
            model.apply(next);
          }
          opened.tables.beforeOperation = opened.tables.afterOperation = null;
          await expectToEqual(opened, model);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('asks for the lease before every write request', async () => {
    const { tables, fence, apply } = openMirror();
    let writes = 0;
    tables.beforeOperation = ({ writes: does }) => {
      if (!does) return;
      writes++;
      expect(fence.asserted()).toBeGreaterThanOrEqual(writes);
    };
    const users = Array.from({ length: 300 }, (_, index) =>
      userOf(String(index), { presence: index % 2 ? 'live' : 'softDeleted' }),
    );
    const edges = users.map(({ id: memberId }) => ({ groupId: 'g', memberId, memberType: 'user' }));
    await apply({ kind: 'createUsers', users });
    await apply({ kind: 'writeUsers', users });
    await apply({ kind: 'removeUsers', ids: users.map((user) => user.id) });
    await apply({ kind: 'createEdges', edges });
    await apply({ kind: 'removeEdges', edges });
    expect(writes).toBeGreaterThan(50);
  });
});
