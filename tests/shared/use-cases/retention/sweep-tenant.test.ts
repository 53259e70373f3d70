import { afterEach, describe, expect, it } from 'vitest';
import { createSetupWork } from '../../../../shared/adapters/bus/setup-work.js';
import { phoneNumbers } from '../../../../shared/adapters/phone/phone-numbers.js';
import type { TableName } from '../../../../shared/adapters/tables/tables.js';
import { Unavailable } from '../../../../shared/core/failures.js';
import { newPersonSync } from '../../../../shared/core/person-sync.js';
import { NO_DECISION } from '../../../../shared/ports/matches.js';
import type { RecordUpload } from '../../../../shared/ports/records.js';
import { receiveRecords } from '../../../../shared/use-cases/matching/receive-records.js';
import { COALESCING, TENANT_ID } from '../../../histories/world.js';
import { userId, users } from '../sync-tenant/changes.js';
import { sceneWithPeople, SETUP } from '../sync-tenant/people-scene.js';
import { hostView, Scene } from '../sync-tenant/scene.js';
import { pass } from './sweep-days.js';

const RECORD = {
  ...{ recordId: 'r1', entraId: null, mail: 'ann@contoso.example', initials: null, displayName: 'Ann' },
  ...{ phones: [], jobTitle: null, country: null, values: {} },
};

let scene: Scene;
afterEach(() => scene.close());

function rows(...tables: readonly TableName[]): number[] {
  return tables.map((table) => scene.world.tables.rows(table).length);
}

function uploadPorts() {
  const { ports } = scene.world.host(hostView());
  return { ...ports, setupWork: createSetupWork(ports, COALESCING), phoneNumbers };
}

describe('what a round saw', () => {
  it('is removed the next day if the request that discards it failed', async () => {
    scene = await Scene.synced(users(40));
    let isExpired = false;
    scene.beforeGraph(/users\/delta/, 6, async () => {
      isExpired = true;
      await scene.world.emulator.expireTokens(TENANT_ID, { tokens: 'both', answer: 'gone' });
    });
    let failures = 0;
    scene.beforeTable = ({ table, kind }) => {
      if (table !== 'Seen' || kind !== 'transact' || !isExpired || failures > 0) return;
      failures += 1;
      throw new Unavailable('No');
    };
    await scene.sync({ full: true });
    expect([failures, rows('Seen')[0]]).toEqual([1, 2]);
    await pass(scene, 1);
    expect(rows('Seen')).toEqual([0]);
  });

  it('is kept while its round is under way', async () => {
    scene = await Scene.synced(users(40));
    await scene.requestRun({ full: true });
    let swept = false;
    scene.beforeGraph(/users\/delta/, 6, () => {
      swept = true;
      return scene.world.emulator.addFault({
        ...{ tenantId: TENANT_ID, path: '/users/delta', times: null },
        fault: { kind: 'status', status: 503 },
      });
    });
    await scene.settle(0);
    const before = rows('Seen');
    expect([swept, (before[0] ?? 0) > 0]).toEqual([true, true]);
    const job = { version: 1, kind: 'sweep', tenantId: TENANT_ID, attempt: 0 };
    scene.world.queue.put('sweep', TENANT_ID, job);
    await scene.settle(0);
    expect(scene.jobs.at(-1)?.job.kind).toBe('sweep');
    expect(rows('Seen')).toEqual(before);
  });
});

