import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sampleUsualApp } from '../../local/graph/samples/consent-apps.js';
import { sampleRoles } from '../../local/graph/samples/well-known.js';
import { patience, quickSettings, Road, type Answer } from './road.js';
import { move, smallDirectory } from './small-directory.js';
import { Visitor } from './visitor.js';

interface TenantView {
  readonly state: string;
  readonly stateReason: string | null;
  readonly nextStep: string;
  readonly lastOutage: { readonly parkedAt: string; readonly backAt: string | null } | null;
}

interface SecretValue {
  readonly value: string;
  readonly keyId?: string;
  readonly expiresAt?: string;
}

let road: Road;

beforeAll(async () => {
  const settings = { ...quickSettings, PARKED_RETRY_FIRST_MS: '200', PARKED_RETRY_LONGEST_MS: '1000' };
  road = await Road.open({ settings, graph: { kind: 'emulator' } });
});
afterAll(() => road.close());

async function view(tenantId: string): Promise<TenantView> {
  return (await road.ask('GET', `/api/v1/tenants/${tenantId}`)).body as TenantView;
}

async function becomes(tenantId: string, state: string): Promise<TenantView> {
  return await vi.waitFor(async () => {
    const tenant = await view(tenantId);
    expect(tenant.state, tenant.stateReason ?? '').toBe(state);
    return tenant;
  }, patience);
}

async function clientOf(tenantId: string): Promise<string> {
  const tenants = await road.control.listTenants();
  return tenants.find((each) => each.tenantId === tenantId)!.apps[0]!.clientId;
}

/** What Entra takes as the secrets of the tenant's application from now on. */
async function taken(tenantId: string, secrets: readonly SecretValue[], roles = sampleRoles): Promise<void> {
  await road.control.setApp(tenantId, { clientId: await clientOf(tenantId), secrets, roles });
}

async function put(tenantId: string, secretValue: string, over: object = {}): Promise<Answer> {
  const credential = { kind: 'clientSecret', clientId: await clientOf(tenantId), secretValue, ...over };
  return await road.ask('PUT', `/api/v1/tenants/${tenantId}/credential`, credential);
}

/** How many versions of the tenant's secret give a value, and how many do not. */
async function versions(tenantId: string): Promise<{ usable: number; disabled: number }> {
  const { secrets } = road.clients;
  const counts = { usable: 0, disabled: 0 };
  for await (const { name, tags } of secrets.listPropertiesOfSecrets()) {
    if (tags?.['tenantId'] !== tenantId) continue;
    for await (const { enabled } of secrets.listPropertiesOfSecretVersions(name))
      counts[enabled === true ? 'usable' : 'disabled'] += 1;
  }
  return counts;
}

/** The token at hand is refused, so that the next read asks for one. */
async function refuseTokens(tenantId: string): Promise<void> {
  const fault = { kind: 'status', status: 401, code: 'InvalidAuthenticationToken' } as const;
  await road.control.addFault({ tenantId, times: 1, path: '/delta', fault });
}

/** Until the timer, fired as often as it takes, has brought the tenant there. */
async function upkeepBrings(tenantId: string, state: string): Promise<TenantView> {
  return await vi.waitFor(async () => {
    await road.fire('upkeep');
    const tenant = await view(tenantId);
    expect(tenant.state, tenant.stateReason ?? '').toBe(state);
    return tenant;
  }, patience);
}

const output = (): string => road.stack.output('functions').join('\n');

