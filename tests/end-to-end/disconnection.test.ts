import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { patience, Road } from './road.js';
import { move, smallDirectory } from './small-directory.js';

const secret = 'the~first~secret';
const colleague = 'd0000000-0000-4000-8000-000000000001';

interface Operation {
  readonly status: string;
  readonly removed: Readonly<Record<string, number>>;
  readonly subscriptionsEnded: number;
  readonly secret: { readonly state: string; readonly scheduledPurgeDate: string };
  readonly warnings: readonly unknown[];
  readonly endedAt?: string;
}

let road: Road;
let tenantId: string;
let neighbour: string;

beforeAll(async () => {
  road = await Road.open();
  tenantId = await road.running({ secret, changes: smallDirectory(30) });
  neighbour = await road.running({ changes: smallDirectory(8) });
});
afterAll(async () => {
  await road.close();
});

async function secretNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, tags } of road.clients.secrets.listPropertiesOfSecrets())
    if (tags?.['tenantId'] === tenantId) names.push(name);
  return names;
}

/** The tables with a row that has the tenant's id in it anywhere, read as they are. */
async function tablesNaming(id: string): Promise<string[]> {
  const naming = new Set<string>();
  for (const table of await road.clients.tableNames())
    for await (const row of road.clients.table(table).listEntities())
      if (JSON.stringify(row).includes(id)) naming.add(table);
  return [...naming];
}

/** Something of every kind that a tenant can leave behind. */
async function leaveTraces(): Promise<void> {
  const tenant = `/api/v1/tenants/${tenantId}`;
  const links = { purposes: ['connect'], expiresInHours: 1 };
  expect(await road.ask('POST', `${tenant}/admin-link`, links)).toMatchObject({ status: 201 });
  expect((await road.ask('POST', `${tenant}/consent`, {})).status).toBeLessThan(300);
  const access = { roles: ['Reader'] };
  const granted = await road.ask('PUT', `${tenant}/access/${colleague}`, access);
  expect(granted.status).toBeLessThan(300);
  const sender = road.bus().createSender('sync-jobs');
  const unknown = { version: 99, tenantId, kind: 'of another version' };
  await sender.sendMessages({ body: unknown, sessionId: tenantId, messageId: 'of-another-version' });
  await vi.waitFor(async () => expect(await road.deadLetters()).toHaveLength(1), patience);
  await sender.close();
  // Jobs that are due only while it is being removed, and after.
  await road.control.applyChanges(tenantId, [move(1, 'Legal'), move(2, 'Legal')]);
}

async function operation(): Promise<Operation> {
  const answer = await road.ask('GET', `/api/v1/tenants/${tenantId}/disconnection`);
  expect(answer.status).toBe(200);
  return answer.body as Operation;
}

async function succeeded(): Promise<Operation> {
  return await vi.waitFor(async () => {
    const current = await operation();
    expect(current).toMatchObject({ status: 'Succeeded' });
    return current;
  }, patience);
}

describe('disconnecting a tenant', () => {
  let names: string[];

  it('asks for its name first', async () => {
    const refused = await road.ask('DELETE', `/api/v1/tenants/${tenantId}`);
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'ConfirmationRequired' } } });
  });

  it('leaves nothing of it anywhere, though the host is killed in the midst of it', async () => {
    await leaveTraces();
    names = await secretNames();
    expect(names).toHaveLength(1);
    const begun = await road.ask('DELETE', `/api/v1/tenants/${tenantId}?confirm=Tenant%201`);
    expect(begun.status).toBe(202);
    expect(begun.headers.get('operation-location')).toMatch(/\/disconnection$/);
    const refused = await road.ask('PATCH', `/api/v1/tenants/${tenantId}`, { paused: true });
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'TenantDisconnecting' } } });
    await vi.waitFor(async () => expect((await operation()).removed['Users']).toBeGreaterThan(0), patience);
    await road.stack.killHost(0);
    await road.stack.startHost(0);

    const ended = await succeeded();
    expect(ended).toMatchObject({ subscriptionsEnded: 2, warnings: [], secret: { state: 'deleted' } });
    // Noted before the host was killed and after it; what lies between may have gone uncounted.
    expect(ended.removed).toMatchObject({ Users: 30, Subscriptions: 2, Tenants: 1 });
    await road.runsDry([tenantId]);
    expect(await tablesNaming(tenantId)).toEqual(['Disconnections']);
    expect(await road.control.subscriptions(tenantId)).toEqual([]);
    expect(await road.ask('GET', `/api/v1/tenants/${tenantId}`)).toMatchObject({ status: 404 });
  });

  it('leaves its secret to the vault alone, unreadable, until the date that it shows', async () => {
    expect(await secretNames()).toEqual([]);
    await expect(road.clients.secrets.getSecret(names[0]!)).rejects.toMatchObject({ statusCode: 404 });
    const deleted = await road.clients.secrets.getDeletedSecret(names[0]!);
    expect((await operation()).secret.scheduledPurgeDate).toBe(deleted.scheduledPurgeDate?.toISOString());
  });

  it('leaves its neighbour as it was, and followed', async () => {
    expect(await road.differences(neighbour)).toEqual([]);
    expect(await road.control.subscriptions(neighbour)).toHaveLength(2);
    await road.control.applyChanges(neighbour, [move(3, 'Research')]);
    await road.becomesEqual(neighbour);
  });

  it('lets it be connected again from nothing, under another name in the vault', async () => {
    const clientId = 'c1e70000-0000-4000-8000-000000000001';
    const credential = { kind: 'clientSecret', clientId, secretValue: secret };
    const wish = { tenantId, displayName: 'Tenant 1', cloud: 'local', credential };
    expect(await road.ask('POST', '/api/v1/tenants', wish)).toMatchObject({ status: 201 });
    expect(await road.run(tenantId)).toMatchObject({
      status: 'Succeeded',
      counts: { users: { created: 30 } },
    });
    await road.becomesEqual(tenantId);
    expect(await secretNames()).not.toEqual(names);
    expect((await operation()).status).toBe('Succeeded');
  });
});
