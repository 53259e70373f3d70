import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { emulatorWithTenant } from './support/tenant.js';

const folder = mkdtempSync(join(tmpdir(), 'metadata-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A few types in the form of the index. */
const index = {
  container: {
    entitySets: { users: 'user', groups: 'group', subscriptions: 'subscription' },
    singletons: { directory: 'directory' },
  },
  entityTypes: {
    entity: { properties: { id: 'Edm.String' } },
    directoryObject: { base: 'entity', properties: { deletedDateTime: 'Edm.DateTimeOffset' } },
    user: {
      base: 'directoryObject',
      properties: { displayName: 'Edm.String' },
      navigation: {
        manager: { type: 'directoryObject', collection: false },
        memberOf: { type: 'directoryObject', collection: true },
      },
    },
    group: {
      base: 'directoryObject',
      properties: { displayName: 'Edm.String' },
      navigation: { members: { type: 'directoryObject', collection: true } },
    },
    subscription: {
      base: 'entity',
      properties: { resource: 'Edm.String', changeType: 'Edm.String' },
      notNull: ['resource'],
    },
    directory: {
      base: 'entity',
      properties: {},
      navigation: { deletedItems: { type: 'directoryObject', collection: true } },
    },
  },
  complexTypes: {},
  operations: {
    delta: ['user', 'group'].map((type) => ({
      kind: 'function',
      on: `Collection(${type})`,
      params: {},
      returns: `Collection(${type})`,
    })),
  },
  derived: { directoryObject: ['user', 'group'] },
};
const metadataFile = join(folder, 'index.json');
writeFileSync(metadataFile, JSON.stringify(index));

it('lets pass what the index has', async () => {
  const { emulator, get } = await emulatorWithTenant({ metadataFile });
  const paths = [
    '/users/delta?$select=displayName,manager',
    '/groups/microsoft.graph.delta()?$select=displayName,members',
    '/users?$select=id,displayName&$expand=manager($select=id)',
    '/directory/deletedItems/microsoft.graph.user?$select=id,deletedDateTime',
  ];
  for (const path of paths) expect((await get(path)).status, path).toBe(200);
  expect(await emulator.violations()).toEqual([]);
});

it('answers 400 to what it does not have, and keeps it', async () => {
  const { emulator, get, send } = await emulatorWithTenant({ metadataFile });
  for (const path of ['/people', '/users?$select=shoeSize', '/users?$expand=boss', '/groups/x/users']) {
    expect((await get(path)).status, path).toBe(400);
  }
  expect((await send('POST', '/subscriptions', { colour: 'red' })).status).toBe(400);
  expect((await send('POST', '/subscriptions', { resource: null })).status).toBe(400);
  expect((await emulator.violations()).map(({ reason }) => reason)).toEqual([
    "there is no 'people'",
    "'user' has no property 'shoeSize'",
    "'user' has no navigation 'boss'",
    "'group' has no 'users'",
    "'subscription' has no property 'colour'",
    "'resource' may not be null",
  ]);
  await emulator.clearViolations();
  expect(await emulator.violations()).toEqual([]);
});
