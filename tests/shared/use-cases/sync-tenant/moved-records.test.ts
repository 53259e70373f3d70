import { afterEach, describe, expect, it } from 'vitest';
import type { ProductRecord } from '../../../../shared/core/matching/product-record.js';
import { createSetupWork } from '../../../../shared/adapters/bus/setup-work.js';
import { phoneNumbers } from '../../../../shared/adapters/phone/phone-numbers.js';
import { receiveRecords } from '../../../../shared/use-cases/matching/receive-records.js';
import { storedPeople } from '../../../histories/people-truth.js';
import { COALESCING, TENANT_ID } from '../../../histories/world.js';
import { userId, users } from './changes.js';
import { startSetup, tell } from './people-scene.js';
import { hostView, Scene } from './scene.js';

const MAIL = 'ann@contoso.example';

let scene: Scene;
afterEach(() => scene.close());

async function upload(setupId: string, ...records: readonly (readonly [string, string])[]): Promise<void> {
  const { ports: host } = scene.world.host(hostView());
  const ports = {
    ...host,
    ...scene.world.stores,
    setupWork: createSetupWork(host, COALESCING),
    phoneNumbers,
  };
  const rows = (async function* (): AsyncIterable<ProductRecord> {
    await Promise.resolve();
    const nothing = { entraId: null, initials: null, displayName: null, jobTitle: null, country: null };
    for (const [recordId, mail] of records) yield { ...nothing, recordId, mail, phones: [], values: {} };
  })();
  await receiveRecords(ports, { tenantId: TENANT_ID, setupId, mode: 'replace' }, rows);
}

async function recordIn(setupId: string): Promise<string | null> {
  const people = await storedPeople(scene.world.stores, await scene.scope(), setupId);
  return people.find(({ directoryId }) => directoryId === userId(0))?.recordId ?? null;
}

/** Ann is a person of both setups, and has the record `r1` in the second. */
async function twoSetups(): Promise<void> {
  const withMail = { kind: 'updateUser', id: userId(0), attributes: { mail: MAIL } } as const;
  scene = await Scene.synced([...users(2), withMail], { started: false });
  for (const setupId of ['a', 'b']) await startSetup(scene, { match: ['mail'] }, setupId);
  await scene.settle();
  await upload('b', ['r1', MAIL]);
  await scene.settle();
  expect([await recordIn('a'), await recordIn('b')]).toEqual([null, 'r1']);
}

describe('a record of two setups of an organization', () => {
  it('that moved from the list of one to that of the other is tied there', async () => {
    await twoSetups();
    await upload('a', ['r1', MAIL]);
    await upload('b', ['r2', 'somebody@contoso.example']);
    await scene.settle();
    expect([await recordIn('a'), await recordIn('b')]).toEqual(['r1', null]);
  });

  it('is tied in the one that waits once the other is removed', async () => {
    await twoSetups();
    await upload('a', ['r1', MAIL]);
    await scene.settle();
    expect(await recordIn('a')).toBeNull();
    const { setups } = scene.world.stores;
    const stored = await setups.get(TENANT_ID, 'b');
    if (stored === null) throw new Error('The setup is gone.');
    await setups.replace(stored, { ...stored.value, state: 'removing' });
    await tell(scene, 'b');
    await scene.settle();
    expect(await recordIn('a')).toBe('r1');
    expect(scene.world.tables.rows('RecordClaims')).toHaveLength(1);
  });
});
