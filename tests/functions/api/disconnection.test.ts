import { beforeEach, describe, expect, it } from 'vitest';
import { changesTenant } from '../../../functions/api/disconnecting.js';
import { Unavailable } from '../../../shared/core/failures.js';
import { Api } from './api-harness.js';
import { idOf, tenant, TENANT } from './sample-rows.js';
import { furnished, ROUTE_CASES } from './route-matrix.js';

const PATH = `/v1/tenants/${TENANT}`;
const CONFIRMED = `${PATH}?confirm=Contoso%20A%2FS`;
const OPERATION = `${PATH}/disconnection`;

describe('disconnecting a tenant', () => {
  let api: Api;

  beforeEach(async () => {
    api = new Api();
    await api.stores.tenants.create(tenant({ displayName: 'Contoso A/S' }));
  });

  it('begins an operation that is read under its address, and sends one job', async () => {
    const begun = await api.ask('DELETE', CONFIRMED);
    expect(begun.status).toBe(202);
    expect(begun.headers['operation-location']).toBe(`https://rollcall.example/api${OPERATION}`);
    expect(begun.body).toEqual({
      tenantId: TENANT,
      status: 'Running',
      stage: 'queued',
      startedAt: '2026-05-04T10:00:00.000Z',
      rowsRemoved: 0,
      removed: {},
      subscriptionsEnded: 0,
      secret: { state: 'pending', scheduledPurgeDate: null },
      warnings: [],
    });
    expect((await api.get(OPERATION)).body).toEqual(begun.body);
    expect(api.world.sent.map(({ job }) => job)).toMatchObject([{ kind: 'disconnect', tenantId: TENANT }]);
    expect((await api.get(PATH)).body).toMatchObject({ state: 'disconnecting' });
  });

  it.each([PATH, `${PATH}?confirm=contoso`, `${PATH}?confirm=Contoso%20A%2FS%20`, `${PATH}?confirm=`])(
    'asks for the name, exactly, at %s',
    async (address) => {
      const { status, body } = await api.ask('DELETE', address);
      expect([status, body.error.code, body.error.target]).toEqual([400, 'ConfirmationRequired', 'confirm']);
      expect(body.error.message).toContain('"Contoso A/S"');
      expect((await api.get(PATH)).body).toMatchObject({ state: 'connected' });
      expect(api.world.sent).toEqual([]);
    },
  );

  it('makes sure of the version that was seen, where one is named', async () => {
    const old = await api.ask('DELETE', CONFIRMED, { headers: { 'if-match': '"older"' } });
    expect([old.status, old.body.error.code]).toEqual([412, 'PreconditionFailed']);
    const etag = (await api.get(PATH)).headers['etag'] ?? '';
    expect((await api.ask('DELETE', CONFIRMED, { headers: { 'if-match': etag } })).status).toBe(202);
  });

  it('asked again is the same operation, also after it failed', async () => {
    const begun = await api.ask('DELETE', CONFIRMED);
    api.world.now += 5_000;
    expect((await api.ask('DELETE', CONFIRMED)).body).toEqual(begun.body);
    const { value, tag } = (await api.stores.disconnections.get(TENANT))!;
    const error = { code: 'NotRemoved', message: 'The vault was away.' };
    await api.stores.disconnections.save(
      { ...value, status: 'Failed', endedAt: value.startedAt, error, removed: { Users: 3 } },
      tag,
    );
    expect((await api.get(OPERATION)).body).toMatchObject({ status: 'Failed', error });
    const again = await api.ask('DELETE', CONFIRMED);
    expect(again.body).toEqual({ ...begun.body, rowsRemoved: 3, removed: { Users: 3 } });
  });

  it('shows its stage with how many rows are removed, and until when it waits, as long as it has not ended', async () => {
    await api.ask('DELETE', CONFIRMED);
    const { value, tag } = (await api.stores.disconnections.get(TENANT))!;
    const waitsUntil = '2026-05-04T10:01:10.000Z';
    const waiting = { ...value, stage: 'waiting', waitsUntil, removed: { Users: 3, Groups: 2 } } as const;
    const saved = await api.stores.disconnections.save(waiting, tag);
    const { body } = await api.get(OPERATION);
    expect(body).toMatchObject({ stage: 'waiting', waitsUntil, rowsRemoved: 5 });
    const ended = { ...waiting, status: 'Succeeded', stage: null, waitsUntil: null } as const;
    await api.stores.disconnections.save(ended, saved.tag);
    const after = (await api.get(OPERATION)).body as Record<string, unknown>;
    expect(after).toMatchObject({ status: 'Succeeded', rowsRemoved: 5 });
    expect(Object.keys(after)).not.toContain('stage');
    expect(Object.keys(after)).not.toContain('waitsUntil');
  });

  it('is begun although the queue is away: the timer sends its job', async () => {
    api.world.queueFailure = new Unavailable('No broker');
    expect((await api.ask('DELETE', CONFIRMED)).status).toBe(202);
    expect((await api.get(OPERATION)).body).toMatchObject({ status: 'Running' });
  });

  it('is readable after the tenant is gone, by whoever is Admin everywhere', async () => {
    await api.ask('DELETE', CONFIRMED);
    const { tag } = (await api.stores.tenants.get(TENANT))!;
    await api.stores.tenants.remove(TENANT, tag);
    expect((await api.get(PATH)).status).toBe(404);
    expect((await api.get(OPERATION)).body).toMatchObject({ status: 'Running' });
    expect((await api.ask('DELETE', CONFIRMED)).status).toBe(202);
    expect((await api.get(OPERATION, { as: 'customer' })).status).toBe(404);
    const { value, tag: operationTag } = (await api.stores.disconnections.get(TENANT))!;
    await api.stores.disconnections.save({ ...value, status: 'Succeeded' }, operationTag);
    expect((await api.ask('DELETE', CONFIRMED)).body.error.code).toBe('TenantNotFound');
  });

  it('answers 404 for a tenant that was never disconnected', async () => {
    expect((await api.get(OPERATION)).body.error.code).toBe('DisconnectionNotFound');
    expect((await api.ask('DELETE', `/v1/tenants/${idOf(4)}?confirm=x`)).body.error.code).toBe(
      'TenantNotFound',
    );
  });
});

