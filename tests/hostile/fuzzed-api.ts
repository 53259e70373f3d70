import fc from 'fast-check';
import { aCause, aChange, aPerson } from '../builders/person.js';
import { aSetup } from '../builders/setup.js';
import { Api, type Identity } from '../functions/api/api-harness.js';
import {
  adminLink,
  edge,
  FENCE,
  group,
  idOf,
  OTHER_TENANT,
  run,
  seedMirror,
  tenant,
  TENANT,
  user,
} from '../functions/api/sample-rows.js';
import { inputOf, type JsonSchema } from './schema-arbitrary.js';

/** An API with something of each kind, under the names below. */
async function aFilledApi(): Promise<Api> {
  const api = new Api();
  api.world.wait = () => Promise.resolve();
  api.world.consentApps.push({
    bundle: 'directory',
    clientId: idOf(50),
    secretName: 'directory',
    cloud: null,
  });
  for (const tenantId of [TENANT, OTHER_TENANT])
    await api.stores.tenants.create(tenant({ tenantId, organizationIds: ['org-1'] }));
  await api.stores.runs.request(run(), 'manual|users|full=false');
  await api.stores.adminLinks.create(adminLink());
  await seedMirror(api, {
    users: [user(1), user(3)],
    groups: [group(2), group(4)],
    edges: [edge(2, 1, 'user'), edge(4, 2, 'group')],
  });
  await api.stores.setups.insert(aSetup({ tenantId: TENANT, setupId: 'everybody', state: 'started' }));
  const person = aPerson({ tenantId: TENANT, setupId: 'everybody', directoryId: idOf(1) });
  await api.stores.people.write(FENCE, [aChange(null, person)], aCause());
  return api;
}

/** Values that name something that is there, by the name of a parameter or a property. */
const KNOWN: Readonly<Record<string, readonly unknown[]>> = {
  tenantId: [TENANT, OTHER_TENANT, TENANT.toUpperCase()],
  tid: [TENANT],
  oid: [idOf(1)],
  tenantIds: [[TENANT], [TENANT, OTHER_TENANT]],
  organizationId: ['org-1'],
  organizationIds: [['org-1']],
  setupId: ['everybody'],
  setup: ['everybody'],
  templateId: ['everybody'],
  runId: ['run-1'],
  userId: [idOf(1), idOf(3)],
  groupId: [idOf(2), idOf(4)],
  group: [idOf(2), idOf(4)],
  groupIds: [[idOf(2)], [idOf(4), idOf(2)]],
  personId: [`everybody.${idOf(1)}`, idOf(1)],
  directoryId: [idOf(1)],
  principalId: [idOf(9)],
  catalogKind: ['role', 'costCenter'],
  catalogId: ['host'],
  segmentId: [`group:${idOf(2)}`, 'rule:sales'],
  linkId: [adminLink().id],
  requestId: ['ab'.repeat(16)],
  confirm: ['Contoso'],
  where: ['department is "Sales"', 'not (country in ("DK", "SE"))'],
  filter: ['department is "Sales"'],
  search: ['ada', 'a b'],
};

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
}

export interface FuzzedCall {
  readonly method: string;
  readonly address: string;
  readonly as: Identity;
  readonly body: unknown;
}

/** Every operation that the OpenAPI document describes, with what a caller may send to it. */
export async function fuzzedOperations(): Promise<readonly (readonly [string, fc.Arbitrary<FuzzedCall>])[]> {
  const { body } = await new Api().get('/api/openapi.json');
  const paths = body['paths'] as Record<string, Record<string, Operation>>;
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(
      ([method, operation]) =>
        [`${method.toUpperCase()} ${path}`, callsOf(method.toUpperCase(), path, operation)] as const,
    ),
  );
}

function callsOf(method: string, path: string, operation: Operation): fc.Arbitrary<FuzzedCall> {
  const inPlace = (place: string): Record<string, fc.Arbitrary<unknown>> =>
    Object.fromEntries(
      (operation.parameters ?? [])
        .filter((parameter) => parameter.in === place)
        .map(({ name, schema }) => [name, inputOf(schema, KNOWN, name)]),
    );
  const query = fc.record(Object.fromEntries(Object.entries(inPlace('query')).map(seldom)));
  const json = operation.requestBody?.content['application/json']?.schema;
  return fc
    .record({
      parameters: fc.record(inPlace('path')),
      query,
      as: fc.oneof(
        { weight: 9, arbitrary: fc.constant<Identity>('operator') },
        { weight: 1, arbitrary: fc.constantFrom<Identity>('runner', 'reader', 'product', 'customer') },
      ),
      body: method === 'GET' || json === undefined ? fc.constant(undefined) : inputOf(json, KNOWN),
    })
    .map(({ parameters, as, body, query: asked }) => ({
      method,
      as,
      body,
      address: addressOf(path, parameters, asked),
    }));
}

/** Of many filters at a time one is nearly always refused, which hides what the others do. */
function seldom([name, value]: [string, fc.Arbitrary<unknown>]): [string, fc.Arbitrary<unknown>] {
  return [name, fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })];
}

function addressOf(
  path: string,
  parameters: Record<string, unknown>,
  query: Record<string, unknown>,
): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    // A segment without a character names another route.
    const text = asText(parameters[name]).slice(0, 2_000);
    return encodeURIComponent(text === '' || /^\.{1,2}$/.test(text) ? 'x' : text);
  });
  const search = new URLSearchParams(
    Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]): [string, string] => [name, asText(value).slice(0, 10_000)]),
  );
  return `/api${filled}?${search.toString()}`;
}

function asText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify([value]).slice(1, -1);
  // Half a surrogate pair has no place in an address.
  return text.replace(/\p{Cs}/gu, '?');
}

/**
 * Sends the calls one after another to an API that is filled anew: each is answered, as its description says, and none
 * is a failure of the API's own.
 */
export async function expectAnswered(calls: readonly FuzzedCall[]): Promise<void> {
  const api = await aFilledApi();
  for (const { method, address, as, body } of calls) {
    const answer = await api.ask(method, address, { as, body });
    if (answer.status >= 500) {
      const why = JSON.stringify(api.world.logged.slice(-1));
      throw new Error(`${method} ${address.slice(0, 300)} answered ${answer.status}: ${why}`);
    }
    if (answer.text.length > 2_000_000) throw new Error(`An answer of ${answer.text.length} characters.`);
  }
  if (({} as Record<string, unknown>)['polluted'] !== undefined) throw new Error('A prototype was changed.');
}
