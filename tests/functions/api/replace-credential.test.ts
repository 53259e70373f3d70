import { inspect } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { AccessRefused, CredentialRefused, Throttled, Unavailable } from '../../../shared/core/failures.js';
import { Api, type Answered, type Ask } from './api-harness.js';
import { readAll, tenant, TENANT } from './sample-rows.js';

const CLIENT = '33333333-3333-4333-8333-333333333333';
const SECRET_ID = '44444444-4444-4444-8444-444444444444';
const SECRET = 'N3w~s3cr3t~value';
const PATH = `/v1/tenants/${TENANT}/credential`;

let api: Api;

beforeEach(async () => {
  api = new Api();
  api.world.probeAnswer = { tenantId: TENANT };
  await api.stores.tenants.create(tenant({ tenantId: TENANT }));
});

function put(over: object = {}, options: Ask = {}): Promise<Answered> {
  const body = { kind: 'clientSecret', clientId: CLIENT, secretValue: SECRET, ...over };
  return api.ask('PUT', PATH, { ...options, body });
}

describe('replacing a credential', () => {
  it('answers the tenant with the new one, and its version', async () => {
    const { status, headers, body } = await put({ secretId: SECRET_ID, expiresOn: '2027-01-01T00:00:00Z' });
    expect(status).toBe(200);
    expect(body['credential']).toEqual({
      kind: 'clientSecret',
      clientId: CLIENT,
      secretId: SECRET_ID,
      expiresOn: '2027-01-01T00:00:00.000Z',
    });
    const read = await api.get(`/v1/tenants/${TENANT}`);
    expect([read.body, read.headers['etag']]).toEqual([body, headers['etag']]);
    expect(api.world.saved).toMatchObject([{ value: SECRET, tags: { tenantId: TENANT, clientId: CLIENT } }]);
    expect((await readAll(api, '/v1/secrets')).at(-1)).toMatchObject({ tenantId: TENANT, state: 'valid' });
    const seen = inspect([body, read, api.tables, api.world.logged, api.world.sent], { depth: 20 });
    expect(seen).not.toContain(SECRET);
  });

  it('takes white space and line ends off the value and says so', async () => {
    const { body } = await put({ secretValue: ` ${SECRET}\r\n` });
    expect(body).toMatchObject({ warnings: [{ code: 'SecretValueTrimmed' }] });
    expect(api.world.saved[0]?.value).toBe(SECRET);
  });

  it.each([
    ['the secret id', { secretValue: SECRET_ID, secretId: SECRET_ID }, 'the secret id, not its value'],
    ['any GUID', { secretValue: 'abcdefab-4444-4444-8444-444444444444' }, 'the secret id, not its value'],
    ['the application id', { secretValue: CLIENT }, 'application (client) id'],
    ['the tenant id', { secretValue: TENANT }, 'directory (tenant) id'],
  ])('recognises %s in place of the value before anybody is asked', async (_name, over, words) => {
    const { status, body } = await put(over);
    expect([status, body.error.code, body.error.target]).toEqual([409, 'CredentialRefused', 'secretValue']);
    expect(body.error.message).toContain(words);
    expect([api.world.probed, api.world.saved]).toEqual([[], []]);
    const whole = { kind: 'clientSecret', clientId: CLIENT, ...over };
    const wish = { tenantId: '55555555-5555-4555-8555-555555555555', displayName: 'X', credential: whole };
    if (words.includes('tenant')) return;
    const connected = await api.post('/v1/tenants', wish);
    expect([connected.status, connected.body.error.target]).toEqual([409, 'credential.secretValue']);
    expect(api.world.probed).toEqual([]);
  });

  it('refuses a date that is past and a value that is empty, naming the field', async () => {
    const past = await put({ expiresOn: '2026-05-04T09:00:00Z' });
    expect([past.status, past.body.error.code, past.body.error.target]).toEqual([
      ...[400, 'InvalidRequest', 'expiresOn'],
    ]);
    const empty = await put({ secretValue: ' \n ' });
    expect([empty.status, empty.body.error.target]).toEqual([400, 'secretValue']);
    const credential = {
      kind: 'clientSecret',
      clientId: CLIENT,
      secretValue: 'x',
      expiresOn: '2026-01-01T00:00:00Z',
    };
    const wish = { tenantId: '55555555-5555-4555-8555-555555555555', displayName: 'X', credential };
    const connected = await api.post('/v1/tenants', wish);
    expect([connected.status, connected.body.error.target]).toEqual([400, 'credential.expiresOn']);
    expect(api.world.probed).toEqual([]);
  });

  it('changes nothing where the candidate is refused or nobody could tell', async () => {
    const before = await api.get(`/v1/tenants/${TENANT}`);
    for (const [failure, status, code, after] of [
      [new CredentialRefused('no', 7000222), 409, 'CredentialRefused', undefined],
      [new Throttled('slow', 1_500), 503, 'DirectoryUnavailable', '2'],
      [new Unavailable('down'), 503, 'DirectoryUnavailable', '5'],
    ] as const) {
      api.world.probeAnswer = failure;
      const { status: answered, headers, body } = await put();
      expect([answered, body.error.code, headers['retry-after']]).toEqual([status, code, after]);
    }
    expect(api.world.saved).toEqual([]);
    const now = await api.get(`/v1/tenants/${TENANT}`);
    expect([now.body, now.headers['etag']]).toEqual([before.body, before.headers['etag']]);
  });

  it.each([
    [new CredentialRefused('no', 700016), 'clientId'],
    [new CredentialRefused('no', 7000112), 'clientId'],
    [new CredentialRefused('no', 7000215), 'secretValue'],
    [new CredentialRefused('no', 7000222), 'secretValue'],
    [new CredentialRefused('no', 53003), 'credential'],
    [new CredentialRefused('no', null), 'credential'],
    [new AccessRefused('no', 403), 'credential'],
    [{ tenantId: CLIENT }, 'credential'],
  ])('names the field at fault: %o is about %s', async (probeAnswer, target) => {
    api.world.letTimePass();
    api.world.probeAnswer = probeAnswer;
    const { status, body } = await put();
    expect([status, body.error.code, body.error.target]).toEqual([409, 'CredentialRefused', target]);
  });

  it('tries a secret again for 20 seconds that may be new, and says so if it is refused all the same', async () => {
    api.world.letTimePass();
    const begun = api.world.now;
    api.world.probeAnswer = new CredentialRefused('no', 7000215);
    const { status, body } = await put();
    expect([status, body.error.code]).toEqual([409, 'CredentialRefused']);
    expect(body.error.message).toMatch(/A new secret can take a minute to work/);
    expect(api.world.now - begun).toBe(20_000);
    expect(api.world.probed.length).toBeGreaterThan(3);
  });

  it('goes by If-Match, and of two at once answers one with a conflict', async () => {
    const stale = await put({}, { headers: { 'if-match': '"of another day"' } });
    expect([stale.status, stale.body.error.code]).toEqual([412, 'PreconditionFailed']);
    expect(api.world.probed).toEqual([]);
    const etag = (await api.get(`/v1/tenants/${TENANT}`)).headers['etag']!;
    const answers = await Promise.all([put({}, { headers: { 'if-match': etag } }), put()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const lost = answers.find(({ status }) => status === 409);
    expect(lost?.body.error.code).toBe('ChangedMeanwhile');
    expect(api.world.disabled).toHaveLength(1);
    expect((await put({}, { headers: { 'if-match': etag } })).status).toBe(412);
  });

  it('is not for a tenant that is being disconnected, nor for one that is not there', async () => {
    const { value, tag } = (await api.stores.tenants.get(TENANT))!;
    await api.stores.tenants.save(
      { ...value, state: { kind: 'disconnecting', since: '2026-05-04T00:00:00.000Z' } },
      tag,
    );
    expect((await put()).body.error.code).toBe('TenantDisconnecting');
    const body = { kind: 'clientSecret', clientId: CLIENT, secretValue: SECRET };
    const path = '/v1/tenants/55555555-5555-4555-8555-555555555555/credential';
    expect((await api.ask('PUT', path, { body })).status).toBe(404);
  });
});