async function beginDisconnecting(api: Api): Promise<void> {
  const stored = (await api.stores.tenants.get(TENANT))!;
  const state = { kind: 'disconnecting', since: '2026-05-04T10:00:00.000Z' } as const;
  await api.stores.tenants.save({ ...stored.value, state }, stored.tag);
}

async function outcomeOf(api: Api, operationId: string, method: string) {
  const { path, body, roles } = ROUTE_CASES[operationId]!;
  const isProducts = roles?.includes('Product') === true;
  const answer = await api.ask(method, path, { body, ...(isProducts && { as: 'product' }) });
  return [operationId, answer.status, answer.status < 400 ? null : answer.body.error.code] as const;
}

describe('a tenant that is disconnecting', () => {
  it('refuses whatever would change something of it', async () => {
    const api = await furnished();
    await api.ask('DELETE', `${PATH}?confirm=Name%20of%20${TENANT}`);
    const writes = api.routes.filter(changesTenant);
    expect(writes.map(({ operationId }) => operationId)).toEqual(
      expect.arrayContaining(['editTenant', 'requestRun', 'cancelRun', 'grantAccess', 'createAdminLink']),
    );
    for (const { operationId, method } of writes)
      expect(await outcomeOf(api, operationId, method)).toEqual([operationId, 409, 'TenantDisconnecting']);
  });

  it('refuses a request whose body came while it began to be so, before anything is written', async () => {
    for (const { operationId, method } of (await furnished()).routes.filter(changesTenant)) {
      const api = await furnished();
      api.tables.afterOperation = async ({ kind, table }) => {
        if (kind !== 'get' || table !== 'Tenants') return;
        api.tables.afterOperation = null;
        await beginDisconnecting(api);
        api.tables.beforeOperation = ({ writes }) => {
          if (writes) throw new Error(`${operationId} wrote`);
        };
      };
      expect(await outcomeOf(api, operationId, method)).toEqual([operationId, 409, 'TenantDisconnecting']);
    }
  });

  it('does not say of a request that is done what was written while it began to be so', async () => {
    let refused = 0;
    for (const { operationId, method } of (await furnished()).routes.filter(changesTenant)) {
      const usual = await furnished();
      const written = new Set<string>();
      usual.tables.beforeOperation = ({ writes, table }) => {
        if (writes && table !== 'Tenants') written.add(table);
      };
      const [, status] = await outcomeOf(usual, operationId, method);
      if (status >= 300 || written.size === 0) continue;
      const api = await furnished();
      api.tables.beforeOperation = async ({ writes, table }) => {
        if (!writes || table === 'Tenants') return;
        api.tables.beforeOperation = null;
        await beginDisconnecting(api);
      };
      expect(await outcomeOf(api, operationId, method)).toEqual([operationId, 409, 'TenantDisconnecting']);
      refused += 1;
    }
    expect(refused).toBeGreaterThan(10);
  });

  it('cannot be connected again, not even in the moment between its row and the end of the operation', async () => {
    const api = await furnished();
    const credential = { kind: 'clientSecret', clientId: idOf(9), secretValue: 'value' };
    const connect = () => api.post('/v1/tenants', { tenantId: TENANT, displayName: 'Again', credential });
    await api.ask('DELETE', `${PATH}?confirm=Name%20of%20${TENANT}`);
    expect((await connect()).body.error.code).toBe('TenantDisconnecting');
    const { tag } = (await api.stores.tenants.get(TENANT))!;
    await api.stores.tenants.remove(TENANT, tag);
    expect((await connect()).body.error.code).toBe('TenantDisconnecting');
    expect(api.world.discarded).toEqual(api.world.saved.map(({ name }) => name));
  });

  it('is not wanted again by a dead letter that is replayed', async () => {
    const api = await furnished();
    await api.ask('DELETE', `${PATH}?confirm=Name%20of%20${TENANT}`);
    expect((await api.post('/v1/dead-letters/letter-1/replay')).status).toBe(202);
    expect(await api.stores.syncStates.wants(TENANT)).toEqual([]);
  });
});
