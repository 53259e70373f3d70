import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { comparePictures } from '../../../local/commands/comparison/compare-pictures.js';
import type { DirectoryPicture } from '../../../local/commands/comparison/directory-picture.js';
import { TableMirror } from '../../../local/commands/comparison/table-mirror.js';
import { readTruthPicture } from '../../../local/commands/comparison/truth-picture.js';
import { ensureConnected, syncTenant } from '../../../local/commands/first-sync.js';
import { makeSampleSetups } from '../../../local/commands/setups/make-sample-setups.js';
import { ProductApi } from '../../../local/commands/product-api.js';
import { connectionOf } from '../../../local/commands/sample-tenants.js';
import { connectStackClients, type StackClients } from '../../../local/commands/stack-clients.js';
import { GraphControlClient } from '../../../local/graph/control-client.js';
import { sampleTenants } from '../../../local/graph/samples/well-known.js';
import { startStack, type Stack } from '../../../local/stack/stack.js';
import { readApiPicture } from './api-picture.js';

const { tenantId, displayName } = sampleTenants[0];
const patience = { timeout: 40_000, interval: 250 };

let stack: Stack;
let clients: StackClients;
let api: ProductApi;
let control: GraphControlClient;

beforeAll(async () => {
  stack = await startStack({
    graph: { kind: 'emulator', settings: { samples: { tenants: 1, users: 45, groups: 12 } } },
  });
  clients = await connectStackClients(stack);
  api = new ProductApi(stack.addresses.functionsUrl);
  control = new GraphControlClient(stack.addresses.graphControlUrl ?? '');
  await vi.waitFor(async () => expect(await api.notReady()).toBeNull(), patience);
  for (const tenant of await control.listTenants()) await ensureConnected(api, connectionOf(tenant));
  expect(await makeSampleSetups(api, new Set([tenantId]))).not.toEqual([]);
  const { run } = await syncTenant(api, { tenantId, displayName }, () => undefined);
  expect(run).toMatchObject({ status: 'Succeeded' });
});
afterAll(async () => {
  await stack.close();
});

const truth = (): Promise<DirectoryPicture> => readTruthPicture(control.truthRows(tenantId));
const tables = (): Promise<DirectoryPicture> =>
  new TableMirror((name) => clients.table(name)).picture(tenantId);

describe('a directory on its whole road', () => {
  it('is in the tables, and shown by the API, as it is in truth', async () => {
    const directory = await truth();
    expect(directory.users.size).toBeGreaterThan(40);
    expect(comparePictures(await tables(), directory).reasons).toEqual([]);
    expect(comparePictures(await readApiPicture(api, tenantId), directory).reasons).toEqual([]);
  });

  it('arrives by notifications when it changes', async () => {
    const [userId = ''] = (await truth()).users.keys();
    const [groupId = ''] = (await truth()).groups.keys();
    const outcome = await control.applyChanges(tenantId, [
      { kind: 'updateUser', id: userId, attributes: { jobTitle: 'Chief Listener', mobilePhone: null } },
      {
        kind: 'createGroup',
        id: '7e57ab1e-0000-4000-8000-000000000001',
        attributes: { displayName: 'New ones' },
      },
      { kind: 'addMember', groupId: '7e57ab1e-0000-4000-8000-000000000001', memberId: userId },
      { kind: 'addMember', groupId, memberId: '7e57ab1e-0000-4000-8000-000000000001' },
      { kind: 'softDeleteUser', id: [...(await truth()).users.keys()].at(-1) ?? '' },
    ]);
    expect(outcome.skipped).toEqual([]);
    const directory = await truth();
    await vi.waitFor(
      async () => expect(comparePictures(await tables(), directory).reasons).toEqual([]),
      patience,
    );
    expect(comparePictures(await readApiPicture(api, tenantId), directory).reasons).toEqual([]);
    expect((await api.runs(tenantId)).some((run) => run.trigger === 'notification')).toBe(true);
  });

  it('is found different when a single value of a row is', async () => {
    const [groupId = ''] = (await truth()).groups.keys();
    const filter = `RowKey eq '${groupId}'`;
    for await (const row of clients.table('Groups').listEntities({ queryOptions: { filter } })) {
      const { partitionKey = '', rowKey = '' } = row as { partitionKey?: string; rowKey?: string };
      await clients
        .table('Groups')
        .updateEntity({ partitionKey, rowKey, displayName: 'Not its name' }, 'Merge');
    }
    expect(comparePictures(await tables(), await truth()).reasons).toEqual([
      expect.stringContaining(`group ${groupId}: displayName is "Not its name"`),
    ]);
  });
});
