import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ProductApi } from '../../local/commands/product-api.js';
import { connectionOf } from '../../local/commands/sample-tenants.js';
import { connectSampleTenants } from '../../local/commands/sync-tenants.js';
import { localPrincipals } from '../../local/functions-host/principals.js';
import { GraphControlClient } from '../../local/graph/control-client.js';
import { sampleTenants } from '../../local/graph/samples/well-known.js';
import { startStack, type Stack } from '../../local/stack/stack.js';

const [{ tenantId: OWN }, { tenantId: OTHER, domain: OTHER_DOMAIN }] = sampleTenants;
const CUSTOMER = localPrincipals.customer.objectId;
const ID = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>> & {
    readonly value: readonly Readonly<Record<string, unknown>>[];
    readonly error: { readonly code: string };
  };
}

let stack: Stack;

async function ask(
  method: string,
  path: string,
  options: { readonly as?: string; readonly body?: unknown; readonly headers?: Record<string, string> } = {},
): Promise<Answered> {
  const { as = 'operator', body, headers = {} } = options;
  const response = await fetch(`${stack.addresses.functionsUrl}/api/v1${path}`, {
    method,
    headers: { ...headers, 'x-local-principal': as },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const answered = (text === '' ? {} : JSON.parse(text)) as Answered['body'];
  return { status: response.status, headers: response.headers, body: answered };
}

beforeAll(async () => {
  const samples = { tenants: 2, users: 10, groups: 3 };
  stack = await startStack({ graph: { kind: 'emulator', settings: { samples } } });
  const api = new ProductApi(stack.addresses.functionsUrl);
  await vi.waitFor(async () => expect(await api.notReady()).toBeNull(), { timeout: 40_000, interval: 250 });
  const tenants = await new GraphControlClient(stack.addresses.graphControlUrl ?? '').listTenants();
  await connectSampleTenants(api, tenants.map(connectionOf), () => undefined);
});
afterAll(async () => {
  await stack.close();
});

describe('access on the stack', () => {
  it('lets the sample customer into the first sample tenant and nowhere else', async () => {
    const ids = async (as: string): Promise<unknown[]> =>
      (await ask('GET', '/tenants', { as })).body.value.map(({ tenantId }) => tenantId);
    expect(await ids('operator')).toEqual([OWN, OTHER]);
    expect(await ids('customer')).toEqual([OWN]);
    for (const rest of ['', '/users', '/runs', '/access', '/doctor', `/access/${CUSTOMER}`]) {
      expect((await ask('GET', `/tenants/${OWN}${rest}`, { as: 'customer' })).status).toBe(200);
      const foreign = await ask('GET', `/tenants/${OTHER}${rest}`, { as: 'customer' });
      expect([foreign.status, foreign.body.error.code]).toEqual([404, 'TenantNotFound']);
    }
    expect((await ask('PUT', '/organizations/o', { as: 'customer', body: {} })).status).toBe(403);
  });

  it('ends with the next request', async () => {
    const path = `/tenants/${OTHER}`;
    await ask('PUT', `${path}/access/${CUSTOMER}`, { body: { roles: ['Reader'] } });
    expect((await ask('GET', path, { as: 'customer' })).status).toBe(200);
    expect((await ask('PATCH', path, { as: 'customer', body: { paused: true } })).status).toBe(403);
    expect((await ask('DELETE', `${path}/access/${CUSTOMER}`)).status).toBe(204);
    expect((await ask('GET', path, { as: 'customer' })).status).toBe(404);
  });

  it('resolves who signs in for the product, without the mirror', async () => {
    const query = `/resolve?tid=${OWN}&oid=${CUSTOMER}`;
    expect((await ask('GET', query, { as: 'product' })).body).toEqual({
      tenantId: OWN,
      displayName: sampleTenants[0].displayName,
      state: 'connected',
      organizationIds: [],
      people: [],
    });
    expect((await ask('GET', query, { as: 'reader' })).body['user']).toBeNull();
    expect((await ask('GET', `/tenants/${OWN}/users`, { as: 'product' })).status).toBe(403);
  });

  it('takes a list of customers in, and once however often it is sent', async () => {
    const list = [
      'domain;displayName;externalId;cloud;bundles',
      `${OTHER_DOMAIN};Harbour;K-1;local;`,
      'nobody.invalid;Nobody;K-2;local;',
      ';Unknown;K-3;local;"directory"',
    ].join('\r\n');
    const headers = { 'content-type': 'text/csv', 'repeatability-request-id': ID };
    const first = await ask('POST', '/tenants/import', { body: list, headers });
    expect(first.body.value).toMatchObject([
      { line: 2, status: 'existed', tenantId: OTHER },
      { line: 3, status: 'refused', error: { code: 'TenantUnknown' } },
      { line: 4, status: 'created', tenantId: null, organizationId: 'K-3' },
    ]);
    const again = await ask('POST', '/tenants/import', { body: list, headers });
    expect([again.headers.get('repeatability-result'), again.body]).toEqual(['accepted', first.body]);
    const other = await ask('POST', '/tenants/import', { body: `${list}\r\n;More;;local;`, headers });
    expect([other.status, other.body.error.code]).toEqual([412, 'RepeatabilityMismatch']);
    const organizations = (await ask('GET', '/organizations')).body.value;
    expect(organizations.map(({ id }) => id)).toEqual(['K-3']);
    const link = first.body.value[2]?.['consentUrl'];
    expect((await fetch(String(link))).status).toBe(200);
  });
});
