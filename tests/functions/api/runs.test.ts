import { beforeEach, describe, expect, it } from 'vitest';
import { Unavailable } from '../../../shared/core/failures.js';
import { Api } from './api-harness.js';
import { idOf, OTHER_TENANT, readAll, run, tenant, TENANT } from './sample-rows.js';

const PATH = `/v1/tenants/${TENANT}/runs`;

describe('Run Jobs', () => {
  let api: Api;

  beforeEach(async () => {
    api = new Api();
    await api.stores.tenants.create(tenant());
  });

  it('takes the job people by itself, which wants nothing of the directory', async () => {
    const { status, body } = await api.post(PATH, { jobs: ['people'] });
    expect([status, body['jobs']]).toEqual([202, ['people']]);
    expect(await api.stores.syncStates.wants(TENANT)).toEqual([]);
    expect(api.world.sent).toHaveLength(1);
  });

  it('answers 202 with a run of all jobs that can be followed', async () => {
    const { status, headers, body } = await api.post(PATH);
    expect(status).toBe(202);
    expect(body).toEqual({
      id: body['id'],
      tenantId: TENANT,
      trigger: 'manual',
      status: 'NotStarted',
      jobs: ['users', 'groups', 'people'],
      full: false,
      requestedAt: '2026-05-04T10:00:00.000Z',
      startedAt: null,
      endedAt: null,
      progress: {},
      counts: {},
      warnings: [],
      issues: [],
    });
    expect((await api.get(headers['operation-location'] ?? '')).body).toEqual(body);
  });

  it('wants a round of each job, wakes the tenant by the queue and calls the attention of its lease holder', async () => {
    const { body } = await api.post(PATH, { full: true });
    const wants = await api.stores.syncStates.wants(TENANT);
    expect(wants.map(({ resource, full }) => [resource, full]).sort()).toEqual([
      ['groups', true],
      ['users', true],
    ]);
    expect(api.world.sent).toEqual([
      {
        messageId: `run:${String(body['id'])}:start`,
        job: { version: 1, kind: 'run', tenantId: TENANT, runId: body['id'], attempt: 0 },
        dueAt: null,
      },
    ]);
    expect(await api.stores.attention.look(TENANT)).not.toBeNull();
  });

  it('answers the active run where the same jobs are asked again in any order, and sends its message again', async () => {
    const first = await api.post(PATH, { jobs: ['groups', 'users', 'groups'] });
    const second = await api.post(PATH, { jobs: ['users', 'groups'], full: false });
    expect([second.status, second.body]).toEqual([202, first.body]);
    expect(await readAll(api, PATH)).toHaveLength(1);
    expect(new Set(api.world.sent.map(({ messageId }) => messageId)).size).toBe(1);
    expect(api.world.sent).toHaveLength(2);
  });

  it('makes another run for other jobs, another full, or once the first is over', async () => {
    const { body } = await api.post(PATH);
    await api.post(PATH, { jobs: ['users'] });
    await api.post(PATH, { full: true });
    await api.post(`${PATH}/${String(body['id'])}/cancel`);
    await api.post(PATH);
    expect(await readAll(api, PATH)).toHaveLength(4);
  });

  it('is one run for many who ask at once', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => api.post(PATH)));
    expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1);
  });

  it('wants no second round for a part that a round serves already', async () => {
    await api.stores.runs.request(run(), 'manual|users|full=false');
    expect((await api.post(PATH, { jobs: ['users'] })).body['id']).toBe('run-1');
    expect(await api.stores.syncStates.wants(TENANT)).toEqual([]);
  });

  it('answers 503 where the queue is not available, and asking again goes on with the same run', async () => {
    api.world.queueFailure = new Unavailable('down', 2000);
    const refused = await api.post(PATH);
    expect([refused.status, refused.body.error.code, refused.headers['retry-after']]).toEqual([
      503,
      'QueueUnavailable',
      '2',
    ]);
    expect(api.world.logged).toMatchObject([
      { level: 'warn', facts: { operation: 'requestRun', cause: 'Unavailable: down' } },
    ]);
    api.world.queueFailure = null;
    const { body } = await api.post(PATH);
    expect(api.world.sent.map(({ messageId }) => messageId)).toEqual([`run:${String(body['id'])}:start`]);
    expect(await readAll(api, PATH)).toHaveLength(1);
  });

  it('records the wants even where whoever asked first stopped before that', async () => {
    api.tables.beforeOperation = ({ table, writes }) => {
      if (table === 'SyncState' && writes) throw new Unavailable('down');
    };
    expect((await api.post(PATH)).body.error.code).toBe('ServiceUnavailable');
    api.tables.beforeOperation = null;
    await api.post(PATH);
    expect(await api.stores.syncStates.wants(TENANT)).toHaveLength(2);
    expect(await readAll(api, PATH)).toHaveLength(1);
  });

  it('is refused while the tenant is paused, and allowed while it is parked', async () => {
    await api.patch(`/v1/tenants/${TENANT}`, { paused: true });
    const paused = await api.post(PATH);
    expect([paused.status, paused.body.error.code]).toEqual([409, 'TenantPaused']);
    const state = {
      kind: 'parked',
      since: '2026-05-01T00:00:00.000Z',
      reason: 'r',
      fix: 'f',
      before: 'running',
    } as const;
    await api.stores.tenants.create(tenant({ tenantId: OTHER_TENANT, state }));
    expect((await api.post(`/v1/tenants/${OTHER_TENANT}/runs`)).status).toBe(202);
  });

  it('is refused where nobody has let us in yet, and leaves nothing behind', async () => {
    const state = { kind: 'awaitingConsent', since: '2026-05-01T00:00:00.000Z' } as const;
    await api.stores.tenants.create(tenant({ tenantId: OTHER_TENANT, state, credential: null }));
    const path = `/v1/tenants/${OTHER_TENANT}/runs`;
    const { status, body } = await api.post(path);
    expect([status, body.error.code]).toEqual([409, 'TenantAwaitingConsent']);
    expect(await readAll(api, path)).toEqual([]);
    expect(await api.stores.syncStates.wants(OTHER_TENANT)).toEqual([]);
    expect(api.world.sent).toEqual([]);
  });

  it('is refused while the tenant is being removed', async () => {
    const state = { kind: 'disconnecting', since: '2026-05-01T00:00:00.000Z' } as const;
    await api.stores.tenants.create(tenant({ tenantId: OTHER_TENANT, state }));
    const { status, body } = await api.post(`/v1/tenants/${OTHER_TENANT}/runs`);
    expect([status, body.error.code]).toEqual([409, 'TenantDisconnecting']);
  });

  it.each([
    [{ jobs: ['contacts'] }, 'InvalidRequest', 'jobs[0]'],
    [{ jobs: ['users', 'x'] }, 'InvalidRequest', 'jobs[1]'],
    [{ jobs: [] }, 'InvalidRequest', 'jobs'],
    [{ jobs: 'users' }, 'InvalidRequest', 'jobs'],
    [{ full: 'yes' }, 'InvalidRequest', 'full'],
    [{ force: true }, 'UnknownField', 'force'],
    [[], 'InvalidRequest', undefined],
  ])('refuses %j', async (wish, code, target) => {
    const { status, body } = await api.post(PATH, wish);
    expect([status, body.error.code, body.error.target]).toEqual([400, code, target]);
    expect(api.world.sent).toEqual([]);
  });

  it('answers 404 for a tenant that is not connected', async () => {
    expect((await api.post(`/v1/tenants/${idOf(404)}/runs`)).body.error.code).toBe('TenantNotFound');
  });
});

