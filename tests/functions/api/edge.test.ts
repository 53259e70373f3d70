import { describe, expect, it } from 'vitest';
import { RequestRefused, Throttled, Unavailable } from '../../../shared/core/failures.js';
import { Api } from './api-harness.js';
import { OTHER_TENANT, tenant, TENANT } from './sample-rows.js';

const PATH = `/v1/tenants/${TENANT}`;

describe('the edge of the API', () => {
  it.each(['{', 'nonsense', '{"a":1,}'])('answers 400 to a body that is no JSON (%s)', async (text) => {
    const { status, body } = await new Api().post('/v1/tenants', text);
    expect([status, body.error.code]).toEqual([400, 'InvalidJson']);
  });

  it('answers 400 to a body in another encoding than UTF-8, whose letters it would destroy', async () => {
    const latin1 = Buffer.from('{"displayName":"K\u00f8benhavn"}', 'latin1');
    const { status, body } = await new Api().patch(PATH, latin1);
    expect([status, body.error.code]).toEqual([400, 'InvalidRequest']);
    expect(body.error.message).toContain('UTF-8');
  });

  it.each(['null', '[]', '"text"', '1'])('answers 400 to a body that is no object (%s)', async (text) => {
    const { status, body } = await new Api().patch(PATH, text);
    expect([status, body.error.code]).toEqual([400, 'InvalidRequest']);
  });

  it('takes a body of 1 MiB and answers 413 to a larger one', async () => {
    const api = new Api();
    await api.stores.tenants.create(tenant());
    const fitting = `{"displayName":"x"${' '.repeat(1024 * 1024 - 19)}}`;
    expect(Buffer.byteLength(fitting)).toBe(1024 * 1024);
    expect((await api.patch(PATH, fitting)).status).toBe(200);
    const { status, body } = await api.patch(PATH, `${fitting} `);
    expect([status, body.error.code]).toEqual([413, 'BodyTooLarge']);
  });

  it('refuses fields and query values of routes that take none', async () => {
    const api = new Api();
    expect((await api.get(`${PATH}?verbose=true`)).body.error).toMatchObject({
      code: 'UnknownField',
      target: 'verbose',
    });
    expect((await api.post(`${PATH}/runs/r/cancel`, { why: 'x' })).body.error).toMatchObject({
      code: 'UnknownField',
      target: 'why',
    });
  });

  it('is not misled by names that objects have by nature', async () => {
    const api = new Api();
    await api.stores.tenants.create(tenant());
    const { status, body } = await api.patch(PATH, '{"__proto__":{"paused":true},"displayName":"x"}');
    expect([status, body.error.code]).toEqual([400, 'UnknownField']);
  });

  it.each([
    ['not available', new Unavailable('down'), '5'],
    ['throttled', new Throttled('slow', 300), '1'],
  ])('answers 503 with a time to come back where the tables are %s', async (_, failure, after) => {
    const api = new Api();
    api.tables.beforeOperation = () => Promise.reject(failure);
    const { status, headers, body } = await api.get('/v1/tenants');
    expect([status, body.error.code, headers['retry-after']]).toEqual([503, 'ServiceUnavailable', after]);
  });

  it('logs why it answered 503, with what the tables said and without what they were sent', async () => {
    const api = new Api();
    const sdk = Object.assign(new Error('hush'), { name: 'RestError', code: 'ECONNRESET', request: 'hush' });
    api.tables.beforeOperation = () => Promise.reject(new Unavailable('No answer', null, { cause: sdk }));
    const { headers } = await api.get(PATH);
    expect(api.world.logged).toMatchObject([
      {
        level: 'warn',
        message: 'A request was answered 503',
        facts: {
          operation: 'readTenant',
          correlationId: headers['x-correlation-id'],
          code: 'ServiceUnavailable',
          cause: 'Unavailable: No answer < RestError ECONNRESET',
        },
      },
    ]);
    expect(JSON.stringify(api.world.logged)).not.toContain('hush');
  });

  it('takes a refusal of the store for a wrong position only where one was given', async () => {
    const api = new Api();
    for (const tenantId of [TENANT, OTHER_TENANT]) await api.stores.tenants.create(tenant({ tenantId }));
    const { nextLink = '' } = (await api.get('/v1/tenants?top=1')).body;
    api.tables.beforeOperation = () => Promise.reject(new RequestRefused('no', 400, 'InvalidInput'));
    expect((await api.get(nextLink)).body.error).toMatchObject({
      code: 'InvalidRequest',
      target: 'after',
    });
    expect((await api.get('/v1/tenants')).body.error.code).toBe('InternalError');
  });

  it('keeps what was not foreseen out of the answer and in the log, under one id', async () => {
    const api = new Api();
    api.tables.beforeOperation = () => Promise.reject(new TypeError('inner detail'));
    const { status, headers, body } = await api.get('/v1/tenants');
    expect([status, body.error.code, headers['x-correlation-id']]).toEqual([
      500,
      'InternalError',
      'invocation-1',
    ]);
    expect(JSON.stringify(body)).not.toContain('inner detail');
    expect(api.world.logged).toMatchObject([
      {
        level: 'error',
        facts: { correlationId: 'invocation-1', message: 'inner detail', operation: 'listTenants' },
      },
    ]);
  });

  it('builds nextLink below PUBLIC_URL whatever host the request came by, and keeps its query', async () => {
    const api = new Api();
    await api.stores.tenants.create(tenant());
    await api.stores.tenants.create(tenant({ tenantId: '99999999-9999-4999-8999-999999999999' }));
    const { body } = await api.get('http://10.0.0.4:8080/api/v1/tenants?top=1');
    expect(body.nextLink).toMatch(/^https:\/\/rollcall\.example\/api\/v1\/tenants\?top=1&after=/);
  });
});

describe('health', () => {
  it('is ready once every part is', async () => {
    const { status, body } = await new Api().get('/api/health', { as: 'anonymous' });
    expect([status, body]).toEqual([
      200,
      { status: 'ready', parts: { tables: 'ready', queue: 'ready', vault: 'ready' } },
    ]);
  });

  it('names every part that is not', async () => {
    const api = new Api();
    api.world.notReady.add('queue').add('vault');
    const { status, body } = await api.get('/api/health');
    expect([status, body.error.code, body.error.message]).toEqual([
      503,
      'NotReady',
      'Not ready: queue, vault.',
    ]);
    expect(body.error.details?.map(({ target }) => target)).toEqual(['queue', 'vault']);
  });

  it('asks the parts at most once a second', async () => {
    const api = new Api();
    await Promise.all([api.get('/api/health'), api.get('/api/health')]);
    api.world.now += 999;
    await api.get('/api/health');
    expect(api.world.probes).toBe(3);
    api.world.now += 1;
    api.world.notReady.add('tables');
    expect((await api.get('/api/health')).status).toBe(503);
  });

  it('does not wait for ever for a part that says nothing', async () => {
    const api = new Api();
    const silent = { name: 'queue', check: () => new Promise<void>(() => undefined) };
    const clock = { ...api.dependencies.clock, wait: () => Promise.resolve() };
    const { healthCheck } = await import('../../../shared/use-cases/check-health.js');
    const check = healthCheck([silent], { clock, log: api.dependencies.log });
    expect(await check()).toEqual({ ready: false, parts: { queue: false } });
  });
});
