import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findClientSecret } from '../../local/commands/stack-clients.js';
import { allSampleApps } from '../../local/graph/samples/consent-apps.js';
import { sampleRoles } from '../../local/graph/samples/well-known.js';
import { PlantedSecrets } from './planted-secrets.js';
import { patience, Road, type Answer } from './road.js';
import { move, smallDirectory } from './small-directory.js';
import { Visitor, type VisitedPage } from './visitor.js';

const values = {
  good: 'planted~GOOD~8f3b1c',
  next: 'planted~NEXT~2c9e44',
  third: 'planted~THIRD~91d7f0',
  wrong: 'planted~WRONG~77aa01',
  odd: 'planted~ODD~5d5d5d',
};
/** Their middles, so that a value that was cut is found too. */
const middles = ['8f3b1c', '2c9e44', '91d7f0', '77aa01', '5d5d5d'];

const parts = ['functions', 'bus', 'tables', 'vault', 'graph'];

const secrets = new PlantedSecrets();
/** What each place held, at every look. */
const places = new Map<string, string[]>();
const answers: unknown[] = [];

let road: Road;
let tenantId: string;
let tenant: string;

async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await road.ask(method, path, body);
  answers.push({ ...answer, headers: [...answer.headers] });
  return answer;
}

/** Asks for something whose answer hands a secret over, once. */
async function askForLink(path: string, body: unknown): Promise<string> {
  const requestId = randomUUID();
  const response = await fetch(new URL(path, road.stack.hostUrls[0]), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'repeatability-request-id': requestId },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
  const { url } = (await response.json()) as { url: string };
  secrets.plant('the token of a link', url.split('/').at(-1) ?? '');
  secrets.plant('the id of a repeatable request', requestId);
  return url;
}

beforeAll(async () => {
  vi.stubEnv('HOST_LOG_LEVEL', 'debug');
  const settings = { accessTokenLifeMs: 2_000 };
  road = await Road.open({ graph: { kind: 'emulator', settings } });
  tenantId = await road.running({ secret: values.good, changes: smallDirectory(5) });
  tenant = `/api/v1/tenants/${tenantId}`;
  for (const [name, value] of Object.entries(values)) secrets.plant(`the ${name} client secret`, value);
  for (const middle of middles) secrets.plant('a piece of a client secret', middle);
  for (const { secretName, secretValue } of allSampleApps)
    secrets.plant(`the secret ${secretName} of an application`, secretValue);
  for (const { clientState } of await road.control.subscriptions(tenantId))
    secrets.plant('a client state', clientState ?? '');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await road.close();
});

async function appOf(id: string) {
  const found = (await road.control.listTenants()).find((each) => each.tenantId === id);
  return found!.apps[0]!;
}

/** Credentials that are refused, malformed or too large, when a tenant is connected. */
async function connectWrongly(): Promise<void> {
  const { clientId } = await appOf(tenantId);
  const credential = { kind: 'clientSecret', clientId, secretValue: values.wrong };
  const wish = { tenantId: 'tenant-1.example', displayName: 'Wrong', cloud: 'local', credential };
  const connect = (body: unknown): Promise<Answer> => ask('POST', '/api/v1/tenants', body);
  expect((await connect(wish)).status).toBe(409);
  const other = 'b7005e00-0000-4000-8000-0000000000aa';
  await road.control.createTenant({ tenantId: other, domain: 'other.example', apps: [] });
  expect((await connect({ ...wish, tenantId: other })).status).toBe(409);
  for (const [spoilt, status] of [
    [{ ...wish, credential: { ...credential, secret: values.odd } }, 400],
    [{ ...wish, credential: { ...credential, secretValue: [values.odd] } }, 400],
    [{ ...wish, credential: { ...credential, expiresOn: values.odd } }, 400],
    [`{"credential":{"secretValue":"${values.odd}"`, 400],
    [{ ...wish, padding: values.odd.repeat(80_000) }, 413],
  ] as const)
    expect((await connect(spoilt)).status).toBe(status);
}

