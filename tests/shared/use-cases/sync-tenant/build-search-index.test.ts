import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowOf, searchPartition, tenantPartition } from '../../../../shared/adapters/tables/keys.js';
import { searchWordsOf, type Searchable } from '../../../../shared/core/search-words.js';
import { listUsers } from '../../../../shared/use-cases/list-users.js';
import { TENANT_ID } from '../../../histories/world.js';
import { userId, users } from './changes.js';
import { people, SETUP, startSetup, tell } from './people-scene.js';
import { hostView, Scene } from './scene.js';

const TABLE = 'SearchWords';

/** `{partition} {row}` of every entry. */
function entriesOf(scene: Scene): string[] {
  return scene.world.tables.rows(TABLE).map(({ partition, row }) => `${partition} ${row}`);
}

/** The entries of an index that is built from nothing. */
async function builtFromNothing(scene: Scene): Promise<string[]> {
  const scope = await scene.scope();
  const entries = (index: readonly string[], id: string, searchable: Searchable): string[] =>
    searchWordsOf(searchable).map((word) => `${searchPartition(scope, index, word)} ${rowOf(word, id)}`);
  const found: string[] = [];
  for (let bucket = 0; bucket < scope.bucketCount; bucket += 1)
    for await (const page of scene.world.stores.mirror.scanUsers(scope, bucket))
      for (const { id, attributes } of page) {
        const { displayName, mail, userPrincipalName } = attributes;
        found.push(...entries(['users'], id, { displayName, mail, userPrincipalName }));
      }
  for (const person of await people(scene))
    found.push(...entries(['people', SETUP], person.directoryId, person));
  return found.sort();
}

/** What an earlier version of the code left: rows without some of their entries, and no word of an index. */
async function asWrittenBefore(scene: Scene, isThere: (at: number) => boolean): Promise<void> {
  const { tables } = scene.world;
  for (const [at, row] of tables.rows(TABLE).entries())
    if (!isThere(at)) await tables.delete(TABLE, row, null);
  const address = { partition: tenantPartition(TENANT_ID), row: rowOf('state', 'users') };
  const stored = await tables.get('SyncState', address);
  const { searchIndex: _, ...columns } = stored?.columns ?? {};
  await tables.put('SyncState', { ...address, columns });
  scene.forget();
}

async function sceneOf(count: number): Promise<Scene> {
  const scene = await Scene.synced(users(count), { started: false });
  await startSetup(scene);
  await scene.settle();
  return scene;
}

async function foundOf(scene: Scene): Promise<{ names: unknown[]; complete: boolean | null | undefined }> {
  const request = { after: null, limit: 100, deleted: false, search: 'person' };
  const page = await listUsers(scene.world.host(hostView()).ports, TENANT_ID, request);
  return {
    names: (page?.rows ?? []).map(({ attributes }) => attributes['displayName']).sort(),
    complete: page?.complete,
  };
}

describe('the search index of rows that an earlier version wrote', () => {
  it('is built by the next job of the tenant, and a search says until then that it is not complete', async () => {
    const scene = await sceneOf(3);
    try {
      const names = ['Person 0', 'Person 1', 'Person 2'];
      expect(await foundOf(scene)).toEqual({ names, complete: true });
      await asWrittenBefore(scene, () => false);
      expect(await foundOf(scene)).toEqual({ names: [], complete: false });
      await tell(scene, SETUP);
      await scene.settle();
      expect(await foundOf(scene)).toEqual({ names, complete: true });
      expect(entriesOf(scene)).toEqual(await builtFromNothing(scene));
      scene.forget();
      await tell(scene, SETUP);
      await scene.settle();
      expect(scene.writesTo(TABLE, 'SyncState')).toEqual([]);
    } finally {
      await scene.close();
    }
  });

  it('costs a new tenant nothing: its rows are entered as they are written', async () => {
    const scene = await Scene.synced(users(3), { started: false });
    try {
      scene.forget();
      await scene.sync();
      expect((await scene.state('users')).searchIndex.nextBucket).toBeNull();
      expect(scene.writesTo(TABLE)).toEqual([]);
      expect(entriesOf(scene)).toEqual(await builtFromNothing(scene));
    } finally {
      await scene.close();
    }
  });

  it(
    'ends as one that is built from nothing, whatever was there, changes meanwhile and wherever jobs stop',
    { timeout: 120_000 },
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.record({
            count: fc.integer({ min: 1, max: 5 }),
            isThere: fc.infiniteStream(fc.boolean()),
            crashes: fc.array(
              fc.record({ at: fc.integer({ min: 1, max: 120 }), takesEffect: fc.boolean() }),
              // The fifth holder of a lease sets the work aside if the four before it ended without giving it back.
              { maxLength: 3 },
            ),
            changes: fc.array(
              fc.record({ user: fc.nat(4), to: fc.constantFrom('Bo Ray', 'Bo Person', null) }),
              { maxLength: 4 },
            ),
          }),
          async ({ count, isThere, crashes, changes }) => {
            const scene = await sceneOf(count);
            try {
              await asWrittenBefore(scene, () => isThere.next().value === true);
              const gone = new Set<string>();
              const change = async (): Promise<void> => {
                const next = changes.shift();
                if (next === undefined) return;
                const id = userId(next.user % count);
                if (gone.has(id)) return;
                if (next.to === null) gone.add(id);
                await scene.change(
                  next.to === null
                    ? { kind: 'hardDeleteUser', id }
                    : { kind: 'updateUser', id, attributes: { displayName: next.to } },
                );
                await scene.requestRun({ jobs: ['users'] });
              };
              await change();
              await tell(scene, SETUP);
              for (const { at, takesEffect } of crashes) {
                await scene.settle(Infinity, hostView({ crashAt: at, crashAfterEffect: takesEffect }));
                await change();
              }
              while (changes.length > 0) await change();
              await tell(scene, SETUP);
              await scene.settle();
              expect((await scene.state('users')).searchIndex.nextBucket).toBeNull();
              expect(entriesOf(scene)).toEqual(await builtFromNothing(scene));
            } finally {
              await scene.close();
            }
          },
        ),
        { numRuns: 40 },
      ),
  );
});
