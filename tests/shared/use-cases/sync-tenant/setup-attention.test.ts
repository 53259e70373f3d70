import { afterEach, describe, expect, it } from 'vitest';
import { withHealth } from '../../../../shared/core/issues/tenant-health.js';
import type { GrantRule } from '../../../../shared/core/setup/setup.js';
import { changeTenant } from '../../../../shared/ports/change-tenant.js';
import { aSetupDocument } from '../../../builders/setup.js';
import { TENANT_ID } from '../../../histories/world.js';
import { group, groupId, move, removeMember, userId, users } from './changes.js';
import { changeSetup, guardOff, person, sceneWithPeople, SETUP, standings } from './people-scene.js';
import type { Scene } from './scene.js';

const { scope } = aSetupDocument();
const root = { ...scope, kind: 'rootGroup', groupIds: [groupId(0)] } as const;
const IN = 'active inScope';
const [ROLE, OTHER_ROLE] = [1, 2].map((n) => `99999999-0000-4000-8000-00000000000${n}`);
const grants = [ROLE, OTHER_ROLE].map((directoryRole): GrantRule => {
  const source = { kind: 'directoryRole', directoryRole: directoryRole ?? '' } as const;
  return { source, roles: [], memberships: [], hostsOf: ['lobby'], organizationalUnits: [] };
});

let scene: Scene;
afterEach(() => scene.close());

/** What Graph answers when it is asked who has a directory role. */
function roleAnswers(status: number, holders: readonly string[] = []): void {
  const value = holders.map((id) => ({ '@odata.type': '#microsoft.graph.user', id }));
  const error = { code: status === 404 ? 'Request_ResourceNotFound' : 'Authorization_RequestDenied' };
  scene.onAnswer = (request, answer) =>
    /directoryRoles.*\/members$/.test(request.url.pathname)
      ? { ...answer, status, body: JSON.stringify(status === 200 ? { value } : { error }) }
      : answer;
}

describe('the tenant of a setup that needs attention', () => {
  it('says so, and what to do, until the group is back', async () => {
    scene = await sceneWithPeople([...users(3), ...group(0, [userId(0), userId(1)])], { scope: root });
    expect(await scene.issues()).toEqual([]);
    await scene.change({ kind: 'deleteGroup', id: groupId(0) });
    await scene.sync();
    expect(await standings(scene)).toEqual({ [userId(0)]: IN, [userId(1)]: IN });
    const [issue] = await scene.issues();
    const first = `The group ${groupId(0)} is not in the directory any more: nobody is removed for it. Bring it back, or take it out of the setup.`;
    expect(issue).toMatchObject({ code: 'setupAttention', setupId: SETUP, count: 1, first });
    await scene.change({ kind: 'restoreGroup', id: groupId(0) });
    await scene.sync();
    expect(await scene.issues()).toEqual([]);
  });

  it.each([
    ['is edited', { document: aSetupDocument({ removalGuard: guardOff }) }],
    ['is paused', { state: 'paused' }],
  ] as const)('says it no longer once the setup %s', async (_how, change) => {
    scene = await sceneWithPeople([...users(3), ...group(0, [userId(0)])], { scope: root });
    await scene.change({ kind: 'deleteGroup', id: groupId(0) });
    await scene.sync();
    expect(await scene.issues()).toHaveLength(1);
    await changeSetup(scene, change);
    await scene.settle();
    expect(await scene.issues()).toEqual([]);
  });

  it('keeps its other issues', async () => {
    scene = await sceneWithPeople([...users(2), ...group(0, [userId(0)])], { scope: root });
    const other = { obstacle: { kind: 'quota' }, since: '2026-01-01T00:00:00.000Z' } as const;
    await changeTenant(scene.world.stores, TENANT_ID, (tenant) => {
      return withHealth(tenant, { noSubscriptions: other });
    });
    await scene.change({ kind: 'deleteGroup', id: groupId(0) });
    await scene.sync();
    expect((await scene.issues()).map(({ code }) => code)).toEqual(['setupAttention', 'noSubscriptions']);
    await scene.change({ kind: 'restoreGroup', id: groupId(0) });
    await scene.sync();
    expect(await scene.issues()).toEqual([{ code: 'noSubscriptions', ...other }]);
  });
});