/** Candidates that are refused, malformed, or cannot be tried, and at last one that replaces. */
async function replaceCredential(): Promise<void> {
  const app = await appOf(tenantId);
  const { clientId } = app;
  const put = (secretValue: unknown, more: object = {}): Promise<Answer> =>
    ask('PUT', `${tenant}/credential`, { kind: 'clientSecret', clientId, secretValue, ...more });
  expect((await put(values.wrong)).status).toBe(409);
  expect((await put([values.odd])).status).toBe(400);
  expect((await put(values.odd, { secret: values.odd })).status).toBe(400);
  expect((await put(values.odd, { expiresOn: '2001-01-01T00:00:00Z' })).status).toBe(400);
  for (const status of [429, 500]) {
    const fault = { kind: 'status', status } as const;
    await road.control.addFault({ tenantId, login: true, times: null, fault });
    expect((await put(values.next)).status).toBe(503);
    await road.control.clearFaults();
  }
  await road.control.setApp(tenantId, { ...app, secrets: [{ value: values.good }, { value: values.next }] });
  expect((await put(` ${values.next}\r\n`)).status).toBe(200);
  expect(await road.run(tenantId)).toMatchObject({ status: 'Succeeded' });
}

/** Graph and login fail in every way while a run goes on; at last the secret stops working. */
async function failAtWork(): Promise<void> {
  const broken = { kind: 'status', status: 401, code: 'InvalidAuthenticationToken' } as const;
  await road.control.addFault({ tenantId, times: 2, fault: broken });
  await road.control.addFault({ tenantId, login: true, times: 2, fault: { kind: 'status', status: 500 } });
  expect(await road.run(tenantId)).toMatchObject({ status: 'Succeeded' });
  expect((await ask('GET', `${tenant}/doctor`)).status).toBe(200);
  await road.control.addFault({ tenantId, path: '/users/delta', times: null, fault: { kind: 'notJson' } });
  expect(await road.run(tenantId)).toMatchObject({ status: 'Failed' });
  await road.control.clearFaults();
  await road.control.setApp(tenantId, { ...(await appOf(tenantId)), secrets: [{ value: 'another one' }] });
  await road.control.addFault({ tenantId, times: null, fault: broken });
  await road.control.applyChanges(tenantId, [move(1, 'Legal')]);
  expect(await road.run(tenantId)).toMatchObject({ status: 'Failed', error: { code: 'TenantParked' } });
  expect((await ask('GET', `${tenant}/doctor`)).status).toBe(200);
  await road.control.clearFaults();
}

const invited = 'b7005e00-0000-4000-8000-0000000000bb';
const domain = 'invited.example';
const invitedClient = 'c1e70000-0000-4000-8000-0000000000bb';

/** A customer that awaits consent, whose own application has a secret too. */
async function invite(): Promise<void> {
  const apps = [{ clientId: invitedClient, secrets: [{ value: values.third }], roles: sampleRoles }];
  await road.control.createTenant({ tenantId: invited, displayName: 'Invited', domain, apps });
  const wish = { tenantId: invited, displayName: 'Invited', cloud: 'local', bundles: ['directory'] };
  expect((await ask('POST', '/api/v1/tenants', wish)).status).toBe(201);
}

function plantEntrusted({ entrusted }: Visitor): void {
  for (const { name, value } of entrusted) secrets.plant(`a ${name}`, value);
}

async function decide(visitor: Visitor, page: VisitedPage, decision: string): Promise<VisitedPage> {
  return visitor.post(page.url, { account: `admin@${domain}`, decision });
}

/** Consent refused, given, replayed and forged; and a sign-in that tells which tenant it is. */
async function consent(): Promise<void> {
  const visitor = new Visitor();
  const link = await askForLink(`/api/v1/tenants/${invited}/consent`, {});
  await decide(visitor, await visitor.submit(await visitor.open(link), /consent/), 'cancel');
  const sentOut = await visitor.submit(await visitor.open(link), /consent/);
  await decide(visitor, sentOut, 'accept');
  const state = visitor.entrusted.findLast(({ name }) => name === 'state')?.value ?? '';
  const callback = new URL('/api/consent/callback', road.stack.hostUrls[0]);
  for (const replayed of [state, `${state}x`]) {
    callback.search = new URLSearchParams({
      admin_consent: 'True',
      tenant: invited,
      state: replayed,
    }).toString();
    expect((await visitor.open(callback.href)).status).toBeGreaterThanOrEqual(400);
  }
  await vi.waitFor(async () => {
    expect((await ask('GET', `/api/v1/tenants/${invited}`)).body).toMatchObject({ state: 'connected' });
  }, patience);
  plantEntrusted(visitor);

  const stranger = new Visitor();
  const unknown = { displayName: 'Unknown', cloud: 'local', bundles: ['directory'] };
  const begun = await stranger.submit(
    await stranger.open(await askForLink('/api/v1/consent-links', unknown)),
    /consent/,
  );
  await decide(stranger, begun, 'accept');
  expect(stranger.entrusted.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['state', 'code', 'nonce']),
  );
  plantEntrusted(stranger);
}

