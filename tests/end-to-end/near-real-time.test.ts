import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { patience, Road } from './road.js';
import { move, smallDirectory } from './small-directory.js';

let road: Road;
let tenantId: string;

beforeAll(async () => {
  road = await Road.open();
  tenantId = await road.running({ changes: smallDirectory(12) });
});
afterAll(async () => {
  await road.close();
});

interface Listed {
  readonly id: string;
  readonly resource: string;
  readonly madeAt: string | null;
  readonly lifecycleEvents: boolean;
  readonly renewedAt: string;
}

async function listed(of = tenantId): Promise<Listed[]> {
  return road.api.all<Listed>(`/api/v1/tenants/${of}/subscriptions`);
}

async function alter(values: Record<string, unknown>, of = tenantId): Promise<void> {
  const table = road.clients.table('Subscriptions');
  for (const { id } of await listed(of))
    await table.updateEntity({ partitionKey: of, rowKey: id, ...values }, 'Merge');
}

describe('subscriptions', () => {
  it('are made with both addresses, each of which answered the handshake', async () => {
    const made = await road.control.subscriptions(tenantId);
    expect(made).toHaveLength(2);
    for (const { notificationUrl, lifecycleNotificationUrl } of made) {
      expect(notificationUrl).toMatch(/\/api\/graph\/notifications$/);
      expect(lifecycleNotificationUrl).toMatch(/\/api\/graph\/lifecycle$/);
    }
    for (const row of await listed()) expect(row).toMatchObject({ lifecycleEvents: true });
  });

  it('are renewed as soon as Graph asks for it', async () => {
    const before = await road.control.subscriptions(tenantId);
    await road.control.sendLifecycleEvent(tenantId, before[0]!.id, 'reauthorizationRequired');
    await vi.waitFor(async () => {
      const after = await road.control.subscriptions(tenantId);
      expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
      for (const [index, { authorizedUntil }] of after.entries())
        expect(authorizedUntil > before[index]!.authorizedUntil).toBe(true);
    }, patience);
  });

  it('that are gone are made anew when Graph tells so, and what changed meanwhile is read', async () => {
    const before = await road.control.subscriptions(tenantId);
    const users = before.find(({ resource }) => resource === 'users')!;
    const groups = before.find(({ resource }) => resource === 'groups')!;
    await road.control.killSubscription(tenantId, users.id);
    await road.control.applyChanges(tenantId, [move(3, 'Untold')]);
    await road.control.sendLifecycleEvent(tenantId, groups.id, 'subscriptionRemoved');
    await vi.waitFor(async () => {
      const after = await road.control.subscriptions(tenantId);
      expect(after.map(({ resource }) => resource).sort()).toEqual(['groups', 'users']);
      expect(after.map(({ id }) => id)).not.toContain(users.id);
    }, patience);
    await road.becomesEqual(tenantId, patience);
  });

  it('read what Graph says it has missed', async () => {
    await road.control.setNotificationFaults(tenantId, { drop: 1 });
    await road.control.applyChanges(tenantId, [move(4, 'Missed')]);
    await road.control.setNotificationFaults(tenantId, {});
    const [users] = (await road.control.subscriptions(tenantId)).filter(
      ({ resource }) => resource === 'users',
    );
    await road.control.sendLifecycleEvent(tenantId, users!.id, 'missed');
    await road.becomesEqual(tenantId, patience);
  });

  it('that ended while the app was off are made anew, and what changed meanwhile is read', async () => {
    // A tenant of its own: upkeep is asked for once in five minutes.
    const other = await road.running({ changes: smallDirectory(9) });
    const before = await road.control.subscriptions(other);
    await alter({ renewedAt: new Date(Date.now() - 3 * 24 * 3_600_000).toISOString() }, other);
    await road.stack.stopHost();
    for (const { id } of before) await road.control.killSubscription(other, id);
    await road.control.applyChanges(other, [move(6, 'While it was off')]);
    await road.stack.startHost();
    await road.fire('upkeep');
    await road.becomesEqual(other, patience);
    await vi.waitFor(async () => {
      const after = (await road.control.subscriptions(other)).map(({ id }) => id);
      expect(after).toHaveLength(2);
      expect((await listed(other)).map(({ id }) => id).sort()).toEqual(after.sort());
    }, patience);
  });

  it('give their place to others with a new client state, and tell of every change meanwhile', async () => {
    const before = (await listed()).map(({ id }) => id);
    await alter({ madeAt: new Date(Date.now() - 9 * 24 * 3_600_000).toISOString() });
    const renewedAt = new Date(Date.now() - 31 * 60_000).toISOString();
    await alter({ renewedAt });
    await road.fire('upkeep');
    await vi.waitFor(async () => {
      await road.control.applyChanges(tenantId, [move(5, `Dept ${Date.now()}`)]);
      const after = (await listed()).map(({ id }) => id);
      expect(after).toHaveLength(2);
      expect(after.filter((id) => before.includes(id))).toEqual([]);
    }, patience);
    const live = (await road.control.subscriptions(tenantId)).map(({ id }) => id).sort();
    expect(live).toEqual((await listed()).map(({ id }) => id).sort());
    await road.becomesEqual(tenantId, patience);
  });
});

describe('notifications', () => {
  it('that are lost, late, doubled and out of order lose nothing once one more comes', async () => {
    await road.control.setNotificationFaults(tenantId, {
      ...{ drop: 0.3, duplicate: 0.3, delay: 0.5, delayMilliseconds: 1_500, reorder: true, seed: 5 },
    });
    await road.control.setLag(tenantId, 1);
    for (let n = 0; n < 40; n += 1)
      await road.control.applyChanges(tenantId, [move(n % 12, `Shuffled ${n}`)]);
    await road.control.setNotificationFaults(tenantId, {});
    await road.control.applyChanges(tenantId, [move(0, 'The last')]);
    await road.becomesEqual(tenantId, patience);
    await road.control.setLag(tenantId, 0);
  });

  it('that the app was down for are delivered again, and their latency is told', async () => {
    const changes = async (): Promise<number> => {
      const metrics = await road.api.one(`/api/v1/tenants/${tenantId}/metrics?days=1`);
      const { freshness } = metrics as { freshness: { latencies: { eventToMirror: { changes: number } } } };
      return freshness.latencies.eventToMirror.changes;
    };
    const before = await changes();
    await road.stack.stopHost();
    await road.control.applyChanges(tenantId, [move(7, 'Told to nobody')]);
    await vi.waitFor(async () => {
      expect((await road.control.notificationCounts(tenantId)).failedAttempts).toBeGreaterThan(0);
    }, patience);
    await road.stack.startHost();
    await road.becomesEqual(tenantId, patience);
    await vi.waitFor(async () => expect(await changes()).toBeGreaterThan(before), patience);
  });
});
