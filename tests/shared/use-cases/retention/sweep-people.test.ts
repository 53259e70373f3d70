import { afterEach, describe, expect, it } from 'vitest';
import { aSetup, aSetupDocument } from '../../../builders/setup.js';
import { TENANT_ID } from '../../../histories/world.js';
import { move, userId, users } from '../sync-tenant/changes.js';
import { changeSetup, people, person, sceneWithPeople } from '../sync-tenant/people-scene.js';
import { Scene } from '../sync-tenant/scene.js';
import { pass } from './sweep-days.js';

let scene: Scene;
afterEach(() => scene.close());

describe('a person who was removed', () => {
  const atOnce = { mode: 'delete', afterDays: 0 } as const;
  const remove = { whenLeft: atOnce, whenDeleted: atOnce };

  it('is kept for 30 days as a tombstone and is removed within the week after', async () => {
    scene = await sceneWithPeople(users(3), { remove });
    await scene.change({ kind: 'softDeleteUser', id: userId(0) });
    await scene.sync();
    const status = async () => (await people(scene)).map((person) => person.status).sort();
    expect(await status()).toEqual(['active', 'active', 'removed']);
    await pass(scene, 30);
    expect(await status()).toEqual(['active', 'active', 'removed']);
    await pass(scene, 8);
    expect(await status()).toEqual(['active', 'active']);
  });

  it('goes on with its versions if it returns after that', async () => {
    scene = await sceneWithPeople(users(3), {
      remove,
      scope: { ...aSetupDocument().scope, filter: 'department = "Sales"' },
    });
    await scene.change(move(0, 'Research'));
    await scene.sync();
    const before = await person(scene, userId(0));
    expect(before.status).toBe('removed');
    await pass(scene, 38);
    expect(await people(scene)).toHaveLength(2);
    await scene.change(move(0, 'Sales'));
    await scene.sync();
    const { status, version } = await person(scene, userId(0));
    expect([status, version > before.version]).toEqual(['active', true]);
  });
});

describe('the journal', () => {
  const atOnce = { mode: 'delete', afterDays: 0 } as const;
  const journalText = async (): Promise<string> =>
    JSON.stringify(await scene.world.stores.journal.after(TENANT_ID, 0, 1_000));

  it('holds values of a person who was removed for 30 days and a week at most, and those of others on', async () => {
    scene = await sceneWithPeople(users(3), { remove: { whenLeft: atOnce, whenDeleted: atOnce } });
    await scene.change({ kind: 'softDeleteUser', id: userId(0) });
    await scene.sync();
    const entries = async () => await scene.world.stores.journal.after(TENANT_ID, 0, 1_000);
    const before = await entries();
    await pass(scene, 30);
    expect(await journalText()).toContain('Person 0');
    await pass(scene, 8);
    const text = await journalText();
    expect([text.includes('Person 0'), text.includes('Person 1')]).toEqual([false, true]);
    const withoutValues = (all: typeof before) =>
      all.map((entry) => ({ ...entry, before: null, after: null }));
    expect(withoutValues(await entries())).toEqual(withoutValues(before));
  });

  it('holds no values of a setup that was removed long ago', async () => {
    scene = await sceneWithPeople(users(3));
    await changeSetup(scene, { state: 'removing' });
    await scene.settle();
    await pass(scene, 38);
    expect(await journalText()).not.toContain('Person');
  });
});

describe('who was given a role', () => {
  const role = 'cccccccc-0000-4000-8000-000000000001';
  const holder = { principalId: userId(0), principalType: 'user', roles: [role] };

  /** Read for a setup that was started once. */
  async function held(): Promise<void> {
    scene = await Scene.synced(users(3));
    const { roleAssignments } = scene.world.stores;
    const fence = { ...(await scene.scope()), assertHeld: () => undefined };
    const readAt = new Date(scene.world.clock.now()).toISOString();
    await roleAssignments.write(fence, [{ before: null, after: holder }]);
    await roleAssignments.saveList(fence, {
      key: `directoryRole ${role}`,
      ...{ roles: [role], readAt, askedAt: readAt, outcome: 'read' },
    });
  }

  it('is removed once no setup names the role any more, also if none names any', async () => {
    await held();
    await pass(scene, 1);
    expect(scene.world.tables.rows('RoleAssignments')).toEqual([]);
  });

  it('is kept while a setup that is paused names the role', async () => {
    await held();
    const source = { kind: 'directoryRole', directoryRole: role } as const;
    const grant = { source, roles: [], memberships: [], hostsOf: [], organizationalUnits: ['ou'] };
    const document = aSetupDocument({ grants: [grant] });
    await scene.world.stores.setups.insert(aSetup({ tenantId: TENANT_ID, document, state: 'paused' }));
    await pass(scene, 1);
    expect(scene.world.tables.rows('RoleAssignments')).toHaveLength(3);
  });
});
