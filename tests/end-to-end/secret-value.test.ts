import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findClientSecret } from '../../local/commands/stack-clients.js';
import { TABLES } from '../../shared/adapters/tables/tables.js';
import { patience, Road } from './road.js';
import { smallDirectory } from './small-directory.js';

const good = 'planted~GOOD~8f3b1c';
const wrong = 'planted~WRONG~77aa01';
const odd = 'planted~ODD~5d5d5d';
const planted = /planted~(?:GOOD|WRONG|ODD)|8f3b1c|77aa01|5d5d5d/;

const parts = ['functions', 'bus', 'vault', 'tables', 'graph'];

let road: Road;
let tenantId: string;
const answers: unknown[] = [];

async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await road.ask(method, path, body);
  answers.push({ ...answer, headers: [...answer.headers] });
  return answer;
}

beforeAll(async () => {
  vi.stubEnv('HOST_LOG_LEVEL', 'debug');
  const settings = { accessTokenLifeMs: 2_000 };
  road = await Road.open({ graph: { kind: 'emulator', settings } });
  tenantId = await road.running({ secret: good, changes: smallDirectory(5) });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await road.close();
});

async function provokeFailures(): Promise<void> {
  const apps = (await road.control.listTenants())[0]?.apps ?? [];
  const app = apps[0]!;
  const credential = { kind: 'clientSecret', clientId: app.clientId, secretValue: wrong };
  const wish = { tenantId: 'unknown.example', displayName: 'Wrong', cloud: 'local', credential };
  const connect = (body: unknown): Promise<unknown> => ask('POST', '/api/v1/tenants', body);
  expect(await connect(wish)).toMatchObject({ status: 409 });
  expect(await connect({ ...wish, tenantId })).toMatchObject({ status: 409 });
  expect(await connect({ ...wish, credential: { ...credential, secret: odd } })).toMatchObject({
    status: 400,
  });
  expect(await connect({ ...wish, credential: { ...credential, secretValue: [odd] } })).toMatchObject({
    status: 400,
  });
  expect(await connect(`{"credential":{"secretValue":"${odd}"`)).toMatchObject({ status: 400 });

  const broken = { kind: 'status', status: 401, code: 'InvalidAuthenticationToken' } as const;
  await road.control.addFault({ tenantId, times: 2, fault: broken });
  const unwell = { kind: 'status', status: 500 } as const;
  await road.control.addFault({ tenantId, login: true, times: 2, fault: unwell });
  expect(await road.run(tenantId)).toMatchObject({ status: 'Succeeded' });
  await road.control.setApp(tenantId, { ...app, secrets: [{ value: 'another one' }] });
  await road.control.addFault({ tenantId, times: null, fault: broken });
  expect(await road.run(tenantId)).toMatchObject({ status: 'Failed', error: { code: 'TenantParked' } });
}

async function askEverything(): Promise<void> {
  const tenant = `/api/v1/tenants/${tenantId}`;
  const paths = ['/api/v1/tenants', tenant, `${tenant}/runs`, `${tenant}/subscriptions`, '/api/v1/secrets'];
  for (const path of [...paths, '/api/v1/dead-letters', '/api/health', '/api/openapi.json'])
    expect(await ask('GET', path)).toMatchObject({ status: 200 });
}

async function everyRow(): Promise<string> {
  const rows: unknown[] = [];
  for (const table of TABLES)
    for await (const row of road.clients.table(table).listEntities()) rows.push({ table, ...row });
  return JSON.stringify(rows);
}

/** The broker's journal and whatever else the parts wrote to the stack's folder. */
async function everyFile(): Promise<string> {
  const folder = dirname(dirname(road.stack.certFile));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, 'latin1')))).join('\n');
}

describe('the value of a client secret', { timeout: 90_000 }, () => {
  it('stands nowhere but in the vault, whatever fails', async () => {
    await provokeFailures();
    await askEverything();
    await vi.waitFor(async () => {
      expect(await road.ask('GET', `/api/v1/tenants/${tenantId}`)).toMatchObject({
        body: { state: 'parked' },
      });
    }, patience);
    const { clientSecret } = await findClientSecret(road.clients.secrets, tenantId);
    expect(clientSecret).toBe(good);

    const output = parts.flatMap((part) => road.stack.output(part)).join('\n');
    const places = {
      output,
      tables: await everyRow(),
      files: await everyFile(),
      answers: JSON.stringify(answers),
    };
    for (const [place, text] of Object.entries(places)) {
      // The tenant's id is found, and so would the secret be.
      expect(text.includes(tenantId), place).toBe(true);
      expect(planted.exec(text)?.[0], place).toBeUndefined();
    }
  });
});
