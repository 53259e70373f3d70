import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { patience, Road } from './road.js';
import { move, smallDirectory } from './small-directory.js';

const users = 60;

let dataFolder: string;
let tenantId: string;
let road: Road;

beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'rollcall-restart-'));
  road = await Road.open({ dataFolder });
  tenantId = await road.running({ changes: smallDirectory(users) });
  await road.runsDry([tenantId]);
  await road.close();
  road = await Road.open({ dataFolder });
});
afterAll(async () => {
  await road.close();
  await rm(dataFolder, { recursive: true, force: true });
});

describe('a restart of everything with its data', () => {
  it('goes on from the cursors, by notifications and by runs, without a full read', async () => {
    expect(await road.differences(tenantId)).toEqual([]);
    await road.control.applyChanges(tenantId, [move(1, 'Legal'), move(2, 'Legal')]);
    await road.becomesEqual(tenantId);
    // A run that is asked for before the job has ended would be served by its round, which then leaves none of its own.
    await vi.waitFor(async () => {
      expect((await road.api.runs(tenantId)).map(({ trigger }) => trigger)).toContain('notification');
    }, patience);
    const run = await road.run(tenantId);
    expect(run).toMatchObject({ status: 'Succeeded', counts: { users: { created: 0 } } });
    const runs = (await road.api.runs(tenantId)).slice(0, -1);
    for (const { progress } of runs) expect(progress['users']?.objects ?? 0).toBeLessThan(users / 2);
  });
});