/** The customer's administrator enters a secret that is refused, one that works, and does so twice. */
async function enterByLink(): Promise<void> {
  const visitor = new Visitor();
  const link = await askForLink(`/api/v1/tenants/${invited}/admin-link`, {
    purposes: ['connect', 'credential'],
  });
  const inside = await visitor.submit(await visitor.open(link), /connect/);
  expect(inside.status).toBe(200);
  const form = await visitor.open(new URL(`/api/connect/${invited}/session/credential`, inside.url).href);
  const enter = (secretValue: string): Promise<VisitedPage> =>
    visitor.submit(form, /credential$/, { clientId: invitedClient, secretValue });
  expect((await enter(values.wrong)).text).not.toContain(values.wrong);
  expect((await enter(`${values.odd}\u0000`)).text).not.toContain(values.odd);
  expect((await enter(values.third)).status).toBe(200);
  await visitor.open(new URL(`/api/connect/${invited}/session/doctor`, inside.url).href);
  await new Visitor().post(link, {});
  plantEntrusted(visitor);
}

async function askEverything(): Promise<void> {
  const paths = ['/api/v1/tenants', tenant, `${tenant}/runs`, `${tenant}/subscriptions`, '/api/v1/secrets'];
  const links = [`${tenant}/admin-links`, `/api/v1/tenants/${invited}/admin-links`, `${tenant}/access`];
  for (const path of [...paths, ...links, '/api/v1/dead-letters', '/api/health', '/api/openapi.json'])
    expect([path, (await ask('GET', path)).status]).toEqual([path, 200]);
}

async function disconnect(): Promise<void> {
  expect((await ask('DELETE', `${tenant}?confirm=Tenant%201`)).status).toBe(202);
  await vi.waitFor(async () => {
    expect((await ask('GET', `${tenant}/disconnection`)).body).toMatchObject({ status: 'Succeeded' });
  }, patience);
}

/** From here on nothing that needs the vault works. */
async function loseVault(): Promise<void> {
  process.kill(road.stack.pid('vault') ?? 0, 'SIGKILL');
  const credential = { kind: 'clientSecret', clientId: invitedClient, secretValue: values.third };
  expect((await ask('PUT', `/api/v1/tenants/${invited}/credential`, credential)).status).toBe(503);
  await ask('GET', `/api/v1/tenants/${invited}/doctor`);
  await road.start(invited);
  await vi.waitFor(() => {
    const lines = road.stack.output('functions').join('\n');
    expect(lines).toMatch(/did not come to its end.*vault/i);
  }, patience);
}

/** Kept, since each has a token of its own and whoever gives them out goes with the vault. */
const tables = new Map<string, ReturnType<Road['clients']['table']>>();

async function everyRow(): Promise<string> {
  const rows: unknown[] = [];
  for (const table of await road.clients.tableNames()) {
    const client = tables.get(table) ?? road.clients.table(table);
    tables.set(table, client);
    for await (const row of client.listEntities()) rows.push({ table, ...row });
  }
  return JSON.stringify(rows);
}

/** The broker's journal and whatever else the parts wrote to the stack's folder. */
async function everyFile(): Promise<string> {
  const folder = dirname(dirname(road.stack.certFile));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, 'latin1')))).join('\n');
}

async function look(): Promise<void> {
  const seen = {
    output: parts.flatMap((part) => road.stack.output(part)).join('\n'),
    tables: await everyRow(),
    files: await everyFile(),
    answers: JSON.stringify(answers),
  };
  for (const [place, text] of Object.entries(seen)) places.set(place, [...(places.get(place) ?? []), text]);
}

describe('what is secret', () => {
  it('stands nowhere but where it belongs, whatever fails', async () => {
    await connectWrongly();
    await replaceCredential();
    await failAtWork();
    await invite();
    await consent();
    await enterByLink();
    await askEverything();
    expect((await findClientSecret(road.clients.secrets, tenantId)).clientSecret).toBe(values.next);
    await look();
    await disconnect();
    await loseVault();
    await look();

    for (const [place, looks] of places) {
      const text = looks.join('\n');
      // The tenant's id is found, and so would a secret be.
      expect(text.includes(tenantId), place).toBe(true);
      expect(secrets.foundIn(text), `${place}\n${secrets.contextIn(text).join('\n')}`).toEqual([]);
    }
  });
});
