import { afterEach, describe, expect, it } from 'vitest';
import type { DirectoryChange } from '../../../../local/graph/control-api.js';
import type { SetupDocument } from '../../../../shared/core/setup/setup.js';
import { Unavailable } from '../../../../shared/core/failures.js';
import { aSetupDocument } from '../../../builders/setup.js';
import { TENANT_ID } from '../../../histories/world.js';
import { addMember, group, groupId, move, removeMember, userId, users } from './changes.js';
import { person, SETUP, standings, startSetup } from './people-scene.js';
import { Scene } from './scene.js';

const hidden = {
  kind: 'updateGroup',
  id: groupId(0),
  attributes: { visibility: 'HiddenMembership' },
} as const;
const directory = [...users(3), ...group(0, [userId(0), userId(1)]), ...group(1, [userId(2)]), hidden];

let scene: Scene;
afterEach(() => scene.close());

describe('a group with hidden membership', () => {
  it('is mirrored with its visibility, and its members with the permission to see them', async () => {
    scene = await Scene.open(directory);
    await scene.showHidden(true);
    await scene.sync();
    expect((await scene.group(groupId(0)))?.attributes['visibility']).toBe('HiddenMembership');
    await scene.expectMirrored();
  });

  it('keeps its known members when the permission is withdrawn, whatever is read after that', async () => {
    scene = await Scene.open(directory);
    await scene.showHidden(true);
    await scene.sync();
    await scene.showHidden(false);
    await scene.change(addMember(0, userId(2)), addMember(1, userId(0)));
    await scene.sync();
    await scene.sync({ full: true });
    await scene.change({ kind: 'softDeleteUser', id: userId(1) });
    await scene.sync();
    await scene.change({ kind: 'restoreUser', id: userId(1) });
    await scene.sync();
    expect(await scene.membersOf(groupId(0))).toEqual([userId(0), userId(1)]);
    expect(await scene.membersOf(groupId(1))).toEqual([userId(0), userId(2)]);
  });
});

const { scope } = aSetupDocument();
const IN = 'active inScope';
const given = { roles: ['booker'], memberships: [], hostsOf: [], organizationalUnits: [] };

async function openWith(document: Partial<SetupDocument>, sees: boolean): Promise<void> {
  scene = await Scene.open(directory);
  await scene.showHidden(sees);
  await scene.sync();
  await startSetup(scene, document);
  await scene.settle();
}

/** As jobs recorded them. */
async function hiddenGroups(): Promise<readonly string[]> {
  const progress = await scene.world.stores.setupProgresses.get(TENANT_ID, SETUP);
  return progress?.hiddenGroups ?? [];
}