describe('roles that a setup names and Graph does not know', () => {
  it('take nothing from who had them, and need attention', async () => {
    scene = await sceneWithPeople(users(3));
    roleAnswers(200, [userId(1)]);
    await changeSetup(scene, { document: aSetupDocument({ removalGuard: guardOff, grants }) });
    await scene.settle();
    expect((await person(scene, userId(1))).hostsOf).toEqual(['lobby']);
    roleAnswers(404);
    await scene.change(move(1, 'Research'));
    const run = await scene.sync();
    expect((await person(scene, userId(1))).hostsOf).toEqual(['lobby']);
    expect(run.warnings).toEqual([
      {
        code: 'RoleNotFound',
        message: `Graph does not know the directory role ${ROLE}, the directory role ${OTHER_ROLE}. What was read before stays; correct the setups that name it.`,
        count: 2,
      },
    ]);
    const first = expect.stringContaining(`Graph does not know the directory role ${ROLE}`) as string;
    expect(await scene.issues()).toMatchObject([{ code: 'setupAttention', count: 2, first }]);
    roleAnswers(200, []);
    expect((await scene.sync()).warnings).toEqual([]);
    expect(await scene.issues()).toEqual([]);
    expect((await person(scene, userId(1))).hostsOf).toEqual([]);
  });

  it('take nothing from who had them while Graph lists only some and refuses the assignments', async () => {
    scene = await sceneWithPeople(users(3));
    const strangers = Array.from(
      { length: 998 },
      (_, n) => `d0000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    );
    const [grant] = grants;
    roleAnswers(200, [userId(1)]);
    await changeSetup(scene, { document: aSetupDocument({ removalGuard: guardOff, grants: [grant!] }) });
    await scene.settle();
    roleAnswers(200, [userId(2), ...strangers]);
    const run = await scene.sync();
    expect(run.warnings).toMatchObject([{ code: 'RolesIncomplete', count: 1 }]);
    expect(run.warnings[0]?.message).toContain('consent to RoleManagement.Read.Directory');
    expect(JSON.stringify(await scene.issues())).toContain(
      `the directory role ${ROLE}: they get what it gives`,
    );
    for (const n of [1, 2]) expect((await person(scene, userId(n))).hostsOf).toEqual(['lobby']);
    roleAnswers(200, [userId(2)]);
    expect((await scene.sync()).warnings).toEqual([]);
    expect(await scene.issues()).toEqual([]);
    expect((await person(scene, userId(1))).hostsOf).toEqual([]);
  });

  it('let nobody be removed where they were never read', async () => {
    scene = await sceneWithPeople([...users(3), ...group(0, [userId(0), userId(1)])], { scope: root });
    roleAnswers(404);
    await changeSetup(scene, { document: aSetupDocument({ removalGuard: guardOff, scope: root, grants }) });
    await scene.settle();
    await scene.change(removeMember(0, userId(1)));
    await scene.sync();
    expect(await standings(scene)).toEqual({ [userId(0)]: IN, [userId(1)]: IN });
    await changeSetup(scene, { document: aSetupDocument({ removalGuard: guardOff, scope: root }) });
    await scene.settle();
    expect(await scene.issues()).toEqual([]);
    expect((await standings(scene))[userId(1)]).toBe('disabled leftScope');
  });

  it('are told by a run that nobody asked for as well, where Graph refuses them', async () => {
    scene = await sceneWithPeople(users(3));
    roleAnswers(403);
    await changeSetup(scene, { document: aSetupDocument({ removalGuard: guardOff, grants }) });
    await scene.settle();
    await scene.change(move(1, 'Research'));
    const dueAt = scene.world.clock.now();
    scene.world.queue.put('n', TENANT_ID, {
      ...{ version: 1, kind: 'notification', tenantId: TENANT_ID, attempt: 0, resource: 'users', dueAt },
    });
    await scene.settle();
    const [run] = await scene.runs();
    expect(run).toMatchObject({
      trigger: 'notification',
      warnings: [{ code: 'RolesRefused', count: 2 }],
    });
    expect(run?.warnings[0]?.message).toContain('consent to RoleManagement.Read.Directory');
    expect(await scene.world.stores.setupProgresses.get(TENANT_ID, SETUP)).toMatchObject({
      readiness: 'partial',
    });
  });
});
