import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  HttpRequest,
  InvocationContext,
  type HttpFunctionOptions,
  type HttpResponseInit,
} from '@azure/functions';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { registerGraphNotifications } from '../../functions/graph-notifications.js';
import { Unavailable } from '../../shared/core/failures.js';
import { createAcceptNotifications } from '../../shared/use-cases/notifications/accept-notifications.js';
import { tenant, tenantId, UpkeepPorts } from '../shared/use-cases/upkeep-ports.js';
import { aSubscription } from '../builders/subscription.js';

const subscriptionId = '7f105c7d-2dc5-4530-97cd-4e7ae6504c07';
const clientState = 'secretClientValue';
const notification = {
  id: 'lsgTZMr9KwAAA',
  subscriptionId,
  subscriptionExpirationDateTime: '2026-04-01T00:00:00Z',
  clientState,
  changeType: 'updated',
  resource: 'Users/5f3b',
  tenantId: tenantId(1),
  resourceData: { '@odata.type': '#Microsoft.Graph.User', '@odata.id': 'Users/5f3b', id: '5f3b' },
};

let ports: UpkeepPorts;
let registered: { name: string; options: HttpFunctionOptions };

beforeEach(() => {
  ports = new UpkeepPorts();
  ports.addTenants(tenant(1));
  know(tenantId(1), subscriptionId);
  const settings = { windowMs: 2_000, skewMs: 200, trailingDelaysMs: [20_000, 120_000] };
  registerGraphNotifications(
    { http: (name, options) => (registered = { name, options }) },
    { acceptNotifications: createAcceptNotifications(ports, settings) },
  );
});

function know(owner: string, id: string): void {
  const clientStateHash = ports.clientStates.hash(clientState);
  const row = aSubscription({ tenantId: owner, subscriptionId: id, clientStateHash });
  ports.subscriptionRows.set(`${owner}|${id}`, row);
}

async function post(
  body: unknown,
  query: Record<string, string | string[]> = {},
  headers: Record<string, string> = {},
) {
  const url = new URL('http://localhost/api/graph/notifications');
  for (const [name, values] of Object.entries(query))
    for (const value of [values].flat()) url.searchParams.append(name, value);
  const request = new HttpRequest({
    method: 'POST',
    url: url.href,
    // The host joins values of one name.
    query: Object.fromEntries(Object.entries(query).map(([name, values]) => [name, String(values)])),
    headers,
    body: { string: typeof body === 'string' ? body : JSON.stringify(body) },
  });
  const context = new InvocationContext({ functionName: 'graph-notifications', logHandler: () => undefined });
  return (await registered.options.handler(request, context)) as HttpResponseInit;
}

describe('the route', () => {
  it('is a POST that Graph can reach without a key', () => {
    expect(registered).toMatchObject({
      name: 'graph-notifications',
      options: { methods: ['POST'], authLevel: 'anonymous', route: 'graph/notifications' },
    });
  });
});

describe('the handshake', () => {
  it('echoes the decoded token as plain text and nothing else, before any subscription is known', async () => {
    ports.subscriptionRows.clear();
    const token = 'Validation: Testing client application reachability <br/> for “Ünïcode” + 100%';
    expect(await post('', { validationToken: token })).toEqual({
      status: 200,
      headers: { 'Content-Type': 'text/plain', 'X-Content-Type-Options': 'nosniff' },
      body: token,
    });
    expect(ports.calls).toEqual([]);
  });

  it('is bounded: 4,096 characters are echoed, more or none are refused', async () => {
    expect(await post('', { validationToken: 'x'.repeat(4_096) })).toMatchObject({ status: 200 });
    expect(await post('', { validationToken: 'x'.repeat(4_097) })).toMatchObject({ status: 400 });
    expect(await post('', { validationToken: '' })).toMatchObject({ status: 400 });
  });

  it('with more than one token is answered 400 and echoes none of them', async () => {
    for (const validationToken of [
      ['one', 'two'],
      ['same', 'same'],
      ['', ''],
    ]) {
      const answer = await post('', { validationToken });
      expect(answer).toMatchObject({ status: 400, jsonBody: { error: { code: 'InvalidRequest' } } });
      expect(JSON.stringify(answer)).not.toContain('one,two');
    }
  });

  it('keeps a comma that is part of the token', async () => {
    expect(await post('', { validationToken: 'one,two' })).toMatchObject({ status: 200, body: 'one,two' });
  });

  it('takes no notification on the side', async () => {
    await post({ value: [notification] }, { validationToken: 'token' });
    expect(ports.sent).toEqual([]);
  });
});

