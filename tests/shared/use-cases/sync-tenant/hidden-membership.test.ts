import { afterEach, describe, expect, it } from 'vitest';
import type { SetupDocument } from '../../../../shared/core/setup/setup.js';
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
