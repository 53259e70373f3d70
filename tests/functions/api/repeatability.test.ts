import { beforeEach, describe, expect, it } from 'vitest';
import { Unavailable } from '../../../shared/core/failures.js';
import { Api, type Answered } from './api-harness.js';
import { idOf, OTHER_TENANT, run, tenant, TENANT } from './sample-rows.js';

const RUNS = `/v1/tenants/${TENANT}/runs`;
const ID = '3F2504E0-4F89-41D3-9A0C-0305E82C3301';
const SECRET = 'planted~secret~value';
const DAY_MS = 24 * 60 * 60 * 1000;

describe('a POST with a request id', () => {
  let api: Api;

  beforeEach(async () => {
    api = new Api();
    api.world.wait = () => new Promise((resolve) => setImmediate(resolve));
    for (const tenantId of [TENANT, OTHER_TENANT]) await api.stores.tenants.create(tenant({ tenantId }));
  });

  const post = (path: string, body?: unknown, options: object = {}): Promise<Answered> =>
    api.ask('POST', path, { body, headers: { 'repeatability-request-id': ID }, ...options });
  const connect = (displayName = 'Fabrikam'): Promise<Answered> =>
    post('/v1/tenants', {
      tenantId: '00000000-0000-4000-8000-00000000000a',
      displayName,
      credential: { kind: 'clientSecret', clientId: idOf(9), secretValue: SECRET },
    });
  const kept = () => api.tables.rows('Repeatability');

  it('is answered once, and again the same', async () => {
    const first = await connect();
    const again = await connect();
    expect([first.status, first.headers['repeatability-result']]).toEqual([201, 'accepted']);
    expect(first.headers['location']).toBeDefined();
    expect(again).toEqual(first);
    expect(api.world.probed).toHaveLength(1);
  });

  it('is answered the same however the id and the tenant are written', async () => {
    const first = await post(RUNS, { jobs: ['users'] });
    const headers = { 'Repeatability-Request-ID': ID.toLowerCase() };
    const path = RUNS.replace(TENANT, TENANT.toUpperCase());
    const again = await api.ask('POST', path, { body: { jobs: ['users'] }, headers });
    expect(again).toEqual(first);
    expect(api.world.sent).toHaveLength(1);
  });

  it('runs as often as it is sent without one', async () => {
    for (const jobs of [['users'], ['users', 'groups']]) await api.post(RUNS, { jobs });
    expect(kept()).toEqual([]);
    expect(api.world.sent).toHaveLength(2);
  });

  it('belongs to who sent it, to its route and to its tenant', async () => {
    await post(RUNS, {});
    await post(RUNS, {}, { as: 'runner' });
    await post(`/v1/tenants/${OTHER_TENANT}/runs`, {});
    expect(kept()).toHaveLength(3);
    expect((await post(RUNS, {}, { as: 'reader' })).status).toBe(403);
    expect((await post(RUNS, {}, { as: 'anonymous' })).status).toBe(401);
  });

  it('is refused for another body', async () => {
    await post(RUNS, { jobs: ['users'] });
    const { status, body, headers } = await post(RUNS, { jobs: ['groups'] });
    expect([status, body.error.code, headers['repeatability-result']]).toEqual([
      412,
      'RepeatabilityMismatch',
      'rejected',
    ]);
  });

  it('gives again what was refused, too', async () => {
    await api.patch(`/v1/tenants/${TENANT}`, { paused: true });
    const first = await post(RUNS);
    expect([first.status, first.body.error.code]).toEqual([409, 'TenantPaused']);
    await api.patch(`/v1/tenants/${TENANT}`, { paused: false });
    expect(await post(RUNS)).toEqual(first);
  });

  it('is tried anew where it failed on our side, or met nothing', async () => {
    api.world.probeAnswer = new Unavailable('down');
    expect((await connect()).status).toBe(503);
    api.world.probeAnswer = { tenantId: '00000000-0000-4000-8000-00000000000a' };
    expect((await connect()).status).toBe(201);
    const cancel = (): Promise<Answered> => post(`${RUNS}/run-1/cancel`);
    expect((await cancel()).status).toBe(404);
    await api.stores.runs.request(run(), 'key');
    expect((await cancel()).status).toBe(200);
  });

  it('runs once where two come at the same moment, and both are answered the same', async () => {
    const [one, other] = await Promise.all([connect(), connect()]);
    expect(one).toEqual(other);
    expect(api.world.probed).toHaveLength(1);
  });

  it('is told to come back while the first is under way, and never runs where that one died', async () => {
    let stuck: (() => void) | undefined;
    api.tables.afterOperation = ({ table, kind }) =>
      table === 'Repeatability' && kind === 'insert'
        ? new Promise((resolve) => void (stuck = resolve))
        : undefined;
    const first = post(RUNS, {});
    const second = await post(RUNS, {});
    expect([second.status, second.body.error.code, second.headers['retry-after']]).toEqual([
      409,
      'RequestUnderWay',
      '2',
    ]);
    api.world.now += 16 * 60 * 1000;
    const late = await post(RUNS, {});
    expect([late.status, late.body.error.code, late.headers['repeatability-result']]).toEqual([
      409,
      'OutcomeUnknown',
      'rejected',
    ]);
    expect((await post(RUNS, { jobs: ['groups'] })).body.error.code).toBe('RepeatabilityMismatch');
    expect(api.world.sent).toEqual([]);
    stuck?.();
    expect((await first).status).toBe(202);
  });

  it('is answered although the answer could not be kept, and does not run again that day', async () => {
    api.tables.beforeOperation = ({ table, kind }) => {
      if (table === 'Repeatability' && kind === 'update') throw new Unavailable('down');
    };
    expect((await post(RUNS, {})).status).toBe(202);
    expect(api.world.logged.map(({ message }) => message)).toEqual([
      'An answer could not be kept for a repetition',
    ]);
    api.tables.beforeOperation = null;
    for (const [later, code] of [
      [0, 'RequestUnderWay'],
      [16 * 60 * 1000, 'OutcomeUnknown'],
      [DAY_MS - 17 * 60 * 1000, 'OutcomeUnknown'],
    ] as const) {
      api.world.now += later;
      expect((await post(RUNS, {})).body.error.code).toBe(code);
    }
    expect(api.world.sent).toHaveLength(1);
    api.world.now += 60 * 1000;
    expect((await post(RUNS, {})).status).toBe(202);
  });

  it.each([
    ['did not arrive', 'beforeOperation'],
    ['arrived, and the answer to that was lost', 'afterOperation'],
  ] as const)('is answered the same where keeping its answer first %s', async (_, hook) => {
    let failures = hook === 'beforeOperation' ? 3 : 1;
    api.tables[hook] = ({ table, kind }) => {
      if (table === 'Repeatability' && kind === 'update' && failures-- > 0) throw new Unavailable('down');
    };
    const first = await post(RUNS, {});
    expect(first.status).toBe(202);
    expect(await post(RUNS, {})).toEqual(first);
    expect([api.world.sent.length, api.world.logged]).toEqual([1, []]);
  });

  it('is tried anew where it failed on our side and forgetting that failed at first', async () => {
    let failures = 2;
    api.tables.beforeOperation = ({ table, kind }) => {
      if (table === 'Repeatability' && kind === 'delete' && failures-- > 0) throw new Unavailable('down');
    };
    expect((await post(`${RUNS}/run-1/cancel`)).status).toBe(404);
    await api.stores.runs.request(run(), 'key');
    expect((await post(`${RUNS}/run-1/cancel`)).status).toBe(200);
  });

  it('runs anew once a day has passed, and its trace is removed', async () => {
    await post(RUNS, {});
    api.world.now += DAY_MS - 1;
    await api.stores.repeatableRequests.forgetExpired(new Date(api.world.now).toISOString());
    expect(kept()).toHaveLength(1);
    api.world.now += 2;
    expect(await api.stores.repeatableRequests.forgetExpired(new Date(api.world.now).toISOString())).toBe(1);
    expect(kept()).toEqual([]);
    await post(RUNS, {});
    expect(kept()[0]?.columns['claimedAt']).toBe(new Date(api.world.now).toISOString());
  });

  it('leaves nothing to read: no id, no answer, no secret, nobody', async () => {
    await connect('Recognisable Name');
    const [row] = kept();
    const text = JSON.stringify(row);
    for (const hidden of ['Recognisable', SECRET, ID, ID.toLowerCase(), 'operator', '"status"'])
      expect(text).not.toContain(hidden);
    expect(row?.columns['answer']).toMatch(/^[A-Za-z0-9+/]+=*$/);
  });

  it.each([
    ['an id that is none', { 'repeatability-request-id': '17' }, 400, 'InvalidRequest'],
    [
      'a date without an id',
      { 'repeatability-first-sent': 'Mon, 04 May 2026 10:00:00 GMT' },
      400,
      'InvalidRequest',
    ],
    [
      'a date that is none',
      { 'repeatability-request-id': ID, 'repeatability-first-sent': '2026-05-04T10:00:00Z' },
      400,
      'InvalidRequest',
    ],
    [
      'a date of more than a day ago',
      { 'repeatability-request-id': ID, 'repeatability-first-sent': 'Sun, 03 May 2026 09:59:59 GMT' },
      412,
      'RepeatabilityExpired',
    ],
  ])('is refused with %s, before anything is done', async (_, headers, status, code) => {
    const answer = await api.ask('POST', RUNS, { body: {}, headers });
    expect([answer.status, answer.body.error.code, answer.headers['repeatability-result']]).toEqual([
      status,
      code,
      'rejected',
    ]);
    expect([api.world.sent, kept()]).toEqual([[], []]);
  });

  it('takes the date when it was sent first', async () => {
    const headers = {
      'repeatability-request-id': ID,
      'repeatability-first-sent': 'Sun, 03 May 2026 10:00:01 GMT',
    };
    expect((await api.ask('POST', RUNS, { body: {}, headers })).status).toBe(202);
  });
});
