import { afterEach, describe, expect, it } from 'vitest';
import { TENANT_ID } from '../../../histories/world.js';
import { editTenant } from '../../../../shared/use-cases/edit-tenant.js';
import { group, move, userId, users } from './changes.js';
import { hostView, Scene } from './scene.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let scene: Scene;
afterEach(() => scene.close());

/** What the timer does, every five minutes for so long. */
async function live(milliseconds: number): Promise<void> {
  const { clock } = scene.world;
  for (const end = clock.now() + milliseconds; clock.now() < end;) {
    const host = scene.world.host(hostView());
    await host.schedulePolls();
    await host.scheduleUpkeep();
    const next = clock.now() + 5 * MINUTE;
    await scene.settle(5 * MINUTE);
    if (clock.now() < next) await clock.advance(next - clock.now());
  }
}

const pollJobs = (): number => scene.jobs.filter(({ messageId }) => messageId.startsWith('poll:')).length;

const silent = async (): Promise<boolean> =>
  (await scene.issues()).some(({ code }) => code === 'notificationsSilent');

async function loseNotifications(drop: number): Promise<void> {
  await scene.world.emulator.setNotificationFaults(TENANT_ID, { drop });
}

describe('backstop polling', () => {
  it('finds what nobody told of within the interval', async () => {
    scene = await Scene.synced([...users(3), ...group(0)]);
    await scene.change(move(0, 'Found'));
    await live(4 * HOUR);
    expect((await scene.user(userId(0)))?.attributes['department']).toBe('Found');
    expect(await scene.runs()).toMatchObject([{ trigger: 'poll', counts: { users: { updated: 1 } } }, {}]);
    await scene.expectMirrored();
  });

  it('costs one request per resource where nothing changed, and leaves no run', async () => {
    scene = await Scene.synced([...users(3), ...group(0)]);
    const answered: string[] = [];
    scene.onAnswer = (request, answer) => {
      // The token's cache does not live by the clock of the scene: some are refused once before the request is served.
      if (answer.status !== 401) answered.push(request.url.pathname);
      return answer;
    };
    await live(24 * HOUR);
    const polls = pollJobs();
    expect(polls).toBeGreaterThanOrEqual(6);
    expect(polls).toBeLessThanOrEqual(9);
    const once = ['/v1.0/groups/delta', '/v1.0/users/delta'];
    expect(answered.sort()).toEqual(
      Array.from({ length: polls }, () => once)
        .flat()
        .sort(),
    );
    expect(await scene.runs()).toHaveLength(1);
  });

  it('comes as often as the tenant says', async () => {
    scene = await Scene.synced(users(3));
    await editTenant(scene.world.host(hostView()).ports, TENANT_ID, { pollEveryMinutes: 15 }, null);
    await scene.change(move(0, 'Soon'));
    await live(15 * MINUTE);
    expect((await scene.user(userId(0)))?.attributes['department']).toBe('Soon');
  });

  it('leaves a paused tenant alone', async () => {
    scene = await Scene.synced(users(3));
    await scene.pause(true);
    scene.forget();
    await live(9 * HOUR);
    expect(scene.graph).toEqual([]);
  });
});

describe('notifications that have gone silent', () => {
  it('are noticed by the second find, polled for meanwhile, and forgotten with the next that comes', async () => {
    scene = await Scene.synced(users(9), { subscribing: true });
    await live(HOUR);
    await loseNotifications(1);
    await scene.change(move(0, 'Lost'));
    await live(4 * HOUR + 15 * MINUTE);
    expect(await silent()).toBe(false);
    scene.forget();
    await scene.change(move(1, 'Lost too'));
    await live(40 * MINUTE);
    expect(scene.graphRequestsTo(/users\/delta/).length).toBeGreaterThanOrEqual(2);
    expect(await silent()).toBe(true);
    await loseNotifications(0);
    await scene.change(move(2, 'Heard'));
    await live(15 * MINUTE);
    expect(await silent()).toBe(false);
    expect((await scene.tenant()).state.kind).toBe('running');
    expect(await scene.runs()).toMatchObject([
      { trigger: 'notification' },
      { trigger: 'poll' },
      { trigger: 'poll' },
      {},
    ]);
  });

  it('are not blamed where no subscription stood', async () => {
    scene = await Scene.synced(users(9));
    for (const place of [0, 1, 2]) {
      await scene.change(move(place, 'Unannounced'));
      await live(4 * HOUR);
    }
    expect(await silent()).toBe(false);
    expect(pollJobs()).toBeLessThan(6);
  });

  it('are not blamed for what a poll found first, nor for what comes late', async () => {
    scene = await Scene.synced(users(9), { subscribing: true });
    await live(HOUR);
    await scene.world.emulator.setNotificationFaults(TENANT_ID, { delay: 1, delayMilliseconds: 5 * MINUTE });
    for (let n = 0; n < 8; n += 1) {
      await scene.change(move(n % 9, `Moved ${n}`));
      await scene.requestRun();
      await live(HOUR);
      expect(await silent()).toBe(false);
    }
    const hearing = (await scene.state('users')).hearing;
    expect(hearing.unannounced).toBeNull();
    expect(hearing.heardAt).not.toBeNull();
  });
});
