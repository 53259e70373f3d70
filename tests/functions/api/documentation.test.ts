import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { rolesOf } from '../../../functions/api/admit.js';
import { ERRORS } from '../../../functions/api/errors.js';
import { errorsOf } from '../../../functions/api/openapi.js';
import { Api, type Identity } from './api-harness.js';
import { parseCurl } from './curl-command.js';
import { aCause, aChange, aPerson } from '../../builders/person.js';
import { aSetup } from '../../builders/setup.js';
import { adminLink, FENCE, group, idOf, run, seedMirror, tenant, TENANT, user } from './sample-rows.js';

const documentation = await readFile(new URL('../../../docs/api.md', import.meta.url), 'utf8');

/** Cells of the rows of the tables whose first cell is one piece of code of this form. */
function rowsOf(form: RegExp): string[][] {
  return documentation
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1'))
        .slice(1, -1),
    )
    .filter(([first = '']) => form.test(first));
}

describe('the documentation of the API', () => {
  const api = new Api();

  it('lists every route with its least role, and no other', () => {
    const documented = rowsOf(/^(?:GET|POST|PUT|PATCH|DELETE) \//).map(
      ([route, , role]) => `${route ?? ''} ${role ?? ''}`,
    );
    const served = api.routes.map((route) => {
      const roles = rolesOf(route).join(', ') || 'none';
      return `${route.method} /${route.path} ${roles}`;
    });
    expect(documented.sort()).toEqual(served.sort());
  });

  it('lists every error code with its status, and no other', () => {
    const documented = rowsOf(/^[A-Z][A-Za-z]+$/).map(([code, status]) => [code, Number(status)]);
    expect(Object.fromEntries(documented)).toEqual(ERRORS);
    expect(documented).toHaveLength(Object.keys(ERRORS).length);
  });

  it('names no error code that no route answers', () => {
    const answered = new Set(api.routes.flatMap((route) => errorsOf(route)));
    expect([...answered].sort()).toEqual(Object.keys(ERRORS).sort());
  });
});

/** Of JSON Schema 2020-12 and of the OpenAPI format registry. */
const FORMATS = new Set(['date-time', 'date', 'uuid', 'email', 'uri', 'password', 'int32', 'int64']);

function formatsIn(described: unknown): string[] {
  if (typeof described !== 'object' || described === null) return [];
  return Object.entries(described).flatMap(([name, value]) =>
    name === 'format' && typeof value === 'string' ? [value] : formatsIn(value),
  );
}

interface Schema {
  readonly properties: Readonly<Record<string, Schema>>;
}

interface Operation {
  readonly operationId: string;
  readonly 'x-role'?: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
  readonly responses: Readonly<Record<string, { readonly content?: unknown }>>;
}

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

