import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { patience, quickSettings, Road } from './road.js';
import { move, smallDirectory, userId } from './small-directory.js';

/** 150 pages of Graph that take about 15 seconds. */
const users = 1_500;
const deltaPageSize = 10;

let road: Road;
let tenantId: string;

beforeAll(async () => {
  road = await Road.open({
    settings: { ...quickSettings, JOB_BUDGET_MS: '120000' },
    graph: { kind: 'emulator', settings: { deltaPageSize, latencyMs: 80 } },
  });
  tenantId = await road.connect({ changes: smallDirectory(users) });
});
afterAll(async () => {
  await road.close();
});

interface Traced {
  readonly id: string;
  readonly status: string;
  readonly steps: readonly { readonly step: string; readonly outcome: string }[];
}

describe('syncing one person now on the stack', () => {
  it('ends within 30 s of being asked for, while the first sync goes on', async () => {
    await road.startSetup(tenantId);
    const run = await road.start(tenantId);
    await vi.waitFor(async () => {
      const { byTemplate } = await road.control.requestCounts(tenantId);
      expect(byTemplate['GET /users/delta'] ?? 0).toBeGreaterThan(5);
    }, patience);
    await road.control.applyChanges(tenantId, [move(1_499, 'Research')]);
    const path = `/api/v1/tenants/${tenantId}/setups/everybody/people/everybody.${userId(1_499)}/sync`;
    const askedAt = Date.now();
    const asked = await road.ask('POST', path);
    expect(asked.status).toBe(202);
    const { id } = asked.body as Traced;
    const sync = await vi.waitFor(async () => {
      const answer = await road.ask('GET', `${path}/${id}`);
      expect(answer).toMatchObject({ status: 200, body: { status: 'Succeeded' } });
      return answer.body as Traced;
    }, patience);
    expect(Date.now() - askedAt).toBeLessThan(30_000);
    expect(sync.steps.map(({ step, outcome }) => `${step} ${outcome}`)).toContain('updateMirror done');
    const user = await road.ask('GET', `/api/v1/tenants/${tenantId}/users/${userId(1_499)}`);
    expect(user.body).toMatchObject({ department: 'Research' });
    expect(await road.api.run(tenantId, run.id)).toMatchObject({ status: 'Running' });
    await road.ended(tenantId, run.id);
    expect(await road.differences(tenantId)).toEqual([]);
  });
});