describe('a setup that names a group with hidden membership', () => {
  it.each<[string, Partial<SetupDocument>]>([
    ['in its scope', { scope: { ...scope, kind: 'rootGroup', groupIds: [groupId(0)] } }],
    ['as excluded', { scope: { ...scope, excludeGroupIds: [groupId(0)] } }],
    ['as the source of a grant', { grants: [{ ...given, source: { kind: 'group', groupId: groupId(0) } }] }],
    ['as a segment', { segments: { fromGroups: 'listed', groupIds: [groupId(0)], rules: [] } }],
  ])('%s has an issue that names the permission, until that is granted', async (_place, document) => {
    await openWith(document, false);
    expect(await hiddenGroups()).toEqual([groupId(0)]);
    const [issue] = await scene.issues();
    expect(issue).toMatchObject({
      code: 'setupAttention',
      setupId: SETUP,
      first: expect.stringContaining('Member.Read.Hidden') as string,
    });
    const run = await scene.sync();
    expect(run.warnings).toMatchObject([{ code: 'GroupHidden', count: 1 }]);
    await scene.showHidden(true);
    await scene.sync();
    await scene.settle();
    expect(await hiddenGroups()).toEqual([]);
    expect(await scene.issues()).toEqual([]);
    await scene.expectMirrored();
  });

  it('in its scope removes nobody because it looks empty, whatever is read', async () => {
    await openWith({ scope: { ...scope, kind: 'rootGroup', groupIds: [groupId(0)] } }, true);
    const before = { [userId(0)]: IN, [userId(1)]: IN };
    expect(await standings(scene)).toEqual(before);
    await scene.showHidden(false);
    await scene.change(move(0, 'Research'), removeMember(0, userId(1)));
    await scene.sync();
    await scene.sync({ full: true });
    expect(await standings(scene)).toEqual(before);
    expect(await hiddenGroups()).toEqual([groupId(0)]);
    await scene.showHidden(true);
    await scene.sync();
    await scene.settle();
    expect(await standings(scene)).toEqual({ ...before, [userId(1)]: 'disabled leftScope' });
  });

  it('as excluded adds nobody new until it is known whom it excludes, and keeps who is there', async () => {
    await openWith({ scope: { ...scope, excludeGroupIds: [groupId(0)] } }, true);
    expect(await standings(scene)).toEqual({ [userId(2)]: IN });
    await scene.showHidden(false);
    await scene.change(...users(4).slice(3), addMember(0, userId(2)), move(2, 'Research'));
    await scene.sync();
    await scene.sync({ full: true });
    expect(await standings(scene)).toEqual({ [userId(2)]: IN });
    await scene.showHidden(true);
    await scene.change(removeMember(0, userId(2)));
    await scene.sync();
    await scene.settle();
    expect(await standings(scene)).toEqual({ [userId(2)]: IN, [userId(3)]: IN });
  });

  it('as excluded admits nobody if its members were never read', async () => {
    await openWith({ scope: { ...scope, excludeGroupIds: [groupId(0)] } }, false);
    await scene.sync({ full: true });
    expect(await standings(scene)).toEqual({});
  });

  it('beneath another one adds and removes nobody either', async () => {
    scene = await Scene.open([...directory, addMember(1, groupId(0))]);
    await scene.showHidden(true);
    await scene.sync();
    await startSetup(scene, { scope: { ...scope, kind: 'rootGroup', groupIds: [groupId(1)] } });
    await scene.settle();
    const everybody = { [userId(0)]: IN, [userId(1)]: IN, [userId(2)]: IN };
    expect(await standings(scene)).toEqual(everybody);
    await scene.showHidden(false);
    await scene.change(removeMember(1, groupId(0)), addMember(1, groupId(0)), move(1, 'Research'));
    await scene.sync({ full: true });
    expect(await standings(scene)).toEqual(everybody);
    expect(await hiddenGroups()).toEqual([groupId(1)]);
  });

  it('as the source of a grant keeps what it gave', async () => {
    await openWith({ grants: [{ ...given, source: { kind: 'group', groupId: groupId(0) } }] }, true);
    await scene.showHidden(false);
    await scene.change(move(0, 'Research'));
    await scene.sync({ full: true });
    expect((await person(scene, userId(0))).roles).toEqual([{ id: 'booker', module: null }]);
    expect((await person(scene, userId(2))).roles).toEqual([]);
  });
});