describe('the OpenAPI document', () => {
  let document: OpenApi;

  beforeAll(async () => {
    document = (await new Api().get('/api/openapi.json', { as: 'anonymous' })).body as unknown as OpenApi;
  });

  it('names only formats that others know', () => {
    const formats = new Set(formatsIn(document));
    expect(formats.size).toBeGreaterThan(2);
    expect([...formats].filter((format) => !FORMATS.has(format))).toEqual([]);
  });

  it('describes every route that is registered, with its role, its success and its errors', () => {
    const api = new Api();
    expect(document.openapi).toBe('3.1.0');
    const described = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({
        name: `api-${operation.operationId}`,
        method: method.toUpperCase(),
        route: path.slice(1),
        role: operation['x-role'] ?? null,
        statuses: Object.keys(operation.responses).map(Number).sort(),
      })),
    );
    const served = api.routes.map((route) => ({
      name: `api-${route.operationId}`,
      method: route.method,
      route: route.path,
      role: route.role === null ? null : `Rollcall.${route.role}`,
      statuses: [...new Set([route.status, ...errorsOf(route).map((code) => ERRORS[code])])].sort(),
    }));
    const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
    expect(described.sort(byName)).toEqual(served.sort(byName));
    const registered = [...api.registered].map(([name, { method, route }]) => ({ name, method, route }));
    expect(registered.sort(byName)).toEqual(
      served.map(({ name, method, route }) => ({ name, method, route })),
    );
  });

  it('says what each body may have, as the schemas that validate do', () => {
    const body =
      document.paths['/v1/tenants/{tenantId}/runs']!['post']!.requestBody.content['application/json'].schema;
    expect(body).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: {
        jobs: { type: 'array', items: { enum: ['users', 'groups', 'people'] } },
        full: { type: 'boolean' },
      },
    });
    const { credential } =
      document.paths['/v1/tenants']!['post']!.requestBody.content['application/json'].schema.properties;
    expect(credential!.properties['secretValue']).toMatchObject({ writeOnly: true, format: 'password' });
  });

  it('names every parameter of every path, and describes every answer but that without content', () => {
    for (const [path, item] of Object.entries(document.paths)) {
      for (const operation of Object.values(item)) {
        const named = (operation.parameters ?? [])
          .filter((each) => each.in === 'path')
          .map((each) => `{${each.name}}`);
        expect(named).toEqual(path.match(/\{\w+\}/g) ?? []);
        for (const [status, response] of Object.entries(operation.responses))
          expect(response.content === undefined, `${operation.operationId} ${status}`).toBe(status === '204');
      }
    }
  });

  it('refers only to what it holds', () => {
    const references = JSON.stringify(document).match(/"\$ref":"[^"]+"/g) ?? [];
    expect(new Set(references)).toEqual(new Set(['"$ref":"#/components/schemas/Error"']));
    expect(document.components.schemas['Error']).toBeDefined();
  });
});

describe('every example of the documentation', () => {
  const examples = [...documentation.matchAll(/^# → (\d{3})\n(curl [^]*?)(?=\n# →|\n```)/gm)].map(
    (match) => ({
      status: Number(match[1]),
      command: match[2] ?? '',
    }),
  );
  const api = new Api();

  beforeAll(async () => {
    for (const bundle of ['directory', 'near-real-time'] as const)
      api.world.consentApps.push({ bundle, clientId: idOf(50), secretName: bundle, cloud: null });
    await api.stores.tenants.create(tenant());
    await api.stores.runs.request(run(), 'manual|users|full=false');
    await api.stores.adminLinks.create(adminLink());
    await seedMirror(api, { users: [user(1)], groups: [group(2)] });
    await api.stores.setups.insert(aSetup());
    const person = aPerson({ setupId: 'everybody', directoryId: idOf(1) });
    await api.stores.people.write(FENCE, [aChange(null, person)], aCause());
    const body = JSON.stringify({
      version: 1,
      tenantId: TENANT,
      attempt: 9,
      kind: 'continue',
      reason: 'more',
    });
    const setAsideAt = '2026-05-04T09:00:00.000Z';
    for (const id of ['letter-1', 'letter-2'])
      await api.stores.deadLetters.put({
        tenantId: TENANT,
        id,
        kind: 'job',
        reason: 'r',
        body,
        messageId: null,
        setAsideAt,
      });
  });

  it('is one that this suite found', () => {
    expect(examples).toHaveLength(documentation.match(/^curl /gm)?.length ?? 0);
    expect(examples.length).toBeGreaterThan(20);
  });

  it.each(examples)('answers $status: $command', async ({ status, command }) => {
    const { method, url, headers, body } = parseCurl(command, {
      API: 'http://localhost:7071/api/v1',
      TENANT,
      RUN: 'run-1',
      USER: idOf(1),
      GROUP: idOf(2),
      LETTER: 'letter-1',
      LETTER2: 'letter-2',
      LINK: adminLink().id,
      SETUP: 'everybody',
      PERSON: `everybody.${idOf(1)}`,
    });
    const as = (headers['x-local-principal'] ?? 'operator') as Identity;
    expect((await api.ask(method, url, { as, headers, body })).status).toBe(status);
  });

  it('of a route shows one for each', () => {
    const shown = examples.map(({ command }) => command).join('\n');
    const parts = [
      '/subscriptions',
      '/secrets',
      '/runs',
      '/cancel',
      '/users/',
      '/groups/',
      '/members',
      '/replay',
      '/discard',
      '/health',
    ];
    for (const part of parts) expect(shown).toContain(part);
  });
});
