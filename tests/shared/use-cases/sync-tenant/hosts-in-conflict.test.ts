import { afterEach, describe, expect, it } from 'vitest';
import { phoneNumbers } from '../../../../shared/adapters/phone/phone-numbers.js';
import type { ProductRecord } from '../../../../shared/core/matching/product-record.js';
import { receiveRecords } from '../../../../shared/use-cases/matching/receive-records.js';
import { storedHosts } from '../../../histories/people-truth.js';
import { TENANT_ID } from '../../../histories/world.js';
import { group, groupId, removeMember, userId, users } from './changes.js';
import { people, SETUP, startSetup } from './people-scene.js';
import { Scene } from './scene.js';

const NOTHING_KNOWN = { entraId: null, initials: null, displayName: null, phones: [], jobTitle: null };
const mail = 'ann@contoso.example';

let scene: Scene;
afterEach(() => scene.close());

/** Two records that the same user could be. */
async function uploadTwins(): Promise<void> {
  const { stores, clock } = scene.world;
  const setupWork = { requested: () => Promise.resolve() };
  const ports = { ...stores, clock, chance: { newId: () => 'upload' }, setupWork, phoneNumbers };
  const twins = (async function* (): AsyncIterable<ProductRecord> {
    await Promise.resolve();
    for (const recordId of ['r1', 'r2'])
      yield { ...NOTHING_KNOWN, recordId, mail, country: null, values: {} };
  })();
  await receiveRecords(ports, { tenantId: TENANT_ID, setupId: SETUP, mode: 'merge' }, twins);
}

describe('somebody whom more than one record could be', () => {
  it('is no person yet, and host as long as a group makes it one', async () => {
    scene = await Scene.synced([
      ...users(2),
      { kind: 'updateUser', id: userId(0), attributes: { mail } },
      ...group(0, [userId(0)]),
    ]);
    const source = { kind: 'group' as const, groupId: groupId(0) };
    const grants = [{ source, roles: [], memberships: [], hostsOf: ['lobby'], organizationalUnits: [] }];
    await startSetup(scene, { grants, match: ['mail'] });
    await uploadTwins();
    await scene.settle();
    expect((await people(scene)).map(({ directoryId }) => directoryId)).toEqual([userId(1)]);
    const hosts = async () => await storedHosts(scene.world.stores, await scene.scope(), SETUP);
    expect(await hosts()).toMatchObject([{ directoryId: userId(0), receptionId: 'lobby', personId: null }]);
    await scene.change(removeMember(0, userId(0)));
    await scene.sync();
    expect(await hosts()).toEqual([]);
  });
});
