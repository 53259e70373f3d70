import { afterEach, describe, expect, it } from 'vitest';
import { addMember, group, groupId, removeMember, userId, users } from './changes.js';
import { Scene } from './scene.js';

/** Invariant 4: a soft delete hides and keeps the edges, a restore revives them, a hard delete drops them. */
describe('a user', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it('who is soft-deleted is hidden and keeps every membership', async () => {
    scene = await Scene.synced([...users(3), ...group(0, [userId(0), userId(1)])]);
    await scene.change({ kind: 'softDeleteUser', id: userId(0) });
    const run = await scene.sync();
    expect((await scene.user(userId(0)))?.presence).toBe('softDeleted');
    expect((await scene.user(userId(0)))?.attributes['department']).toBe('Sales');
    expect(await scene.membersOf(groupId(0))).toEqual([userId(0), userId(1)]);
    expect(await scene.peopleOf(groupId(0))).toBe(1);
    expect(run.counts.users).toMatchObject({ softDeleted: 1, deleted: 0 });
    await scene.expectMirrored();
  });

  it('who is restored is shown again in every group, and Graph is asked once for their groups', async () => {
    scene = await Scene.synced([...users(2), ...group(0, [userId(0), userId(1)])]);
    await scene.change({ kind: 'softDeleteUser', id: userId(0) });
    await scene.sync();
    await scene.change({ kind: 'restoreUser', id: userId(0) });
    scene.forget();
    const run = await scene.sync();
    expect(scene.graphRequestsTo(/memberOf/)).toHaveLength(1);
    expect(await scene.peopleOf(groupId(0))).toBe(2);
    expect(run.counts.users).toMatchObject({ restored: 1, created: 0 });
    await scene.expectMirrored();
  });

  it('who comes back from before the first sync brings groups that Graph had told nobody of', async () => {
    scene = await Scene.open([...users(2), ...group(0, [userId(0), userId(1)])]);
    await scene.change({ kind: 'softDeleteUser', id: userId(0) });
    await scene.sync();
    await scene.change({ kind: 'restoreUser', id: userId(0) });
    await scene.sync();
    expect(await scene.membersOf(groupId(0))).toEqual([userId(0), userId(1)]);
    await scene.expectMirrored();
  });

  it('who left a group while hidden is not its member after the restore', async () => {
    scene = await Scene.synced([...users(2), ...group(0, [userId(0), userId(1)]), ...group(1)]);
    await scene.change({ kind: 'softDeleteUser', id: userId(0) });
    await scene.sync();
    await scene.change(
      { kind: 'restoreUser', id: userId(0) },
      removeMember(0, userId(0)),
      addMember(1, userId(0)),
    );
    await scene.sync();
    expect(await scene.membersOf(groupId(0))).toEqual([userId(1)]);
    await scene.expectMirrored();
  });

  it('who is deleted for good takes every membership along, whichever group it was in', async () => {
    scene = await Scene.synced([
      ...users(2),
      ...group(0, [userId(0), userId(1)]),
      ...group(1, [userId(0)], 'security'),
    ]);
    await scene.change({ kind: 'softDeleteUser', id: userId(0) }, { kind: 'hardDeleteUser', id: userId(0) });
    const run = await scene.sync();
    expect(await scene.user(userId(0))).toBeNull();
    expect(await scene.membersOf(groupId(0))).toEqual([userId(1)]);
    expect(await scene.membersOf(groupId(1))).toEqual([]);
    expect(scene.world.tables.rows('MemberOf')).toHaveLength(1);
    expect(run.counts.users).toMatchObject({ deleted: 1, softDeleted: 0 });
    await scene.expectMirrored();
  });
});