describe('a credential', () => {
  it('is replaced while a sync runs, without an outage, and the old one goes once the new one has served', async () => {
    const tenantId = await road.running({ secret: 'old~one', changes: smallDirectory(12) });
    await taken(tenantId, [{ value: 'old~one' }, { value: 'new~one' }]);
    const fault = { kind: 'delay', milliseconds: 700 } as const;
    await road.control.addFault({ tenantId, path: '/delta', times: 3, fault });
    await road.control.applyChanges(tenantId, [move(3, 'Research')]);
    const run = await road.start(tenantId, { full: true });
    const expiresOn = new Date(Date.now() + 200 * 86_400_000).toISOString();
    expect(await put(tenantId, ' new~one\n', { expiresOn })).toMatchObject({
      status: 200,
      body: { credential: { expiresOn }, warnings: [{ code: 'SecretValueTrimmed' }] },
    });
    expect(await road.ended(tenantId, run.id)).toMatchObject({ status: 'Succeeded' });
    expect(await versions(tenantId)).toEqual({ usable: 2, disabled: 0 });
    await taken(tenantId, [{ value: 'new~one' }]);
    await vi.waitFor(async () => {
      await road.fire('upkeep');
      expect(await versions(tenantId)).toEqual({ usable: 1, disabled: 1 });
    }, patience);
    await refuseTokens(tenantId);
    expect(await road.run(tenantId)).toMatchObject({ status: 'Succeeded' });
    await road.becomesEqual(tenantId);
    const { body } = await road.ask('GET', '/api/v1/secrets?state=valid');
    expect(JSON.stringify(body)).toContain(expiresOn);
    expect(output()).not.toMatch(/old~one|new~one/);
  });

  it('that is bad changes nothing and says why', async () => {
    const tenantId = await road.connect({ secret: 'good~one', changes: smallDirectory(3) });
    await taken(tenantId, [{ value: 'good~one' }, { value: 'over', expiresAt: '2020-01-01T00:00:00Z' }]);
    const before = await road.ask('GET', `/api/v1/tenants/${tenantId}`);
    const counts = await road.control.requestCounts(tenantId);
    const id = '44444444-4444-4444-8444-444444444444';
    const pasted = await put(tenantId, id, { secretId: id });
    expect(pasted).toMatchObject({ status: 409, body: { error: { code: 'CredentialRefused' } } });
    expect(JSON.stringify(pasted.body)).toContain('the secret id, not its value');
    const past = await put(tenantId, 'good~one', { expiresOn: '2020-01-01T00:00:00Z' });
    expect(past).toMatchObject({ status: 400, body: { error: { target: 'expiresOn' } } });
    expect(await road.control.requestCounts(tenantId)).toEqual(counts);
    for (const [value, code] of [
      ['wrong~one', '7000215'],
      ['over', '7000222'],
    ] as const) {
      const answer = await put(tenantId, value);
      expect(answer).toMatchObject({ status: 409, body: { error: { code: 'CredentialRefused' } } });
      expect(JSON.stringify(answer.body)).toContain(code);
    }
    const now = await road.ask('GET', `/api/v1/tenants/${tenantId}`);
    expect([now.body, now.headers.get('etag')]).toEqual([before.body, before.headers.get('etag')]);
    expect(await versions(tenantId)).toEqual({ usable: 1, disabled: 0 });
  });

  it('of two that are entered at once is one, and the other gives no value', async () => {
    const tenantId = await road.connect({ secret: 'first', changes: smallDirectory(3) });
    await taken(tenantId, [{ value: 'first' }, { value: 'second' }, { value: 'third' }]);
    // Both are tried against the directory before either is kept, or they would not come at once.
    const fault = { kind: 'delay', milliseconds: 1_000 } as const;
    await road.control.addFault({ tenantId, path: '/users', times: 2, fault });
    const answers = await Promise.all([put(tenantId, 'second'), put(tenantId, 'third')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
      error: { code: 'ChangedMeanwhile' },
    });
    expect(await versions(tenantId)).toEqual({ usable: 2, disabled: 1 });
    const winner = answers[0].status === 200 ? 'second' : 'third';
    await taken(tenantId, [{ value: winner }]);
    expect(await road.run(tenantId)).toMatchObject({ status: 'Succeeded' });
  });
});

