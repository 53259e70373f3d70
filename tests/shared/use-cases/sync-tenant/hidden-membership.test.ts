import { afterEach, describe, expect, it } from 'vitest';
import { TENANT_ID } from '../../../histories/world.js';
import { addMember, group, groupId, userId, users } from './changes.js';
import { Scene } from './scene.js';

const hidden = {
  kind: 'updateGroup',
  id: groupId(0),
  attributes: { visibility: 'HiddenMembership' },
} as const;
const directory = [...users(3), ...group(0, [userId(0), userId(1)]), ...group(1, [userId(2)]), hidden];

let scene: Scene;
afterEach(() => scene.close());

/** Takes effect with the next token, which the expiry of the last one brings. */
async function allow(seesHidden: boolean): Promise<void> {
  const [app] = (await scene.world.emulator.listTenants())[0]?.apps ?? [];
  if (app === undefined) throw new Error('The tenant has no application.');
  const others = app.roles.filter((role) => role !== 'Member.Read.Hidden');
  const roles = seesHidden ? [...others, 'Member.Read.Hidden'] : others;
  await scene.world.emulator.setApp(TENANT_ID, { ...app, roles });
  await scene.world.clock.advance(2 * 3_600_000);
}

describe('a group with hidden membership', () => {
  it('is mirrored with its visibility, and its members with the permission to see them', async () => {
    scene = await Scene.open(directory);
    await allow(true);
    await scene.sync();
    expect((await scene.group(groupId(0)))?.attributes['visibility']).toBe('HiddenMembership');
    await scene.expectMirrored();
  });

  it('keeps its known members when the permission is withdrawn, whatever is read after that', async () => {
    scene = await Scene.open(directory);
    await allow(true);
    await scene.sync();
    await allow(false);
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
