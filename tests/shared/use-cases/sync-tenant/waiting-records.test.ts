import { afterEach, describe, expect, it } from 'vitest';
import { phoneNumbers } from '../../../../shared/adapters/phone/phone-numbers.js';
import type { ProductRecord } from '../../../../shared/core/matching/product-record.js';
import { receiveRecords } from '../../../../shared/use-cases/matching/receive-records.js';
import { TENANT_ID } from '../../../histories/world.js';
import { group, userId, users } from './changes.js';
import { people, SETUP, startSetup, tell } from './people-scene.js';
import { Scene } from './scene.js';

const NOTHING_KNOWN = { entraId: null, initials: null, displayName: null, phones: [], jobTitle: null };

let scene: Scene;
afterEach(() => scene.close());

const mailOf = (n: number): string => `person-${n}@contoso.example`;

/** So many users, each with a mail of its own. */
function withMail(count: number) {
  const mails = Array.from({ length: count }, (_, n) => ({
    kind: 'updateUser' as const,
    id: userId(n),
    attributes: { mail: mailOf(n) },
  }));
  return [...users(count), ...mails];
}

/** A record for each of these, which a job is to take over. */
async function upload(...ofUsers: readonly number[]): Promise<void> {
  const { stores, clock } = scene.world;
  const setupWork = { requested: () => Promise.resolve() };
  const ports = { ...stores, clock, chance: { newId: () => 'upload' }, setupWork, phoneNumbers };
  const records = (async function* (): AsyncIterable<ProductRecord> {
    await Promise.resolve();
    for (const n of ofUsers)
      yield { ...NOTHING_KNOWN, recordId: `r${n}`, mail: mailOf(n), country: null, values: {} };
  })();
  await receiveRecords(ports, { tenantId: TENANT_ID, setupId: SETUP, mode: 'merge' }, records);
}

async function recordOf(): Promise<Record<string, string | null>> {
  const all = await people(scene);
  return Object.fromEntries(all.map(({ directoryId, recordId }) => [directoryId, recordId]));
}

const everybody = {
  [userId(0)]: 'r0',
  [userId(1)]: 'r1',
  [userId(2)]: null,
  [userId(3)]: null,
  [userId(4)]: 'r4',
};

describe('records that are there before a directory is read', () => {
  it('are never doubled by people who come while it is read', async () => {
    scene = await Scene.open([...withMail(5), ...group(0, [userId(0)])], { started: false });
    await startSetup(scene, { match: ['mail'] });
    await upload(0, 1, 4);
    const cameAs = new Map<string, string | null>();
    scene.afterTable = async ({ table, writes }) => {
      if (table !== 'People' || !writes) return;
      for (const [id, record] of Object.entries(await recordOf()))
        if (!cameAs.has(id)) cameAs.set(id, record);
    };
    await scene.settle();
    expect(await recordOf()).toEqual(everybody);
    expect(Object.fromEntries(cameAs)).toEqual(everybody);
  });

  it('that are very many are taken over in stretches, between which a job looks up from them', async () => {
    scene = await Scene.synced(withMail(5), { started: false });
    await startSetup(scene, { match: ['mail'] });
    await scene.settle();
    await upload(...Array.from({ length: 14_000 }, (_, n) => n + 1));
    const { recordUploads, attention } = scene.world.stores;
    const writtenWhenSetupsWereRead: number[] = [];
    let isSignalled = false;
    scene.afterTable = async ({ table, kind, writes }) => {
      if (table === 'Records' && writes && !isSignalled) {
        isSignalled = true;
        await attention.signal(TENANT_ID, 'somebody waits');
      }
      if (table !== 'Setups' || kind !== 'query') return;
      for (const { written } of await recordUploads.open(TENANT_ID, SETUP))
        writtenWhenSetupsWereRead.push(written);
    };
    await tell(scene, SETUP);
    await scene.settle();
    expect(writtenWhenSetupsWereRead).toContain(6);
    expect(await recordUploads.open(TENANT_ID, SETUP)).toEqual([]);
    expect(await recordOf()).toEqual({
      [userId(0)]: null,
      ...Object.fromEntries([1, 2, 3, 4].map((n) => [userId(n), `r${n}`])),
    });
  });

  it('wait until users and groups were both read, and so does whoever could be one of them', async () => {
    const many = Array.from({ length: 12 }, (_, n) => group(n, [userId(0), userId(1)])).flat();
    scene = await Scene.open([...withMail(5), ...many], { started: false });
    await startSetup(scene, { match: ['mail'] });
    await upload(0, 1, 4);
    const { syncStates, recordUploads } = scene.world.stores;
    let amidGroups = 0;
    scene.beforeTable = async ({ table, writes }) => {
      if (table !== 'Groups' || !writes || (await scene.state('groups')).deltaLink !== null) return;
      amidGroups += 1;
      // An increment of users ends, and what it marked is consumed.
      if (amidGroups === 1)
        await syncStates.want(TENANT_ID, 'users', { full: false, since: new Date(0).toISOString() });
      else expect(await recordUploads.open(TENANT_ID, SETUP)).toMatchObject([{ status: 'waiting' }]);
      expect(await recordOf()).not.toHaveProperty(userId(4));
    };
    await scene.settle();
    expect(amidGroups).toBeGreaterThan(1);
    expect(await recordUploads.open(TENANT_ID, SETUP)).toEqual([]);
    expect(await recordOf()).toEqual(everybody);
  });
});