describe('a group', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it('of Microsoft 365 that is deleted is hidden with its members, and returns with them', async () => {
    scene = await Scene.synced([...users(3), ...group(0, [userId(0), userId(1)])]);
    await scene.change({ kind: 'deleteGroup', id: groupId(0) });
    await scene.sync();
    expect((await scene.group(groupId(0)))?.presence).toBe('softDeleted');
    expect(await scene.membersOf(groupId(0))).toHaveLength(2);
    expect(await scene.peopleOf(groupId(0))).toBe(0);
    await scene.change({ kind: 'restoreGroup', id: groupId(0) });
    const run = await scene.sync();
    expect(await scene.peopleOf(groupId(0))).toBe(2);
    expect(run.counts.groups).toMatchObject({ restored: 1 });
    await scene.expectMirrored();
  });

  it('that was deleted before the first sync returns with members that are asked of Graph', async () => {
    scene = await Scene.open([...users(3), ...group(0, [userId(0), userId(1)])]);
    await scene.change({ kind: 'deleteGroup', id: groupId(0) });
    await scene.sync();
    await scene.change({ kind: 'restoreGroup', id: groupId(0) });
    scene.forget();
    await scene.sync();
    expect(scene.graphRequestsTo(/groups\/b.*members/)).toHaveLength(1);
    expect(await scene.membersOf(groupId(0))).toEqual([userId(0), userId(1)]);
    await scene.expectMirrored();
  });

  it('that returns keeps the edges of members who are hidden themselves', async () => {
    scene = await Scene.synced([...users(2), ...group(0, [userId(0), userId(1)])]);
    await scene.change({ kind: 'softDeleteUser', id: userId(0) }, { kind: 'deleteGroup', id: groupId(0) });
    await scene.sync();
    await scene.change({ kind: 'restoreGroup', id: groupId(0) });
    await scene.sync();
    expect(await scene.membersOf(groupId(0))).toEqual([userId(0), userId(1)]);
    await scene.expectMirrored();
  });

  it('that is gone for good leaves neither its members nor its own memberships behind', async () => {
    scene = await Scene.synced([
      ...users(2),
      ...group(1, [userId(1)], 'security'),
      ...group(0, [userId(0), groupId(1)]),
    ]);
    expect(await scene.peopleOf(groupId(0))).toBe(2);
    await scene.change({ kind: 'deleteGroup', id: groupId(1) });
    const run = await scene.sync();
    expect(await scene.group(groupId(1))).toBeNull();
    expect(await scene.membersOf(groupId(0))).toEqual([userId(0)]);
    expect(scene.world.tables.rows('Memberships')).toHaveLength(1);
    expect(scene.world.tables.rows('MemberOf')).toHaveLength(1);
    expect(await scene.peopleOf(groupId(0))).toBe(1);
    expect(run.counts.groups).toMatchObject({ deleted: 1 });
    await scene.expectMirrored();
  });

  it('within another that is hidden and returns counts again for the outer one', async () => {
    scene = await Scene.synced([...users(2), ...group(1, [userId(1)]), ...group(0, [userId(0), groupId(1)])]);
    await scene.change({ kind: 'deleteGroup', id: groupId(1) });
    await scene.sync();
    expect(await scene.peopleOf(groupId(0))).toBe(1);
    await scene.expectMirrored();
    await scene.change({ kind: 'restoreGroup', id: groupId(1) });
    await scene.sync();
    expect(await scene.peopleOf(groupId(0))).toBe(2);
    await scene.expectMirrored();
  });

  it('that is gone when its members are asked for removes nothing by its 404', async () => {
    scene = await Scene.open([...users(2), ...group(0, [userId(0)])]);
    await scene.change({ kind: 'deleteGroup', id: groupId(0) });
    await scene.sync();
    await scene.change({ kind: 'restoreGroup', id: groupId(0) });
    await scene.world.emulator.addFault({
      path: '/groups/b.*/members',
      fault: { kind: 'status', status: 404, code: 'Request_ResourceNotFound' },
    });
    const run = await scene.sync();
    expect(run.status).toBe('Succeeded');
    expect((await scene.group(groupId(0)))?.presence).toBe('live');
  });
});
