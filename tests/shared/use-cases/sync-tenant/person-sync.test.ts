import { afterEach, describe, expect, it } from 'vitest';
import type { TableName } from '../../../../shared/adapters/tables/tables.js';
import { Unavailable } from '../../../../shared/core/failures.js';
import { SECOND_LOOK_MS, type PersonSync, type PersonSyncStep } from '../../../../shared/core/person-sync.js';
import { requestPersonSync } from '../../../../shared/use-cases/people/request-person-sync.js';
import { aSetupDocument } from '../../../builders/setup.js';
import { TENANT_ID } from '../../../histories/world.js';
import { addMember, group, groupId, move, removeMember, userId, users } from './changes.js';
import { changeSetup, person, sceneWithPeople, SETUP, standings, startSetup } from './people-scene.js';
import { hostView, Scene } from './scene.js';

const { scope } = aSetupDocument();
const root = { ...scope, kind: 'rootGroup', groupIds: [groupId(0)] } as const;
const IN = 'active inScope';

let scene: Scene;
afterEach(() => scene.close());

async function ask(n: number): Promise<string> {
  const { ports } = scene.world.host(hostView());
  const key = { tenantId: TENANT_ID, setupId: SETUP, personId: `${SETUP}.${userId(n)}` };
  const outcome = await requestPersonSync(ports, key);
  if (outcome.kind !== 'accepted') throw new Error(`It was not accepted: ${outcome.kind}`);
  return outcome.sync.requestId;
}

async function traced(requestId: string): Promise<PersonSync> {
  const sync = await scene.world.stores.personSyncs.get(TENANT_ID, requestId);
  if (sync === null) throw new Error('There is no such sync.');
  return sync;
}

/** Asks, and lets it be done without what comes later. */
async function syncNow(n: number): Promise<PersonSync> {
  const requestId = await ask(n);
  await scene.settle(SECOND_LOOK_MS / 2);
  return traced(requestId);
}

const said = ({ steps }: PersonSync): string[] => steps.map(({ step, outcome }) => `${step} ${outcome}`);

function stepOf(sync: PersonSync, name: PersonSyncStep['step']): PersonSyncStep {
  const found = sync.steps.find(({ step, setupId }) => step === name && (setupId ?? SETUP) === SETUP);
  if (found === undefined) throw new Error(`There is no step ${name}: ${said(sync).join(', ')}`);
  return found;
}

describe('syncing one person now', () => {
  it('brings a change of the user without any delta, and says each step without a value', async () => {
    scene = await sceneWithPeople(users(3));
    await scene.change(move(1, 'Research'), {
      kind: 'setManager',
      userId: userId(1),
      managerId: userId(0),
    });
    const sync = await syncNow(1);
    expect(sync).toMatchObject({ status: 'Succeeded', error: null });
    expect(said(sync).filter((step) => step.startsWith('derive'))).toEqual(['derive done']);
    expect(said(sync).slice(0, 3)).toEqual(['readUser done', 'readMemberships done', 'updateMirror done']);
    expect(said(sync).at(-1)).toBe('publish done');
    expect(stepOf(sync, 'updateMirror').changed).toEqual(['department', 'manager']);
    expect(stepOf(sync, 'derive').outcome).toBe('done');
    expect((await scene.user(userId(1)))?.attributes['department']).toBe('Research');
    expect((await person(scene, userId(1))).manager?.directoryId).toBe(userId(0));
    expect(scene.graphRequestsTo(/delta/)).toEqual([]);
    expect(JSON.stringify(sync)).not.toContain('Research');
  });

  it('finds nothing to do where the mirror has all of it, and looks no second time', async () => {
    scene = await sceneWithPeople(users(3));
    const sync = await syncNow(1);
    expect(stepOf(sync, 'updateMirror').outcome).toBe('nothingToDo');
    expect(stepOf(sync, 'derive').outcome).toBe('nothingToDo');
    expect(sync.secondLookAt).toBeNull();
    expect(scene.writesTo('Users', 'Memberships', 'People')).toEqual([]);
  });

  it('takes in a user and a membership that no delta has told yet', async () => {
    scene = await sceneWithPeople([...users(2), ...group(0, [userId(0)])], { scope: root });
    await scene.change({ kind: 'createUser', id: userId(7), attributes: { displayName: 'New' } });
    await scene.change(addMember(0, userId(7)));
    const sync = await syncNow(7);
    expect(said(sync)).toContain('updateMirror done');
    expect(await standings(scene)).toEqual({ [userId(0)]: IN, [userId(7)]: IN });
    expect(await scene.peopleOf(groupId(0))).toBe(2);
    await scene.sync();
    await scene.expectMirrored();
  });

  it('leaves a lost membership and a deletion to the changes, which it reads at once', async () => {
    scene = await sceneWithPeople([...users(4), ...group(0, [0, 1, 2, 3].map(userId))], { scope: root });
    await scene.change(removeMember(0, userId(1)), { kind: 'softDeleteUser', id: userId(2) });
    const lost = await syncNow(1);
    expect(stepOf(lost, 'updateMirror')).toMatchObject({ outcome: 'leftToRound' });
    const deleted = await syncNow(2);
    expect(said(deleted).slice(0, 3)).toEqual([
      'readUser done',
      'readDeletedItems done',
      'updateMirror leftToRound',
    ]);
    expect(await standings(scene)).toEqual({
      [userId(0)]: IN,
      [userId(1)]: 'disabled leftScope',
      [userId(2)]: 'disabled deletedInDirectory',
      [userId(3)]: IN,
    });
  });

  it('leaves a group that the mirror does not know to the groups', async () => {
    scene = await sceneWithPeople(users(2));
    await scene.change(...group(5, [userId(1)]));
    const sync = await syncNow(1);
    expect(stepOf(sync, 'updateMirror')).toMatchObject({ outcome: 'leftToRound' });
    expect(stepOf(sync, 'updateMirror').detail).toContain(groupId(5));
    expect(await scene.membersOf(groupId(5))).toEqual([userId(1)]);
  });

  it('meets the removal guard as any other removal', async () => {
    scene = await sceneWithPeople(users(4), {
      removalGuard: { maxCount: 0, maxShare: 0.01, minCount: 0, withinHours: 24 },
    });
    await scene.change({ kind: 'updateUser', id: userId(1), attributes: { accountEnabled: false } });
    const sync = await syncNow(1);
    expect(stepOf(sync, 'guard').outcome).toBe('held');
    expect(await person(scene, userId(1))).toMatchObject({ status: 'active', removalHeld: true });
  });

  it('takes back on the second look what a lagging replica had brought', async () => {
    scene = await sceneWithPeople([...users(2), ...group(0, [userId(0)])], { scope: root });
    scene.onAnswer = staleMemberOf;
    const stale = await syncNow(1);
    expect(stepOf(stale, 'updateMirror').changed).toEqual([groupId(0)]);
    expect((await standings(scene))[userId(1)]).toBe(IN);
    await expectTakenBack(stale.requestId);
  });
});

