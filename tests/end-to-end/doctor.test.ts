import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AppRegistration } from '../../local/graph/control-api.js';
import { Road } from './road.js';
import { smallDirectory } from './small-directory.js';

const NEWCOMER = '7e570000-0000-4000-8000-00000000c0de';
const wish = { tenantId: 'newcomer.example', displayName: 'Newcomer', cloud: 'local' };

let road: Road;
let tenantId: string;
let app: AppRegistration;

/** What the doctor says, as codes. */
async function codes(of = tenantId): Promise<readonly string[]> {
  const answer = await road.ask('GET', `/api/v1/tenants/${of}/doctor`);
  expect(answer.status).toBe(200);
  return (answer.body as { value: readonly { code: string }[] }).value.map(({ code }) => code);
}

beforeAll(async () => {
  road = await Road.open({ graph: { kind: 'emulator' } });
  tenantId = await road.running({ changes: smallDirectory(5) });
  app = (await road.control.listTenants()).find((each) => each.tenantId === tenantId)!.apps[0]!;
  await road.control.createTenant({ tenantId: NEWCOMER, domain: 'newcomer.example', apps: [] });
});
afterAll(() => road.close());

describe('the doctor on the stack', () => {
  afterEach(async () => {
    await road.control.setApp(tenantId, app);
    await road.control.setTenantCloud(tenantId, null);
    await road.control.setClockSkew(0);
    await road.control.clearFaults();
  });

  it('finds nothing in a tenant that runs', async () => {
    expect(await codes()).toEqual([]);
  });

  it.each<[string, Partial<AppRegistration>]>([
    ['SecretWrong', { secrets: [{ value: 'another' }] }],
    ['MissingPermission', { roles: ['GroupMember.Read.All', 'Group.Read.All'] }],
    ['ConsentWithdrawn', { roles: [] }],
  ])('finds %s', async (code, changed) => {
    await road.control.setApp(tenantId, { ...app, ...changed });
    expect(await codes()).toEqual([code]);
  });

  it('finds an expired secret', async () => {
    const secrets = app.secrets.map(({ value }) => ({ value, expiresAt: '2020-01-01T00:00:00Z' }));
    await road.control.setApp(tenantId, { ...app, secrets });
    expect(await codes()).toEqual(['SecretExpired']);
  });

  it('finds a permission that is too wide', async () => {
    await road.control.setApp(tenantId, { ...app, roles: [...app.roles, 'Directory.ReadWrite.All'] });
    expect(await codes()).toEqual(['NeedlesslyWidePermission']);
  });

  it('finds an application that was removed', async () => {
    await road.control.withdrawConsent(tenantId, app.clientId);
    expect(await codes()).toEqual(['ApplicationNotInTenant']);
  });

  it.each([90002, 900432, 500011] as const)(
    'finds the wrong cloud where AADSTS%i tells of it',
    async (code) => {
      await road.control.setTenantCloud(tenantId, 'usgov', { code });
      expect(await codes()).toEqual(['WrongCloud']);
    },
  );

  it('finds that clocks differ', async () => {
    await road.control.setClockSkew(-1_200_000);
    expect(await codes()).toEqual(['ClockSkew']);
  });

  it('finds that Graph no longer accepts the position', async () => {
    await road.control.expireTokens(tenantId);
    expect(await codes()).toEqual(['DeltaTokenExpired', 'DeltaTokenExpired']);
    expect(await road.run(tenantId)).toMatchObject({ status: 'Succeeded' });
    expect(await codes()).toEqual([]);
  });

  it('finds a subscription that Graph has lost', async () => {
    const [lost] = await road.control.subscriptions(tenantId);
    await road.control.killSubscription(tenantId, lost?.id ?? '');
    expect(await codes()).toEqual(['SubscriptionDead']);
  });
});

describe('connecting without a credential on the stack', () => {
  it('names an unknown tenant, another cloud and the tenant that is connected already', async () => {
    const connect = (body: object): ReturnType<Road['ask']> => road.ask('POST', '/api/v1/tenants', body);
    expect(await connect({ ...wish, tenantId: 'nobody.example' })).toMatchObject({
      status: 400,
      body: { error: { code: 'TenantUnknown', target: 'tenantId' } },
    });
    await road.control.setTenantCloud(NEWCOMER, 'china');
    expect(await connect(wish)).toMatchObject({
      status: 400,
      body: { error: { code: 'WrongCloud', target: 'cloud' } },
    });
    await road.control.setTenantCloud(NEWCOMER, null);
    expect(await connect({ ...wish, tenantId })).toMatchObject({
      status: 409,
      body: { error: { code: 'TenantExists' } },
    });
  });

  it('awaits consent under its id, and the doctor says so', async () => {
    expect(await road.ask('POST', '/api/v1/tenants', wish)).toMatchObject({
      status: 201,
      body: { tenantId: NEWCOMER, state: 'awaitingConsent', bundles: ['directory', 'near-real-time'] },
    });
    expect(new Set(await codes(NEWCOMER))).toEqual(new Set(['ConsentMissing']));
    expect(await road.ask('POST', '/api/v1/tenants', { ...wish, tenantId: NEWCOMER })).toMatchObject({
      status: 409,
    });
  });
});