describe('runs', () => {
  let api: Api;

  beforeEach(async () => {
    api = new Api();
    await api.stores.tenants.create(tenant());
  });

  it('are listed newest first, page by page', async () => {
    for (const day of [2, 1, 3]) {
      const requestedAt = `2026-05-0${day}T00:00:00.000Z`;
      await api.stores.runs.request(run({ runId: `r${day}`, requestedAt }), `key-${day}`);
    }
    expect((await readAll(api, `${PATH}?top=2`)).map(({ id }) => id)).toEqual(['r3', 'r2', 'r1']);
  });

  it('show progress, counts, warnings and the error by resource', async () => {
    const error = { code: 'BadPage', message: 'The page is no page.' };
    await api.stores.runs.request(run({ status: 'Failed', error }), 'key');
    expect((await api.get(`${PATH}/run-1`)).body).toMatchObject({
      status: 'Failed',
      progress: { users: { pages: 2, objects: 200, estimate: 1000, done: false } },
      counts: { users: { created: 1, updated: 2, softDeleted: 3, restored: 4, deleted: 5 } },
      warnings: [{ code: 'UnusableElement', count: 1 }],
      error,
    });
  });

  it('belong to their tenant alone', async () => {
    await api.stores.tenants.create(tenant({ tenantId: OTHER_TENANT }));
    await api.stores.runs.request(run(), 'key');
    const { status, body } = await api.get(`/v1/tenants/${OTHER_TENANT}/runs/run-1`);
    expect([status, body.error.code]).toEqual([404, 'RunNotFound']);
    expect(await readAll(api, `/v1/tenants/${OTHER_TENANT}/runs`)).toEqual([]);
  });

  it('are cancelled with the attention of the lease holder', async () => {
    await api.stores.runs.request(run(), 'key');
    const { status, body } = await api.post(`${PATH}/run-1/cancel`);
    expect([status, body['status'], body['endedAt']]).toEqual([200, 'Canceled', '2026-05-04T10:00:00.000Z']);
    expect(await api.stores.attention.look(TENANT)).not.toBeNull();
    expect(await api.stores.runs.active(TENANT)).toEqual([]);
  });

  it('are cancelled even where a job saves its progress at the same moment', async () => {
    await api.stores.runs.request(run(), 'key');
    let interfered = false;
    api.tables.beforeOperation = async ({ kind, table }) => {
      if (interfered || table !== 'Runs' || kind !== 'transact') return;
      interfered = true;
      const stored = (await api.stores.runs.get(TENANT, 'run-1'))!;
      await api.stores.runs.save({ ...stored.value, startedAt: '2026-05-04T09:59:00.000Z' }, stored.tag);
    };
    const { body } = await api.post(`${PATH}/run-1/cancel`);
    expect([interfered, body['status'], body['startedAt']]).toEqual([
      true,
      'Canceled',
      '2026-05-04T09:59:00.000Z',
    ]);
  });

  it('that are over stay as they are when they are cancelled', async () => {
    await api.stores.runs.request(run({ status: 'Succeeded', endedAt: '2026-05-04T09:30:00.000Z' }), 'key');
    const { status, body } = await api.post(`${PATH}/run-1/cancel`);
    expect([status, body['status'], body['endedAt']]).toEqual([200, 'Succeeded', '2026-05-04T09:30:00.000Z']);
    expect(await api.stores.attention.look(TENANT)).toBeNull();
    expect((await api.post(`${PATH}/none/cancel`)).body.error.code).toBe('RunNotFound');
  });
});