describe('a group with hidden membership beneath a group that the setup names', () => {
  const rootOf = (n: number) => ({ scope: { ...scope, kind: 'rootGroup' as const, groupIds: [groupId(n)] } });
  const everybody = { [userId(0)]: IN, [userId(1)]: IN, [userId(2)]: IN };
  const all = [userId(0), userId(1), userId(2)];

  async function openBlind(changes: readonly DirectoryChange[], document: Partial<SetupDocument>) {
    scene = await Scene.open(changes);
    await scene.showHidden(false);
    await scene.sync();
    await startSetup(scene, document);
    await scene.settle();
  }

  it.each([
    ['comes beneath it', [...group(1, all)], []],
    ['comes beneath a group beneath it', [...group(2, []), ...group(1, [...all, groupId(2)])], []],
    ['is beneath a group that comes beneath it', [...group(2, [groupId(0)]), ...group(1, all)], [2]],
    ['is created beneath it', [...group(1, all)], 'created'],
  ] as const)('removes nobody who moves into it when it %s', async (how, above, moved) => {
    const blind = moved === 'created' ? [] : [...group(0, []), hidden];
    await openBlind([...users(3), ...blind, ...above], rootOf(1));
    const created = moved === 'created' ? [...group(0, []), hidden] : [];
    const parent = how === 'comes beneath a group beneath it' ? 2 : 1;
    const member = moved === 'created' || moved.length === 0 ? 0 : 2;
    await scene.change(...created, addMember(parent, groupId(member)), removeMember(1, userId(0)));
    await scene.sync();
    await scene.settle();
    expect(await standings(scene)).toEqual(everybody);
    expect(await hiddenGroups()).toEqual([groupId(1)]);
  });

  it('removes nobody who moves into it when it begins to hide its members', async () => {
    await openBlind([...users(3), ...group(0, []), ...group(1, [...all, groupId(0)])], rootOf(1));
    await scene.change(hidden, removeMember(1, userId(0)));
    await scene.sync();
    expect(await standings(scene)).toEqual(everybody);
    expect(await hiddenGroups()).toEqual([groupId(1)]);
  });

  it('admits nobody new once it is beneath a group that excludes', async () => {
    const excluding = { scope: { ...scope, excludeGroupIds: [groupId(1)] } };
    await openBlind([...users(2), ...group(0, []), ...group(1, []), hidden], excluding);
    await scene.change(addMember(1, groupId(0)));
    await scene.sync();
    await scene.change(...users(3).slice(2), addMember(0, userId(2)));
    await scene.sync();
    await scene.settle();
    expect(await standings(scene)).toEqual({ [userId(0)]: IN, [userId(1)]: IN });
    expect(await hiddenGroups()).toEqual([groupId(1)]);
  });

  it.each([
    ['leaves', [removeMember(1, groupId(0))]],
    ['is deleted', [{ kind: 'deleteGroup', id: groupId(0) } as const]],
    ['hides its members no more', [{ ...hidden, attributes: { visibility: 'Private' } }]],
  ] as const)('is no issue any more, and holds nobody, once it %s', async (_how, changes) => {
    await openBlind([...users(3), ...group(0, []), ...group(1, [...all, groupId(0)]), hidden], rootOf(1));
    expect((await scene.issues()).map(({ code }) => code)).toEqual(['setupAttention']);
    await scene.change(...changes, removeMember(1, userId(0)));
    await scene.sync();
    await scene.settle();
    expect(await hiddenGroups()).toEqual([]);
    expect(await scene.issues()).toEqual([]);
    expect(await standings(scene)).toEqual({ ...everybody, [userId(0)]: 'disabled leftScope' });
  });

  describe('that only gives something', () => {
    const source = { kind: 'group' as const, groupId: groupId(1) };
    const root = { ...scope, kind: 'directory' as const, groupIds: [] };
    const segments = { fromGroups: 'listed' as const, groupIds: [groupId(1)], rules: [] };
    const document = { scope: root, grants: [{ ...given, hostsOf: ['lobby'], source }], segments };
    const above = (n: number): DirectoryChange[] => [
      ...group(2, [groupId(0)]),
      ...group(1, [...all, groupId(n)]),
    ];

    const standing = async (n: number): Promise<readonly [number, number, number]> => {
      const { roles, hostsOf, segments: of } = await person(scene, userId(n));
      return [roles.length, hostsOf.length, of.length];
    };

    it.each([
      ['directly', 0],
      ['two levels below', 2],
    ] as const)('takes nothing from who moves into it %s, and gives nobody anything', async (_where, n) => {
      await openBlind([...users(4), ...group(0, []), ...above(n), hidden], document);
      await scene.change(removeMember(1, userId(0)), addMember(0, userId(0)), addMember(0, userId(3)));
      for (const full of [false, true]) {
        await scene.sync({ full });
        await scene.settle();
        expect([await standing(0), await standing(3)]).toEqual([
          [1, 1, 1],
          [0, 0, 0],
        ]);
      }
    });

    it.each([
      ['the permission is granted', () => scene.showHidden(true)],
      ['it is no longer beneath', () => scene.change(removeMember(1, groupId(0)))],
    ] as const)('takes what is not given any more once %s', async (_how, end) => {
      await openBlind([...users(3), ...group(0, []), ...above(0), hidden], document);
      await scene.change(removeMember(1, userId(0)));
      await scene.sync();
      expect(await standing(0)).toEqual([1, 1, 1]);
      await end();
      await scene.sync();
      await scene.settle();
      expect([await standing(0), await standing(1)]).toEqual([
        [0, 0, 0],
        [1, 1, 1],
      ]);
    });
  });

  it('holds its people until the last of several is gone', async () => {
    const second = { ...hidden, id: groupId(2) };
    const both = [...group(0, []), ...group(2, []), hidden, second];
    await openBlind([...users(3), ...both, ...group(1, [...all, groupId(0), groupId(2)])], rootOf(1));
    await scene.change(removeMember(1, groupId(0)), removeMember(1, userId(0)));
    await scene.sync();
    await scene.settle();
    expect([await hiddenGroups(), await standings(scene)]).toEqual([[groupId(1)], everybody]);
  });

  it('has everybody derived again if a job stops while the withdrawn permission is recorded', async () => {
    scene = await Scene.open([...users(2), ...group(0, [userId(0)]), ...group(1, [groupId(0)]), hidden]);
    await scene.showHidden(true);
    await scene.sync();
    await startSetup(scene, { scope: { ...scope, excludeGroupIds: [groupId(1)] } });
    await scene.settle();
    await scene.showHidden(false);
    let stopped = false;
    scene.beforeTable = async ({ writes, table }) => {
      if (stopped || !writes || table !== 'Pending') return;
      const { groups } = await scene.world.stores.syncStates.read(TENANT_ID);
      if (groups.seesHidden) return;
      stopped = true;
      throw new Unavailable('stopped');
    };
    await scene.sync();
    await scene.sync();
    await scene.change(...users(3).slice(2), addMember(0, userId(2)));
    await scene.sync();
    await scene.settle();
    expect([stopped, await hiddenGroups()]).toEqual([true, [groupId(1)]]);
    expect(await standings(scene)).toEqual({ [userId(1)]: IN });
  });
});
