import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunView } from '../../local/commands/product-api.js';
import { patience, Road } from './road.js';
import { groupId, move, smallDirectory, userId } from './small-directory.js';

let road: Road;
let tenantId: string;

beforeAll(async () => {
  road = await Road.open();
  tenantId = await road.running({ changes: smallDirectory(20) });
});
afterAll(async () => {
  await road.close();
});

async function nightlyRuns(tenant: string): Promise<RunView[]> {
  return (await road.api.runs(tenant)).filter((run) => run.trigger === 'nightly');
}

describe('the road of a tenant', () => {
  it('leads from connecting over one run to rows that equal the directory', async () => {
    expect(await road.differences(tenantId)).toEqual([]);
    expect(await road.marks(tenantId)).toEqual([]);
    const tenant = await road.ask('GET', `/api/v1/tenants/${tenantId}`);
    expect(tenant.body).toMatchObject({ state: 'running' });
  });

  it('carries a change of the directory into the tables within seconds', async () => {
    const begin = performance.now();
    await road.control.applyChanges(tenantId, [
      move(3, 'Research'),
      { kind: 'softDeleteUser', id: userId(4) },
      { kind: 'removeMember', groupId: groupId(2), memberId: userId(5) },
    ]);
    // The window and its guard are 0.5 s; the rest is what a busy machine may take.
    await road.becomesEqual(tenantId, { timeout: 40_000, interval: 100 });
    expect(performance.now() - begin).toBeGreaterThan(100);
    await vi.waitFor(async () => {
      const runs = await road.api.runs(tenantId);
      // The looks that follow a new subscription may be quicker than the notification, and leave a run of their own.
      const changed = runs.filter((run) => run.trigger !== 'manual' && run.status === 'Succeeded');
      expect(changed.map((run) => run.counts['users'])).toContainEqual(
        expect.objectContaining({ softDeleted: 1 }),
      );
    }, patience);
  });

  it('answers Run Jobs with the run that is active already', async () => {
    const fault = { kind: 'delay', milliseconds: 1_000 } as const;
    await road.control.addFault({ tenantId, path: '/delta', times: 2, fault });
    const first = await road.start(tenantId);
    const second = await road.ask('POST', `/api/v1/tenants/${tenantId}/runs`, {});
    expect(second).toMatchObject({ status: 202, body: { id: first.id } });
    expect(second.headers.get('operation-location')).toContain(first.id);
    expect(await road.ended(tenantId, first.id)).toMatchObject({ status: 'Succeeded' });
    expect((await road.start(tenantId)).id).not.toBe(first.id);
  });

  it('runs a night once that has come, however often the timer fires, and no night that has not', async () => {
    const fresh = await road.connect({ changes: smallDirectory(3) });
    expect(await road.run(fresh)).toMatchObject({ status: 'Succeeded' });
    await road.startSetup(fresh);
    const longAgo = new Date(Date.now() - 3 * 24 * 3_600_000).toISOString();
    const row = { partitionKey: 'tenants', rowKey: tenantId, connectedAt: longAgo };
    await road.clients.table('Tenants').updateEntity(row, 'Merge');
    await road.fire('nightly-run');
    await road.fire('nightly-run');
    await vi.waitFor(async () => {
      expect(await nightlyRuns(tenantId)).toMatchObject([{ status: 'Succeeded' }]);
    }, patience);
    await road.fire('nightly-run');
    await road.runsDry([tenantId, fresh]);
    expect(await nightlyRuns(tenantId)).toHaveLength(1);
    expect(await nightlyRuns(fresh)).toEqual([]);
  });

  it('has a subscription for users and one for groups, renewed when they are old', async () => {
    const listed = await road.api.all<{ resource: string }>(`/api/v1/tenants/${tenantId}/subscriptions`);
    expect(listed.map(({ resource }) => resource).sort()).toEqual(['groups', 'users']);
    const before = await road.control.subscriptions(tenantId);
    const renewedAt = new Date(Date.now() - 31 * 60_000).toISOString();
    const table = road.clients.table('Subscriptions');
    for (const { id } of before)
      await table.updateEntity({ partitionKey: tenantId, rowKey: id, renewedAt }, 'Merge');
    await road.fire('upkeep');
    await vi.waitFor(async () => {
      const after = await road.control.subscriptions(tenantId);
      expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
      for (const [index, { expirationDateTime }] of after.entries())
        expect(expirationDateTime > (before[index]?.expirationDateTime ?? '')).toBe(true);
    }, patience);
  });
});
