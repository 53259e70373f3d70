import { beforeEach, describe, expect, it } from 'vitest';
import { localPrincipals } from '../../../local/functions-host/principals.js';
import { Api } from './api-harness.js';
import { OTHER_TENANT, idOf, readAll, tenant, TENANT } from './sample-rows.js';
import { aSubscription } from '../../builders/subscription.js';

const PATH = `/v1/tenants/${TENANT}`;

describe('tenants', () => {
  let api: Api;

  beforeEach(async () => {
    api = new Api();
    await api.stores.tenants.create(tenant());
  });

  it('are listed page by page, each once', async () => {
    const more = [3, 1, 2].map(idOf);
    for (const tenantId of more) await api.stores.tenants.create(tenant({ tenantId }));
    const first = await api.get('/v1/tenants?top=3');
    expect(first.body.value).toHaveLength(3);
    expect(first.body.nextLink).toMatch(
      /^https:\/\/rollcall\.example\/api\/v1\/tenants\?top=3&after=[\w-]+$/,
    );
    const all = await readAll(api, '/v1/tenants?top=3');
    expect(all.map(({ tenantId }) => tenantId)).toEqual([TENANT, ...[1, 2, 3].map(idOf)]);
  });

  it('are listed by their state, with pages as full as they can be', async () => {
    const state = { kind: 'awaitingConsent', since: '2026-05-02T00:00:00.000Z' } as const;
    for (const number of [1, 2, 3, 4, 5, 6])
      await api.stores.tenants.create(
        tenant({ tenantId: idOf(number), ...(number % 2 === 0 ? { state } : {}) }),
      );
    const first = await api.get('/v1/tenants?state=awaitingConsent&top=2');
    expect(first.body.value.map(({ tenantId }) => tenantId)).toEqual([idOf(2), idOf(4)]);
    const all = await readAll(api, '/v1/tenants?state=awaitingConsent&top=2');
    expect(all.map(({ tenantId }) => tenantId)).toEqual([idOf(2), idOf(4), idOf(6)]);
    expect(await readAll(api, '/v1/tenants?state=parked')).toEqual([]);
    expect((await api.get('/v1/tenants?state=asleep')).body.error.target).toBe('state');
  });

  it('show why one is parked and what mends it', async () => {
    const state = {
      kind: 'parked',
      since: '2026-05-02T00:00:00.000Z',
      reason: 'The secret expired',
      fix: 'Make a new one.',
      before: 'running',
    } as const;
    await api.stores.tenants.create(tenant({ tenantId: idOf(7), state }));
    expect((await api.get(`/v1/tenants/${idOf(7)}`)).body).toMatchObject({
      state: 'parked',
      stateSince: state.since,
      stateReason: 'The secret expired.',
      nextStep: 'The secret expired. Make a new one.',
    });
  });

  it('never name the secret in the vault', async () => {
    expect(JSON.stringify((await api.get(PATH)).body)).not.toContain('graph-abc');
  });

  it.each(['x', 'contoso.example', '../../etc', idOf(404)])('answer 404 for %s', async (id) => {
    const { status, body } = await api.get(`/v1/tenants/${encodeURIComponent(id)}`);
    expect([status, body.error.code, body.error.target]).toEqual([404, 'TenantNotFound', 'tenantId']);
  });

  it('are found whatever the case of their id', async () => {
    expect((await api.get(PATH.toUpperCase().replace('/V1/TENANTS', '/v1/tenants'))).status).toBe(200);
  });
});

