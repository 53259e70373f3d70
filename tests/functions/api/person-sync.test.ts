import { beforeEach, describe, expect, it } from 'vitest';
import { TRACE_KEPT_MS } from '../../../shared/core/person-sync.js';
import { Unavailable } from '../../../shared/core/failures.js';
import { aSetup } from '../../builders/setup.js';
import { Api } from './api-harness.js';
import { group, idOf, seedMirror, tenant, TENANT } from './sample-rows.js';

const SETUP = `/v1/tenants/${TENANT}/setups/everybody`;
const SYNC = `${SETUP}/people/everybody.${idOf(1)}/sync`;

let api: Api;
beforeEach(async () => {
  api = new Api();
  await api.stores.tenants.create(tenant());
  await api.stores.setups.insert(aSetup({ tenantId: TENANT, setupId: 'everybody', state: 'started' }));
});

describe('asking for one person now', () => {
  it('is answered at once, wakes a job and says where the trace will be', async () => {
    const asked = await api.ask('POST', SYNC);
    expect(asked).toMatchObject({
      status: 202,
      body: { personId: `everybody.${idOf(1)}`, status: 'NotStarted', steps: [] },
    });
    expect(api.world.sent.map(({ job }) => job.kind)).toEqual(['continue']);
    expect(await api.stores.attention.look(TENANT)).not.toBeNull();
    const trace = await api.get(asked.headers['operation-location'] ?? '');
    expect(trace).toMatchObject({ status: 200, body: asked.body });
  });

  it('is the same while it waits, and forgets what is over for a day', async () => {
    const first = await api.ask('POST', SYNC);
    const again = await api.ask('POST', SYNC);
    expect(again.body['id']).toBe(first.body['id']);
    const [sync] = await api.stores.personSyncs.all(TENANT);
    const endedAt = new Date(api.world.now).toISOString();
    await api.stores.personSyncs.save({ ...sync!, status: 'Succeeded', endedAt });
    api.world.now += TRACE_KEPT_MS + 1;
    const later = await api.ask('POST', SYNC);
    expect((await api.stores.personSyncs.all(TENANT)).map(({ requestId }) => requestId)).toEqual([
      later.body['id'],
    ]);
    const forgotten = await api.get(`${SYNC}/${String(first.body['id'])}`);
    expect(forgotten.body.error.code).toBe('PersonSyncNotFound');
  });

  it.each([
    ['no id of a user', `${SETUP}/people/everybody.somebody/sync`, 'PersonNotFound'],
    ['a person of another setup', `${SETUP}/people/other.${idOf(1)}/sync`, 'PersonNotFound'],
    ['a group', `${SETUP}/people/everybody.${idOf(9)}/sync`, 'PersonNotFound'],
    ['no such setup', SYNC.replace('everybody', 'nobody'), 'SetupNotFound'],
  ])('is refused: %s', async (_case, path, code) => {
    await seedMirror(api, { groups: [group(9)] });
    const refused = await api.ask('POST', path);
    expect([refused.status, refused.body.error.code]).toEqual([404, code]);
    expect(api.world.sent).toEqual([]);
  });

  it('is refused of a paused tenant, and where the queue does not answer', async () => {
    api.world.queueFailure = new Unavailable('The queue does not answer.');
    expect((await api.ask('POST', SYNC)).body.error.code).toBe('QueueUnavailable');
    api.world.queueFailure = null;
    expect((await api.ask('PATCH', `/v1/tenants/${TENANT}`, { body: { paused: true } })).status).toBe(200);
    const refused = await api.ask('POST', SYNC);
    expect([refused.status, refused.body.error.code]).toEqual([409, 'TenantPaused']);
  });
});
