import { afterEach, describe, expect, it } from 'vitest';
import type { DirectoryChange } from '../../../../local/graph/control-api.js';
import type { FieldMapping, GrantRule } from '../../../../shared/core/setup/setup.js';
import { attentionOf } from '../../../../shared/use-cases/setups/attention-of.js';
import { aSetupDocument } from '../../../builders/setup.js';
import { TENANT_ID } from '../../../histories/world.js';
import { addMember, group, groupId, removeMember, userId, users } from './changes.js';
import { changeSetup, people, person, sceneWithPeople, SETUP, standings } from './people-scene.js';
import { hostView, type Scene } from './scene.js';

const { scope, attributes } = aSetupDocument();
const given = { roles: [], memberships: [], hostsOf: [], organizationalUnits: [] };
const IN = 'active inScope';
const GONE = 'disabled deletedInDirectory';
const LONG = 300_000;

let scene: Scene;
afterEach(() => scene.close());

function named(n: number, displayName: string): DirectoryChange {
  return { kind: 'updateUser', id: userId(n), attributes: { displayName } };
}

const grows = (n: number, letter = 'x', length = LONG): DirectoryChange => named(n, letter.repeat(length));
const leaves = (n: number): DirectoryChange => ({ kind: 'softDeleteUser', id: userId(n) });

function field(from: string): FieldMapping {
  return { from, to: from, policy: 'authoritative', visible: true, usableInRules: true };
}

function hostsOf(n: number, organizationalUnits: readonly string[] = []): GrantRule {
  const source = { kind: 'group', groupId: groupId(n) } as const;
  return { ...given, source, hostsOf: ['lobby'], organizationalUnits };
}

async function setupAttention() {
  const stored = await scene.world.stores.setups.get(TENANT_ID, SETUP);
  if (stored === null) throw new Error('The setup is gone.');
  return attentionOf(scene.world.host(hostView()).ports, stored.value);
}

async function hosts(): Promise<readonly (string | null)[]> {
  const { hosts: stored } = scene.world.stores;
  const request = { after: null, limit: 100, receptionId: null };
  const { rows } = await stored.list(await scene.scope(), SETUP, request);
  return rows.map(({ displayName }) => displayName);
}

describe('a user with a name of 300,000 characters', () => {
  it('is passed over with a warning and an issue, and everybody else goes on', async () => {
    scene = await sceneWithPeople(users(60));
    await scene.change(grows(0), leaves(1));
    const run = await scene.sync();
    expect(run).toMatchObject({
      status: 'Succeeded',
      warnings: [{ code: 'PersonTooLarge', count: 1 }],
      error: null,
    });
    expect(await scene.deadLetters()).toEqual([]);
    expect(await standings(scene)).toMatchObject({ [userId(0)]: IN, [userId(1)]: GONE, [userId(2)]: IN });
    expect((await person(scene, userId(0))).displayName).toBe('Person 0');
    const [attention] = await setupAttention();
    expect(attention).toMatchObject({ path: 'attributes', code: 'PersonTooLarge' });
    expect(attention?.message).toContain(`${userId(0)} (displayName: 586 KiB)`);
    expect((await scene.issues())[0]).toMatchObject({ code: 'setupAttention' });
    await scene.expectMirrored();
  });

  it('does not come where it is new, and comes once its name is shorter', async () => {
    scene = await sceneWithPeople([...users(3), grows(1)]);
    expect(Object.keys(await standings(scene))).toHaveLength(2);
    await scene.change(named(1, 'Ada'));
    expect((await scene.sync()).warnings).toEqual([]);
    expect(await person(scene, userId(1))).toMatchObject({ displayName: 'Ada', status: 'active' });
    expect(await setupAttention()).toEqual([]);
    expect(await scene.issues()).toEqual([]);
  });

  it('comes right as soon as its name is shorter, and the issue ends', async () => {
    scene = await sceneWithPeople(users(3));
    await scene.change(grows(1));
    await scene.sync();
    await scene.change(grows(1, 'y'));
    await scene.sync({ full: true });
    await scene.change(named(1, 'Ada'));
    await scene.sync();
    expect((await person(scene, userId(1))).displayName).toBe('Ada');
    expect(await scene.issues()).toEqual([]);
  });

  it('loses and gets what its groups give all the same', async () => {
    scene = await sceneWithPeople([...users(3), ...group(0, [userId(1)]), ...group(1)], {
      grants: [hostsOf(0, ['north']), hostsOf(1, ['south'])],
    });
    await scene.change(grows(1), removeMember(0, userId(1)), addMember(1, userId(1)));
    await scene.sync();
    expect(await person(scene, userId(1))).toMatchObject({
      displayName: 'Person 1',
      organizationalUnits: ['south'],
      hostsOf: ['lobby'],
    });
    expect(await hosts()).toEqual(['Person 1']);
    await scene.change(removeMember(1, userId(1)));
    await scene.sync();
    expect(await person(scene, userId(1))).toMatchObject({ organizationalUnits: [], hostsOf: [] });
    expect(await hosts()).toEqual([]);
  });

  it('is no host where it is no person either', async () => {
    scene = await sceneWithPeople([...users(3), grows(1), ...group(0, [userId(0), userId(1)])], {
      scope: { ...scope, kind: 'rootGroup', groupIds: [groupId(1)] },
      grants: [hostsOf(0)],
    });
    expect(await hosts()).toEqual(['Person 0']);
    expect((await scene.sync()).warnings).toMatchObject([{ code: 'PersonTooLarge', count: 1 }]);
  });

  it('leaves as anybody does', async () => {
    scene = await sceneWithPeople(users(3));
    await scene.change(grows(1));
    await scene.sync();
    await scene.change(leaves(1));
    await scene.sync();
    expect(await person(scene, userId(1))).toMatchObject({ displayName: 'Person 1', status: 'disabled' });
    expect(await scene.issues()).toEqual([]);
  });

  it('does not keep those who report to it from being people', async () => {
    scene = await sceneWithPeople(
      [...users(3), { kind: 'setManager', userId: userId(1), managerId: userId(0) }],
      { attributes: { ...attributes, fields: [field('manager.displayName')] } },
    );
    await scene.change(grows(0));
    await scene.sync();
    await scene.change(grows(0, 'y'));
    await scene.sync();
    const report = await person(scene, userId(1));
    expect(report.manager).toMatchObject({ directoryId: userId(0), name: null });
    expect(report.attributes).toEqual({ 'manager.displayName': null });
    expect((await setupAttention())[0]?.message).toContain(userId(0));
  });

  it('keeps the setup neither from being edited nor from being removed', async () => {
    scene = await sceneWithPeople(users(3));
    await scene.change(grows(1));
    await scene.sync();
    await changeSetup(scene, { document: aSetupDocument({ customerType: 'gold' }) });
    await scene.settle();
    expect((await person(scene, userId(1))).customerType).toBe('gold');
    await changeSetup(scene, { state: 'removing' });
    await scene.settle();
    expect(await people(scene)).toEqual([]);
    const { rows } = await scene.world.stores.oversizedPeople.list(TENANT_ID, SETUP, {
      after: null,
      limit: 10,
    });
    expect(rows).toEqual([]);
  });
});