type Rewrite = NonNullable<Scene['onAnswer']>;

const memberships = `/users/${userId(1)}/memberOf`;

/** As a replica answers that does not know yet that the user left the group. */
const staleMemberOf: Rewrite = (request, answer) => {
  if (!request.url.pathname.endsWith(memberships)) return answer;
  const value = [{ '@odata.type': '#microsoft.graph.group', id: groupId(0) }];
  return { ...answer, body: JSON.stringify({ value }) };
};

/** What an old read had brought is gone once everything that is on its way was done. */
async function expectTakenBack(requestId: string): Promise<void> {
  scene.onAnswer = null;
  await scene.settle();
  const second = await traced(requestId);
  expect(second.steps.filter(({ secondLook }) => secondLook).length).toBeGreaterThan(0);
  expect(second).toMatchObject({ status: 'Succeeded', secondLookAt: null });
  await scene.expectMirrored();
  expect((await standings(scene))[userId(1)]).toBe('disabled leftScope');
}

/** The host dies right after the next write to this table. */
async function crashAfter(table: TableName): Promise<void> {
  let crashed = false;
  scene.afterTable = (request) => {
    if (crashed || !request.writes || request.table !== table) return;
    crashed = true;
    throw new Error('The host died.');
  };
  const delivery = await scene.receive();
  if (delivery !== null) await expect(scene.handle(hostView(), delivery)).rejects.toThrow('died');
  expect(crashed).toBe(true);
}