describe('a list of records', () => {
  it('is removed a day after it began to come in, if its host ended', async () => {
    scene = await sceneWithPeople(users(3));
    const view = hostView({ crashAt: 8 });
    const { ports } = scene.world.host(view);
    const crashing = { ...uploadPorts(), ...ports };
    const records = (async function* () {
      for (let n = 0; n < 5_000; n += 1) yield await Promise.resolve({ ...RECORD, recordId: `r${n}` });
    })();
    const upload = receiveRecords(crashing, { tenantId: TENANT_ID, setupId: SETUP, mode: 'merge' }, records);
    await expect(upload).rejects.toThrow();
    expect(rows('RecordUploads', 'UploadChunks')).toEqual([1, 1]);
    await pass(scene, 2);
    expect(rows('RecordUploads', 'UploadChunks')).toEqual([0, 0]);
  });

  it('is kept for 30 days after its records were taken over, without its rows', async () => {
    scene = await sceneWithPeople(users(3));
    const records = (async function* () {
      yield await Promise.resolve(RECORD);
    })();
    await receiveRecords(uploadPorts(), { tenantId: TENANT_ID, setupId: SETUP, mode: 'merge' }, records);
    await scene.settle();
    expect(rows('RecordUploads', 'UploadChunks', 'Records')).toEqual([1, 0, 1]);
    await pass(scene, 29);
    expect(rows('RecordUploads')).toEqual([1]);
    await pass(scene, 2);
    expect(rows('RecordUploads', 'UploadChunks', 'Records')).toEqual([0, 0, 1]);
  });
});

describe('what requests wrote of a setup after it was removed', () => {
  it('is removed the next day', async () => {
    scene = await sceneWithPeople(users(3));
    const { matchDecisions, recordUploads, removalDecisions } = scene.world.stores;
    const at = new Date(scene.world.clock.now()).toISOString();
    const choice = { recordId: 'r1', matchedBy: 'chosen' } as const;
    const upload: RecordUpload = {
      setupId: 'gone',
      ...{ tenantId: TENANT_ID, uploadId: 'u1', mode: 'merge', rows: 1, chunks: 1, written: 0 },
      ...{ status: 'waiting', receivedAt: at, appliedAt: null },
    };
    const decision = { kind: 'approve', decidedBy: 'o', decidedAt: at, directoryIds: [userId(0)] } as const;
    for (const setupId of [SETUP, 'gone']) {
      const stored = await matchDecisions.read(TENANT_ID, setupId, userId(0));
      const next = { ...NO_DECISION, choice };
      await matchDecisions.save(TENANT_ID, setupId, [{ directoryId: userId(0), stored, next }]);
    }
    await removalDecisions.add(TENANT_ID, { ...decision, setupId: 'gone', decisionId: 'd1' });
    await recordUploads.save(upload);
    await recordUploads.putChunk(upload, 0, [RECORD]);
    const kept = scene.world.tables
      .rows('MatchDecisions')
      .filter(({ partition }) => partition.endsWith(SETUP));
    await pass(scene, 1);
    expect(rows('Decisions', 'RecordUploads', 'UploadChunks')).toEqual([0, 0, 0]);
    expect(rows('MatchDecisions')).toEqual([kept.length]);
    expect((await matchDecisions.read(TENANT_ID, SETUP, userId(0))).decision.choice).toEqual(choice);
  });
});

describe('what ended', () => {
  it('is removed after its time: runs after 30 days, syncs of persons after one', async () => {
    scene = await sceneWithPeople(users(3));
    await scene.sync();
    const requestedAt = new Date(scene.world.clock.now()).toISOString();
    const asked = {
      tenantId: TENANT_ID,
      setupId: SETUP,
      directoryId: userId(0),
      requestId: 'p1',
      requestedAt,
    };
    await scene.world.stores.personSyncs.save({
      ...newPersonSync(asked),
      status: 'Succeeded',
      endedAt: requestedAt,
    });
    const runs = (await scene.runs()).length;
    expect(runs).toBeGreaterThan(0);
    await pass(scene, 2);
    expect([rows('PersonSyncs'), (await scene.runs()).length]).toEqual([[0], runs]);
    await pass(scene, 29);
    expect(rows('Runs')).toEqual([0]);
  });

  it('is removed of a tenant that rests, too', async () => {
    scene = await sceneWithPeople(users(3));
    await scene.sync();
    await scene.pause(true);
    await pass(scene, 32);
    expect(rows('Runs')).toEqual([0]);
  });
});
