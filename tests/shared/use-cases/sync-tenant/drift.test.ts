import { afterEach, describe, expect, it } from 'vitest';
import { TENANT_ID } from '../../../histories/world.js';
import type { Fence } from '../../../../shared/ports/scope.js';
import { addMember, group, groupId, move, userId, users } from './changes.js';
import { hostView, Scene } from './scene.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let scene: Scene;
afterEach(() => scene.close());

/** What the timer does for so long, every ten minutes. */
async function live(milliseconds: number): Promise<void> {
  const { clock } = scene.world;
  for (const end = clock.now() + milliseconds; clock.now() < end;) {
    await scene.world.host(hostView()).startNightlyRuns();
    const next = clock.now() + 10 * MINUTE;
    await scene.settle(10 * MINUTE);
    if (clock.now() < next) await clock.advance(next - clock.now());
  }
}

const night = (): Promise<void> => live(24 * HOUR);

/** Somebody's hand in the tables, or a fault of ours. */
async function fence(): Promise<Fence> {
  return { ...(await scene.scope()), assertHeld: () => undefined };
}

async function tamper(n: number): Promise<void> {
  const user = await scene.user(userId(n));
  if (user === null) throw new Error('There is no such user.');
  const attributes = { ...user.attributes, department: 'Tampered with' };
  await scene.world.stores.mirror.writeUsers(await fence(), [{ ...user, attributes }]);
}

const fullReads = (resource: string): number =>
  scene.graphRequestsTo(new RegExp(`${resource}/delta\\?.*select`)).length;
const check = () => scene.world.stores.driftChecks.get(TENANT_ID);

describe('anti-entropy', () => {
  it('finds nothing where nothing differs, within its budget of requests', async () => {
    scene = await Scene.synced([...users(9), ...group(0, [userId(0), userId(1)]), ...group(1, [groupId(0)])]);
    await night();
    expect(await check()).toMatchObject({ suspects: [], found: null });
    expect((await check()).checkedAt).not.toBeNull();
    const asked = scene.graph.filter(({ path }) => !path.includes('/delta'));
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.length).toBeLessThanOrEqual(20);
    await scene.expectMirrored();
  });

  it('looks at others each night, until everybody was looked at', async () => {
    scene = await Scene.synced(users(23));
    for (let nights = 0; nights < 5; nights += 1) await night();
    const seen = new Set(scene.graphRequestsTo(/users\/[0-9a-f-]+\?/).map(({ path }) => path.split('?')[0]));
    expect(seen.size).toBe(23);
  });

  it('reads the users anew whose attributes were lost, tells of it, and ends in line with the directory', async () => {
    scene = await Scene.synced([...users(4), ...group(0, [userId(0)])]);
    await tamper(2);
    await night();
    await scene.expectMirrored();
    expect(fullReads('users')).toBe(1);
    expect(fullReads('groups')).toBe(0);
    const run = (await scene.runs()).find(({ warnings }) =>
      warnings.some(({ code }) => code === 'DriftFound'),
    );
    expect(run).toMatchObject({ trigger: 'poll', full: true, counts: { users: { updated: 1 } } });
    expect(run?.warnings[0]?.message).toContain(`user ${userId(2)}: department`);
    expect(await check()).toMatchObject({ found: { suspects: 1 }, repairs: { groups: null } });
  });

  it('reads the groups anew whose members were lost', async () => {
    scene = await Scene.synced([...users(4), ...group(0, [userId(0), userId(1)])]);
    const edge = { groupId: groupId(0), memberId: userId(1), memberType: 'user' } as const;
    await scene.world.stores.mirror.removeEdges(await fence(), [edge]);
    await night();
    expect(await scene.membersOf(groupId(0))).toEqual([userId(0), userId(1)]);
    expect(fullReads('groups')).toBe(1);
    expect(fullReads('users')).toBe(0);
  });

  it('finds by the directory’s own count who is missing altogether', async () => {
    scene = await Scene.synced(users(4));
    await scene.world.stores.mirror.removeUsers(await fence(), [userId(3)]);
    await night();
    await scene.expectMirrored();
  });

  it('takes no lag for drift', async () => {
    scene = await Scene.synced([...users(9), ...group(0)]);
    await scene.world.emulator.setLag(TENANT_ID, 20);
    for (let n = 0; n < 24 * 6; n += 1) {
      await scene.change(move(n % 9, `Moved ${n}`));
      if (n % 3 === 0 && n < 27) await scene.change(addMember(0, userId(n / 3)));
      await live(10 * MINUTE);
    }
    expect((await check()).checkedAt).not.toBeNull();
    expect((await check()).found).toBeNull();
    expect(fullReads('users')).toBe(0);
  });

  it('has the same read anew once a week at most, and goes on telling', async () => {
    scene = await Scene.synced(users(4));
    for (let nights = 0; nights < 6; nights += 1) {
      await tamper(1);
      await night();
    }
    expect(fullReads('users')).toBe(1);
    const told = (await scene.runs()).filter(({ warnings }) =>
      warnings.some(({ code }) => code === 'DriftFound'),
    );
    expect(told.length).toBeGreaterThanOrEqual(1);
    await live(48 * HOUR);
    expect(fullReads('users')).toBe(2);
    await scene.expectMirrored();
  });

  it('is left for the next night where Graph does not answer, and no run waits for it', async () => {
    scene = await Scene.synced(users(4));
    scene.onAnswer = (request, answer) =>
      /users\/[0-9a-f-]+$/.test(request.url.pathname) ? { ...answer, status: 403 } : answer;
    await night();
    const [run] = await scene.runs();
    expect(run).toMatchObject({ trigger: 'nightly', status: 'Succeeded' });
    expect((await scene.tenant()).state.kind).toBe('running');
  });
});
