import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { POLLING_SETTINGS } from '../../local/stack/polling-settings.js';
import { patience, quickSettings, Road } from './road.js';
import { move, smallDirectory } from './small-directory.js';

let road: Road;
let tenantId: string;

beforeAll(async () => {
  road = await Road.open({ settings: { ...quickSettings, ...POLLING_SETTINGS } });
  tenantId = await road.connect({ changes: smallDirectory(12) });
  await road.run(tenantId);
  await road.startSetup(tenantId);
  await road.runsDry([tenantId]);
});
afterAll(async () => {
  await road.close();
});

describe('a stack that Graph does not reach', () => {
  it('makes no subscription, and says of the tenant that it runs', async () => {
    await road.fire('upkeep');
    await road.runsDry([tenantId]);
    expect(await road.control.subscriptions(tenantId)).toEqual([]);
    expect(await road.api.one(`/api/v1/tenants/${tenantId}`)).toMatchObject({ state: 'running' });
  });

  it('finds a change by the next poll, which each tick of the timer asks for', async () => {
    await road.control.applyChanges(tenantId, [move(1, 'Found by a poll')]);
    await vi.waitFor(async () => {
      await road.fire('upkeep');
      expect(await road.differences(tenantId)).toEqual([]);
    }, patience);
    await vi.waitFor(async () => {
      const [run] = await road.api.runs(tenantId);
      expect(run).toMatchObject({ trigger: 'poll', counts: { users: { updated: 1 } } });
    }, patience);
    expect((await road.control.notificationCounts(tenantId)).raised).toBe(0);
  });
});