describe('a tenant that is parked', () => {
  it('by an expired secret keeps everything, and is back with the new one', async () => {
    const tenantId = await road.running({ secret: 'short~lived', changes: smallDirectory(6) });
    await taken(tenantId, [{ value: 'short~lived', expiresAt: '2020-01-01T00:00:00Z' }]);
    await refuseTokens(tenantId);
    await road.start(tenantId);
    const parked = await becomes(tenantId, 'parked');
    expect(parked.nextStep).toMatch(/7000222.*Make a new client secret.*goes on at once after that/);
    expect(await road.differences(tenantId)).toEqual([]);
    await road.control.applyChanges(tenantId, [move(2, 'Research')]);
    await taken(tenantId, [{ value: 'fresh~one' }]);
    expect(await put(tenantId, 'fresh~one')).toMatchObject({ status: 200, body: { state: 'running' } });
    await road.becomesEqual(tenantId);
    expect((await view(tenantId)).lastOutage?.backAt).not.toBeNull();
    await vi.waitFor(() => expect(output()).toContain('A tenant is back online'), patience);
  });

  it('by permissions that were taken away is back by itself once they are given again', async () => {
    const tenantId = await road.running({ secret: 'a~secret', changes: smallDirectory(6) });
    await taken(tenantId, [{ value: 'a~secret' }], []);
    await refuseTokens(tenantId);
    await road.start(tenantId);
    await becomes(tenantId, 'parked');
    await road.fire('upkeep');
    await vi.waitFor(async () => {
      await road.fire('upkeep');
      expect((await view(tenantId)).lastOutage).toMatchObject({ triedAt: expect.any(String) as string });
    }, patience);
    expect((await view(tenantId)).state).toBe('parked');
    await road.control.applyChanges(tenantId, [move(2, 'Research')]);
    await taken(tenantId, [{ value: 'a~secret' }]);
    await upkeepBrings(tenantId, 'running');
    await road.becomesEqual(tenantId);
  });

  it('by a withdrawn consent is back by itself once an administrator has given it again at Entra', async () => {
    const app = sampleUsualApp;
    const tenantId = '7e570000-0000-4000-8000-0000000cbac0';
    const account = 'admin@back.example';
    await road.control.createTenant({ tenantId, domain: 'back.example', apps: [] });
    await road.control.applyChanges(tenantId, smallDirectory(4));
    const wish = { tenantId, displayName: 'Back', cloud: 'local', bundles: ['directory'] };
    expect(await road.ask('POST', '/api/v1/tenants', wish)).toMatchObject({ status: 201 });
    const link = await road.ask('POST', `/api/v1/tenants/${tenantId}/consent`, {});
    const visitor = new Visitor();
    const login = await visitor.post((link.body as { url: string }).url, {});
    await visitor.post(login.url, { account, decision: 'accept' });
    await becomes(tenantId, 'connected');
    expect(await road.run(tenantId)).toMatchObject({ status: 'Succeeded' });
    await road.startSetup(tenantId);
    await becomes(tenantId, 'running');

    await road.control.withdrawConsent(tenantId, app.clientId);
    await road.start(tenantId);
    const parked = await becomes(tenantId, 'parked');
    expect(parked.nextStep).toMatch(/consent/);
    expect(await road.differences(tenantId)).toEqual([]);
    await road.control.applyChanges(tenantId, [move(1, 'Research')]);
    // The same page of the login service, without us: our callback knows no such state.
    await visitor.post(login.url, { account, decision: 'accept' });
    await upkeepBrings(tenantId, 'running');
    await road.becomesEqual(tenantId);
  });
});

describe('the end of a secret', () => {
  it('that Graph tells of shows on the tenant, in the list and in the log alike', async () => {
    const tenantId = await road.running({ secret: 'ends~soon', changes: smallDirectory(3) });
    const keyId = 'aaaaaaaa-1111-4222-8333-0000000000e2';
    const end = new Date(Date.now() + 10 * 86_400_000).toISOString();
    await taken(
      tenantId,
      [{ value: 'ends~soon', keyId, expiresAt: end }],
      [...sampleRoles, 'Application.Read.All'],
    );
    expect(await put(tenantId, 'ends~soon', { secretId: keyId })).toMatchObject({ status: 200 });
    const tenant = await upkeepBrings(tenantId, 'attention');
    const day = end.slice(0, 10);
    expect(tenant.nextStep).toContain(day);
    const { value } = (await road.ask('GET', '/api/v1/secrets?state=expiring')).body as {
      value: { tenantId: string; expiresOn: string }[];
    };
    expect(value.find((each) => each.tenantId === tenantId)?.expiresOn.slice(0, 10)).toBe(day);
    await road.fire('upkeep');
    const warnings = output().split('expires within 14 days').length - 1;
    expect(warnings).toBe(1);
  });
});