describe('people who are given more than a row holds', () => {
  it('come once they are given less', async () => {
    const units = Array.from({ length: 2_500 }, (_, n) => `unit-${n}-${'x'.repeat(60)}`);
    scene = await sceneWithPeople([...users(3), ...group(0, [userId(1)])], {
      grants: [hostsOf(0, units)],
    });
    expect(Object.keys(await standings(scene))).toHaveLength(2);
    expect(await setupAttention()).toMatchObject([{ path: 'grants', code: 'PersonTooLarge' }]);
    await scene.change(removeMember(0, userId(1)));
    await scene.sync();
    expect((await standings(scene))[userId(1)]).toBe(IN);
    expect(await setupAttention()).toEqual([]);
  });
});

describe('a value that is more than a row of the mirror holds', () => {
  const HUGE = 600_000;

  it('is left out with a warning, and whoever the setup reads it of stays as it was', async () => {
    scene = await sceneWithPeople(users(3), {
      attributes: { ...attributes, fields: [field('department')] },
    });
    await scene.change(grows(1, 'x', HUGE), leaves(2));
    const run = await scene.sync();
    expect(run.status).toBe('Succeeded');
    expect(run.warnings.map(({ code, count }) => [code, count])).toEqual([
      ['ValueTooLarge', 1],
      ['PersonTooLarge', 1],
    ]);
    expect(await scene.user(userId(1))).toMatchObject({ tooLarge: ['displayName'] });
    expect(await person(scene, userId(1))).toMatchObject({
      displayName: 'Person 1',
      attributes: { department: 'Sales' },
    });
    expect((await standings(scene))[userId(2)]).toBe(GONE);
    await scene.change(named(1, 'Ada'));
    await scene.sync();
    expect((await person(scene, userId(1))).displayName).toBe('Ada');
    expect(await scene.issues()).toEqual([]);
    await scene.expectMirrored();
  });

  it('neither lets anybody in nor out by a filter', async () => {
    scene = await sceneWithPeople(users(3), { scope: { ...scope, filter: 'department = "Sales"' } });
    const department = 'x'.repeat(HUGE);
    await scene.change({ kind: 'updateUser', id: userId(1), attributes: { department } });
    await scene.sync();
    await scene.sync({ full: true });
    expect(await standings(scene)).toEqual({ [userId(0)]: IN, [userId(1)]: IN, [userId(2)]: IN });
    await scene.change({ kind: 'updateUser', id: userId(1), attributes: { accountEnabled: false } });
    await scene.sync();
    expect((await standings(scene))[userId(1)]).toBe('disabled accountDisabled');
  });

  it('does not matter where it is of a group', async () => {
    scene = await sceneWithPeople([...users(3), ...group(0, [userId(1)])], { grants: [hostsOf(0)] });
    await scene.change(
      { kind: 'updateGroup', id: groupId(0), attributes: { displayName: 'x'.repeat(HUGE) } },
      removeMember(0, userId(1)),
    );
    const run = await scene.sync();
    expect(run).toMatchObject({ status: 'Succeeded', warnings: [{ code: 'ValueTooLarge', count: 1 }] });
    expect(await scene.group(groupId(0))).toMatchObject({ tooLarge: ['displayName'] });
    expect(await hosts()).toEqual([]);
    await scene.change({ kind: 'updateGroup', id: groupId(0), attributes: { displayName: 'G' } });
    await scene.sync();
    await scene.expectMirrored();
  });
});