describe('editing a tenant', () => {
  let api: Api;

  beforeEach(async () => {
    api = new Api();
    await api.stores.tenants.create(tenant({ owner: { name: 'Ada', mail: 'ada@contoso.example' } }));
  });

  it('changes what is given and nothing else', async () => {
    const before = (await api.get(PATH)).body;
    const edit = { displayName: 'Contoso A/S', timeZone: 'Europe/Copenhagen', organizationIds: ['o1'] };
    const { status, body } = await api.patch(PATH, edit);
    expect([status, body]).toEqual([200, { ...before, ...edit }]);
    expect((await api.get(PATH)).body).toEqual(body);
  });

  it('clears the owner with null', async () => {
    expect((await api.patch(PATH, { owner: null })).body).toMatchObject({ owner: null });
  });

  it('accepts the version that was read, and refuses an older one', async () => {
    const { etag = '' } = (await api.get(PATH)).headers;
    const headers = { 'if-match': etag };
    expect((await api.patch(PATH, { displayName: 'One' }, { headers })).status).toBe(200);
    const late = await api.patch(PATH, { displayName: 'Two' }, { headers });
    expect([late.status, late.body.error.code]).toEqual([412, 'PreconditionFailed']);
    expect((await api.get(PATH)).body).toMatchObject({ displayName: 'One' });
    expect((await api.patch(PATH, { displayName: 'Two' }, { headers: { 'if-match': '*' } })).status).toBe(
      200,
    );
  });

  it('answers 412 to all but one of those who edit the same version at once', async () => {
    const headers = { 'if-match': (await api.get(PATH)).headers['etag'] ?? '' };
    const edits = ['One', 'Two', 'Three'].map((displayName) => api.patch(PATH, { displayName }, { headers }));
    expect((await Promise.all(edits)).map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  });

  it('joins edits of different fields that are made at once without a version', async () => {
    await Promise.all([api.patch(PATH, { displayName: 'One' }), api.patch(PATH, { nightlyAt: '03:15' })]);
    expect((await api.get(PATH)).body).toMatchObject({ displayName: 'One', nightlyAt: '03:15' });
  });

  it('gives up with 409 where others keep changing the tenant', async () => {
    let reads = 0;
    api.tables.afterOperation = async ({ kind, table }) => {
      if (kind !== 'get' || table !== 'Tenants') return;
      reads += 1;
      if (reads % 2 === 0) return;
      const stored = await api.stores.tenants.get(TENANT);
      await api.stores.tenants.save(stored!.value, stored!.tag);
    };
    const { status, body } = await api.patch(PATH, { displayName: 'One' });
    expect([status, body.error.code]).toEqual([409, 'ChangedMeanwhile']);
  });

  it('calls the attention of the lease holder when pausing changes, and only then', async () => {
    await api.patch(PATH, { displayName: 'One', paused: false });
    expect(await api.stores.attention.look(TENANT)).toBeNull();
    await api.patch(PATH, { paused: true });
    const paused = await api.stores.attention.look(TENANT);
    expect(paused).not.toBeNull();
    await api.patch(PATH, { paused: true });
    expect(await api.stores.attention.look(TENANT)).toBe(paused);
    await api.patch(PATH, { paused: false });
    expect(await api.stores.attention.look(TENANT)).not.toBe(paused);
  });

  it('goes on at once when a running tenant is resumed, with a round of each resource', async () => {
    const stored = await api.stores.tenants.get(TENANT);
    const running = { kind: 'running', since: '2026-05-01T00:00:00.000Z' } as const;
    await api.stores.tenants.save({ ...stored!.value, state: running, paused: true }, stored!.tag);
    await api.patch(PATH, { paused: false });
    expect(api.world.sent.map(({ job }) => job)).toMatchObject([{ kind: 'continue', tenantId: TENANT }]);
    const wants = await api.stores.syncStates.wants(TENANT);
    expect(wants.map((want) => want.resource).sort()).toEqual(['groups', 'users']);
  });

  it.each([
    [{ tenantId: idOf(1) }, 'UnknownField', 'tenantId'],
    [{ state: 'running' }, 'UnknownField', 'state'],
    [{ credential: {} }, 'UnknownField', 'credential'],
    [{ paused: 'yes' }, 'InvalidRequest', 'paused'],
    [{ nightlyAt: '1:00' }, 'InvalidRequest', 'nightlyAt'],
  ])('refuses %j', async (edit, code, target) => {
    const { status, body } = await api.patch(PATH, edit);
    expect([status, body.error.code, body.error.target]).toEqual([400, code, target]);
  });

  it('answers 404 for a tenant that is not connected', async () => {
    const { body } = await api.patch(`/v1/tenants/${idOf(404)}`, { paused: true });
    expect(body.error.code).toBe('TenantNotFound');
  });
});

describe('subscriptions of a tenant', () => {
  it('are listed without the fingerprint of their client state', async () => {
    const api = new Api();
    await api.stores.tenants.create(tenant());
    await api.stores.subscriptions.put(
      aSubscription({
        tenantId: TENANT,
        subscriptionId: 'sub-1',
        clientStateHash: 'f'.repeat(64),
        expiresAt: '2026-05-05T00:00:00.000Z',
        renewedAt: '2026-05-04T00:00:00.000Z',
        madeAt: null,
      }),
    );
    expect((await api.get(`${PATH}/subscriptions`)).body).toEqual({
      value: [
        {
          id: 'sub-1',
          resource: 'users',
          expiresAt: '2026-05-05T00:00:00.000Z',
          renewedAt: '2026-05-04T00:00:00.000Z',
          madeAt: null,
          lifecycleEvents: true,
        },
      ],
    });
    expect((await api.get(`/v1/tenants/${idOf(404)}/subscriptions`)).status).toBe(404);
  });
});

describe('secrets', () => {
  it('are judged by today, and filtered by that', async () => {
    const api = new Api();
    const dates = ['2026-05-03T00:00:00.000Z', '2026-05-20T00:00:00.000Z', '2027-05-04T00:00:00.000Z', null];
    for (const [index, expiresOn] of dates.entries()) {
      await api.stores.secretExpiries.put({
        tenantId: idOf(index),
        bundle: null,
        secretName: 'graph-abc',
        secretVersion: 'version-1',
        warned: [],
        clientId: idOf(9),
        secretId: null,
        expiresOn,
        endInGraph: null,
        refusedAt: null,
        state: 'valid',
        checkedAt: '2026-01-01T00:00:00.000Z',
      });
    }
    const all = await readAll(api, '/v1/secrets?top=2');
    expect(all.map(({ state }) => state)).toEqual(['expired', 'expiring', 'valid', 'unknown']);
    const expiring = await readAll(api, '/v1/secrets?top=1&state=expiring');
    expect(expiring.map(({ tenantId }) => tenantId)).toEqual([idOf(1)]);
    expect(JSON.stringify(all)).not.toContain('graph-abc');
    expect((await api.get('/v1/secrets?state=old')).body.error.target).toBe('state');
  });

  it('are expired where the login service said so, whatever date somebody named', async () => {
    const api = new Api();
    for (const [index, expiresOn] of [null, '2027-05-04T00:00:00.000Z'].entries()) {
      await api.stores.secretExpiries.put({
        ...{ tenantId: idOf(index), bundle: null, secretName: 'n', secretVersion: 'v', warned: [] },
        ...{ clientId: idOf(9), secretId: null, expiresOn, endInGraph: null, checkedAt: null },
        ...{ refusedAt: '2026-05-03T00:00:00.000Z', state: 'valid' },
      });
    }
    const expired = await readAll(api, '/v1/secrets?state=expired');
    expect(expired.map(({ tenantId, expiresOn }) => [tenantId, expiresOn])).toEqual([
      [idOf(0), '2026-05-03T00:00:00.000Z'],
      [idOf(1), '2026-05-03T00:00:00.000Z'],
    ]);
    expect(await readAll(api, '/v1/secrets?state=unknown')).toEqual([]);
  });

  it('name their tenant and its owner', async () => {
    const api = new Api();
    const owner = { name: 'Ada', mail: 'ada@contoso.example' };
    await api.stores.tenants.create(tenant({ owner }));
    await api.stores.tenants.create(tenant({ tenantId: OTHER_TENANT, displayName: 'Fabrikam' }));
    for (const tenantId of [TENANT, OTHER_TENANT])
      await api.stores.secretExpiries.put({
        ...{ tenantId, bundle: null, secretName: 'n', secretVersion: 'v', warned: [], state: 'unknown' },
        ...{ clientId: idOf(9), secretId: null, expiresOn: null, endInGraph: null, checkedAt: null },
        refusedAt: null,
      });
    expect((await api.get('/v1/secrets')).body.value).toMatchObject([
      { tenantId: TENANT, displayName: 'Contoso', owner },
      { tenantId: OTHER_TENANT, displayName: 'Fabrikam', owner: null },
    ]);
  });

  it('of consent applications are those of no tenant, and shown to whom everything is', async () => {
    const api = new Api();
    await api.stores.secretExpiries.put({
      ...{ tenantId: null, bundle: 'directory', secretName: 'consent', secretVersion: 'v', warned: [7] },
      ...{ clientId: idOf(9), secretId: null, expiresOn: '2026-05-10T00:00:00.000Z', state: 'expiring' },
      ...{ endInGraph: null, refusedAt: null, checkedAt: '2026-05-04T00:00:00.000Z' },
    });
    expect(await readAll(api, '/v1/secrets?state=expiring')).toEqual([
      {
        ...{ tenantId: null, bundle: 'directory', clientId: idOf(9), secretId: null, state: 'expiring' },
        ...{ displayName: null, owner: null },
        ...{ expiresOn: '2026-05-10T00:00:00.000Z', checkedAt: '2026-05-04T00:00:00.000Z' },
      },
    ]);
    const grant = {
      tenantId: TENANT,
      principalId: localPrincipals.customer.objectId,
      roles: ['Admin'],
    } as const;
    const granted = { grantedAt: '2026-05-04T00:00:00.000Z', grantedBy: idOf(1) };
    await api.stores.accessGrants.save({ ...grant, ...granted }, null);
    expect((await api.get('/v1/secrets', { as: 'customer' })).body.value).toEqual([]);
  });
});