describe('the second look', () => {
  it.each(['Memberships', 'People'] as const)(
    'is not lost with a host that dies after writing %s, though the next read is not old any more',
    async (table) => {
      scene = await sceneWithPeople([...users(2), ...group(0, [userId(0)])], { scope: root });
      scene.onAnswer = staleMemberOf;
      const requestId = await ask(1);
      await crashAfter(table);
      scene.onAnswer = null;
      await scene.settle(SECOND_LOOK_MS / 2);
      expect(await traced(requestId)).toMatchObject({ status: 'Succeeded' });
      expect((await traced(requestId)).secondLookAt).not.toBeNull();
      await expectTakenBack(requestId);
    },
  );

  it('is not lost where the first one fails after it wrote', async () => {
    scene = await sceneWithPeople([...users(2), ...group(0, [userId(0)])], { scope: root });
    scene.onAnswer = staleMemberOf;
    const requestId = await ask(1);
    let failures = 1;
    scene.beforeTable = ({ table, writes }) => {
      if (table === 'People' && writes && failures-- > 0) throw new Unavailable('The tables rest.');
    };
    await scene.settle(SECOND_LOOK_MS / 2);
    const failed = await traced(requestId);
    expect(failed).toMatchObject({ status: 'Failed', brought: { groupIds: [groupId(0)] } });
    expect(failed.secondLookAt).not.toBeNull();
    scene.onAnswer = null;
    await scene.settle();
    await scene.expectMirrored();
    expect(await traced(requestId)).toMatchObject({ status: 'Failed', secondLookAt: null });
  });

  it('is moved on where it fails, longer each time, until it comes to its end', async () => {
    scene = await sceneWithPeople([...users(2), ...group(0, [userId(0)])], { scope: root });
    scene.onAnswer = staleMemberOf;
    const { requestId } = await syncNow(1);
    const endedAt = Date.parse((await traced(requestId)).endedAt ?? '');
    scene.onAnswer = (request, answer) =>
      request.url.pathname.endsWith(userId(1)) ? { ...answer, status: 403 } : answer;
    await scene.settle(8 * SECOND_LOOK_MS);
    const waiting = await traced(requestId);
    expect(waiting).toMatchObject({ status: 'Succeeded', brought: { groupIds: [groupId(0)] } });
    expect(Date.parse(waiting.secondLookAt ?? '') - endedAt).toBeGreaterThan(8 * SECOND_LOOK_MS);
    const looks = waiting.steps.filter(({ step, secondLook }) => secondLook && step === 'readUser');
    expect(looks.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed']);
    await expectTakenBack(requestId);
  });

  it('is tried again where its host dies', async () => {
    scene = await sceneWithPeople([...users(2), ...group(0, [userId(0)])], { scope: root });
    scene.onAnswer = staleMemberOf;
    const { requestId } = await syncNow(1);
    scene.onAnswer = null;
    await crashAfter('PersonSyncs');
    await expectTakenBack(requestId);
  });

  it('is taken once more where it took something back, since it may be old as well', async () => {
    scene = await sceneWithPeople([...users(2), ...group(0, [userId(0)])], { scope: root });
    await scene.change(addMember(0, userId(1)));
    const { requestId } = await syncNow(1);
    scene.onAnswer = (request, answer) =>
      request.url.pathname.endsWith(memberships) ? { ...answer, body: '{"value":[]}' } : answer;
    await scene.settle(SECOND_LOOK_MS * 1.5);
    expect(await scene.membersOf(groupId(0))).toEqual([userId(0)]);
    scene.onAnswer = null;
    await scene.settle();
    expect(await traced(requestId)).toMatchObject({ secondLookAt: null });
    expect((await standings(scene))[userId(1)]).toBe(IN);
    await scene.sync();
    await scene.expectMirrored();
  });
});

describe('while a first sync runs', () => {
  it('is served between two of its chunks, long before its end', async () => {
    scene = await Scene.open([...users(40), ...group(0, [userId(1)])]);
    await startSetup(scene);
    let requestId = '';
    const during: PersonSync[] = [];
    scene.beforeGraph(/users\/delta/, 3, async () => void (requestId = await ask(39)));
    scene.beforeGraph(/groups\/delta/, 1, async () => void during.push(await traced(requestId)));
    await scene.sync();
    expect(during.map(({ status }) => status)).toEqual(['Succeeded']);
    const [sync] = during;
    expect(sync === undefined ? '' : stepOf(sync, 'derive').outcome).toBe('done');
    await scene.expectMirrored();
    expect(Object.keys(await standings(scene))).toHaveLength(40);
  });
});

describe('what stands in the way', () => {
  it('is a step: the setup is not started', async () => {
    scene = await sceneWithPeople(users(2));
    await changeSetup(scene, { state: 'paused' });
    await scene.settle();
    const sync = await syncNow(1);
    expect(sync).toMatchObject({ status: 'Failed', error: { code: 'SetupNotStarted' } });
    expect(said(sync)).toContain('derive refused');
  });

  it('is a step: the tenant was paused meanwhile', async () => {
    scene = await sceneWithPeople(users(2));
    const requestId = await ask(1);
    await scene.pause(true);
    await scene.settle();
    const sync = await traced(requestId);
    expect(sync).toMatchObject({ status: 'Failed', error: { code: 'TenantPaused' } });
    expect(said(sync)).toEqual(['begin refused']);
  });

  it('is a step: Graph refuses, and the rest of the job goes on', async () => {
    scene = await sceneWithPeople(users(2));
    scene.onAnswer = (request, answer) =>
      request.url.pathname.endsWith(userId(1)) ? { ...answer, status: 403 } : answer;
    const sync = await syncNow(1);
    expect(sync).toMatchObject({ status: 'Failed', error: { code: 'AccessRefused' } });
    expect(said(sync)).toEqual(['readUser failed']);
  });

  it('is begun anew after a crash, and what waits is not asked for twice', async () => {
    scene = await sceneWithPeople(users(3));
    await scene.change(move(1, 'Research'));
    const requestId = await ask(1);
    expect(await ask(1)).toBe(requestId);
    await crashAfter('Users');
    await scene.settle(SECOND_LOOK_MS / 2);
    expect(await traced(requestId)).toMatchObject({ status: 'Succeeded' });
    await scene.settle();
    await scene.expectMirrored();
  });
});
