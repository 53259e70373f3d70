import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { patience, quickSettings, Road } from './road.js';
import { groupId, move, smallDirectory } from './small-directory.js';

/** 150 pages of Graph that take about 15 seconds; a job looks up about every five. */
const users = 1_500;
const deltaPageSize = 10;
const pages = users / deltaPageSize;

let road: Road;
let tenantId: string;

beforeAll(async () => {
  road = await Road.open({
    // One job could read it all: what comes between comes because the job looks up.
    settings: { ...quickSettings, JOB_BUDGET_MS: '120000' },
    graph: { kind: 'emulator', settings: { deltaPageSize, latencyMs: 80 } },
  });
  tenantId = await road.connect({ changes: smallDirectory(users) });
});
afterAll(async () => {
  await road.close();
});

async function usersPagesRead(): Promise<number> {
  return (await road.control.requestCounts(tenantId)).byTemplate['GET /users/delta'] ?? 0;
}

/** Until the running job has read pages of users in this test. */
async function readingUsers(): Promise<void> {
  await road.control.resetCounts(tenantId);
  await vi.waitFor(async () => expect(await usersPagesRead()).toBeGreaterThan(5), patience);
}

async function pause(paused: boolean): Promise<void> {
  const answer = await road.ask('PATCH', `/api/v1/tenants/${tenantId}`, { paused });
  expect(answer).toMatchObject({ status: 200, body: { paused } });
}

describe('a long first sync', () => {
  it('shows its progress at once, and stops soon when it is cancelled', async () => {
    const { id } = await road.start(tenantId);
    await vi.waitFor(async () => {
      const run = await road.api.run(tenantId, id);
      expect(run).toMatchObject({ status: 'Running', progress: { users: { estimate: users, done: false } } });
    }, patience);
    await readingUsers();
    const cancel = await road.ask('POST', `/api/v1/tenants/${tenantId}/runs/${id}/cancel`);
    expect(cancel).toMatchObject({ status: 200, body: { status: 'Canceled' } });
    await road.runsDry([tenantId]);
    expect((await road.api.all(`/api/v1/tenants/${tenantId}/users`)).length).toBeLessThan(users);
    expect(await usersPagesRead()).toBeLessThan(pages);
    expect(await road.api.run(tenantId, id)).toMatchObject({ status: 'Canceled' });
  });

  it('stops soon when the tenant is paused, and goes on by itself where it stopped', async () => {
    const { id } = await road.start(tenantId);
    await readingUsers();
    await pause(true);
    await road.runsDry([tenantId]);
    const before = await usersPagesRead();
    expect(before).toBeLessThan(pages);
    expect(await road.api.run(tenantId, id)).toMatchObject({ status: 'Running' });
    await pause(false);
    expect(await road.ended(tenantId, id)).toMatchObject({ status: 'Succeeded' });
    await road.becomesEqual(tenantId);
    expect(await usersPagesRead()).toBeLessThan(before + pages);
  });

  it('leaves the cursor as it was when a full run over it is cancelled', async () => {
    // From here on the tenant is told of changes: that is how the change below is read.
    await road.startSetup(tenantId);
    await vi.waitFor(
      async () => expect(await road.control.subscriptions(tenantId)).toHaveLength(2),
      patience,
    );
    await road.runsDry([tenantId]);
    const { id } = await road.start(tenantId, { jobs: ['users'], full: true });
    await readingUsers();
    await road.ask('POST', `/api/v1/tenants/${tenantId}/runs/${id}/cancel`);
    await road.runsDry([tenantId]);
    const before = await usersPagesRead();
    await road.control.applyChanges(tenantId, [move(7, 'Legal')]);
    await road.becomesEqual(tenantId);
    expect(await usersPagesRead()).toBeLessThan(before + pages / 2);
  });

  it('lets changes of groups through', async () => {
    const other = await road.connect({ changes: smallDirectory(users) });
    const groups = await road.start(other, { jobs: ['groups'] });
    expect(await road.ended(other, groups.id)).toMatchObject({ status: 'Succeeded' });
    const { id } = await road.start(other, { jobs: ['users'] });
    await vi.waitFor(async () => {
      expect(await road.api.run(other, id)).toMatchObject({ status: 'Running' });
    }, patience);
    await road.control.applyChanges(other, [
      { kind: 'updateGroup', id: groupId(1), attributes: { displayName: 'Renamed meanwhile' } },
    ]);
    await road.start(other, { jobs: ['groups'] });
    await vi.waitFor(async () => {
      const group = await road.ask('GET', `/api/v1/tenants/${other}/groups/${groupId(1)}`);
      expect(group).toMatchObject({ body: { displayName: 'Renamed meanwhile' } });
    }, patience);
    expect(await road.api.run(other, id)).toMatchObject({ status: 'Running' });
  });
});