describe('notifications', () => {
  it('are answered 202 once their jobs are queued', async () => {
    expect(await post({ value: [notification] })).toEqual({ status: 202 });
    expect(ports.jobs()).toHaveLength(3);
  });

  it('find their tenant in any case of its id', async () => {
    const letters = '0A0B0C0D-0000-4000-8000-0000000000EF';
    ports.addTenants(tenant(1, { tenantId: letters.toLowerCase() }));
    know(letters.toLowerCase(), subscriptionId);
    await post({ value: [{ ...notification, tenantId: letters }] });
    expect(ports.jobs()[0]?.tenantId).toBe(letters.toLowerCase());
  });

  it('are answered 503 where their jobs could not be queued, so that Graph tries again', async () => {
    ports.fail = (call) => {
      if (call.startsWith('send')) throw new Unavailable('broker away');
    };
    expect(await post({ value: [notification] })).toMatchObject({ status: 503 });
    ports.fail = () => undefined;
    expect(await post({ value: [notification] })).toEqual({ status: 202 });
    expect(ports.messages.size).toBe(3);
  });

  it('are answered 503 where 200 requests are under way already, and taken again once these are', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    registerGraphNotifications(
      { http: (name, options) => (registered = { name, options }) },
      { acceptNotifications: () => held.then(() => ({ accepted: 1, refused: {} })) },
    );
    const many = Array.from({ length: 200 }, () => post({ value: [notification] }));
    expect(await post({ value: [notification] })).toMatchObject({
      status: 503,
      headers: { 'Retry-After': '5' },
    });
    expect(await post({}, { validationToken: 'still' })).toMatchObject({ status: 200, body: 'still' });
    release();
    expect(new Set((await Promise.all(many)).map(({ status }) => status))).toEqual(new Set([202]));
    expect(await post({ value: [notification] })).toEqual({ status: 202 });
  });

  it('that are an empty list are answered 202', async () => {
    expect(await post({ value: [] })).toEqual({ status: 202 });
    expect(ports.calls).toEqual([]);
  });
});

describe('what is no notification', () => {
  it('is answered 400 where the body is not an object whose value is a list', async () => {
    for (const body of ['', 'hello', '<xml/>', 'null', '[]', '7', '{}', '{"value":{}}', '{"value":"x"}']) {
      expect(await post(body)).toMatchObject({ status: 400 });
    }
    expect(ports.calls).toEqual([]);
  });

  it('is answered 413 over 1 MiB, by what is said and by what comes', async () => {
    const said = { 'content-length': String(1024 * 1024 + 1) };
    expect(await post({ value: [] }, {}, said)).toMatchObject({ status: 413 });
    const large = JSON.stringify({ value: [], rest: 'x'.repeat(1024 * 1024) });
    expect(await post(large)).toMatchObject({ status: 413 });
    expect(await post(JSON.stringify({ value: [], rest: 'x'.repeat(1024 * 1024 - 30) }))).toEqual({
      status: 202,
    });
  });

  it('never makes a job where it is forged, foreign or malformed, and is answered 202 all the same', async () => {
    const bad: unknown[] = [
      { ...notification, clientState: 'guess' },
      { ...notification, clientState: undefined },
      { ...notification, clientState: '' },
      { ...notification, clientState: { $ne: '' } },
      { ...notification, clientState: 'x'.repeat(256) },
      { ...notification, subscriptionId: '00000000-0000-4000-8000-00000000dead' },
      { ...notification, subscriptionId: "x' or PartitionKey ne '" },
      { ...notification, tenantId: tenantId(2) },
      { ...notification, tenantId: 'contoso.com' },
      { ...notification, lifecycleEvent: 'reauthorizationRequired' },
      null,
      7,
      'text',
      [],
      {},
    ];
    for (const item of bad) expect(await post({ value: [item] })).toEqual({ status: 202 });
    expect(await post({ value: bad })).toEqual({ status: 202 });
    expect(ports.sent).toEqual([]);
    expect(ports.lines).toHaveLength(bad.length + 1);
  });

  it('never makes a job over any JSON, whatever its form', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), async (value) => {
        expect(await post({ value })).toEqual({ status: 202 });
        expect(ports.sent).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('does not keep a good one from being taken', async () => {
    await post({ value: [null, { ...notification, clientState: 'guess' }, notification] });
    expect(ports.jobs()).toHaveLength(3);
  });
});

const fixtures = process.env['GRAPH_FIXTURES_DIR'] ?? '';

describe.runIf(fixtures !== '')('the notification printed in the documentation', () => {
  const printed = (): string => readFileSync(join(fixtures, 'notification-01-single.json'), 'utf8');

  it('is refused as it stands, since its ids are placeholders', async () => {
    expect(await post(printed())).toEqual({ status: 202 });
    expect(ports.sent).toEqual([]);
  });

  it('is taken once its subscription is known', async () => {
    const documentedTenant = '84bd8158-6d4d-4958-8b9f-9d6445542f95';
    ports.addTenants(tenant(1, { tenantId: documentedTenant }));
    know(documentedTenant, subscriptionId);
    expect(await post(printed().replace('{subscription_guid}', subscriptionId))).toEqual({ status: 202 });
    expect(ports.jobs()).toHaveLength(3);
    expect(ports.jobs()[0]).toMatchObject({ tenantId: documentedTenant, resource: 'users' });
  });
});
