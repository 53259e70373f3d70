import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startStack } from '../../local/stack/stack.js';
import { patience, Road, type DeadLetterView } from './road.js';
import { move, smallDirectory } from './small-directory.js';

const laterTenant = '1a7e0000-0000-4000-8000-000000000001';

let road: Road;
let tenantId: string;
let otherTenantId: string;

beforeAll(async () => {
  road = await Road.open();
  tenantId = await road.running({ changes: smallDirectory(6) });
  otherTenantId = await road.running({ changes: smallDirectory(3) });
  await road.runsDry([tenantId, otherTenantId]);
});
afterAll(async () => {
  await road.close();
});

/** Puts bodies on the queue as they are, each under a message id of its own; answers the ids in order. */
async function send(sessionId: string, bodies: readonly unknown[]): Promise<string[]> {
  const bus = road.bus();
  const sender = bus.createSender('sync-jobs');
  const messages = bodies.map((body) => ({ body, sessionId, messageId: `test:${randomUUID()}` }));
  await sender.sendMessages(messages);
  await bus.close();
  return messages.map(({ messageId }) => messageId);
}

async function letterAbout(text: string): Promise<DeadLetterView> {
  return await vi.waitFor(async () => {
    const found = (await road.deadLetters()).filter(({ body }) => body.includes(text));
    expect(found).toHaveLength(1);
    return found[0]!;
  }, patience);
}

async function isListed(id: string): Promise<boolean> {
  return (await road.deadLetters()).some((letter) => letter.id === id);
}

function decide(letter: DeadLetterView, decision: 'replay' | 'discard') {
  return road.ask('POST', `/api/v1/dead-letters/${letter.id}/${decision}`);
}

describe('a message that is no job', () => {
  const job = { version: 1, attempt: 0, tenantId: 'anybody' };
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ['is not JSON', 'this { is no JSON', /no object with a version/],
    ['is a number', 42, /no object with a version/],
    ['has no version', { kind: 'run', tenantId: 'x' }, /no object with a version/],
    ['has an unknown version', { ...job, version: 7, kind: 'run', runId: 'r' }, /version 7/],
    ['has an unknown kind', { ...job, kind: 'dance' }, /kind/],
    ['lacks a field', { ...job, kind: 'run' }, /runId/],
    ['names a key that is none', { ...job, kind: 'run', runId: 'a/b?c' }, /runId/],
  ];

  it('is set aside once with its reason, and never tried for ever', async () => {
    const ids = await send(
      'anybody',
      cases.map(([, body]) => body),
    );
    await vi.waitFor(async () => {
      const letters = await road.deadLetters();
      expect(letters.map(({ messageId }) => messageId)).toEqual(expect.arrayContaining(ids));
    }, patience);
    const letters = await road.deadLetters();
    for (const [index, [what, body, reason]] of cases.entries()) {
      const own = letters.filter(({ messageId }) => messageId === ids[index]);
      expect(own, what).toMatchObject([{ kind: 'job', tenantId: null }]);
      expect(own[0]?.reason, what).toMatch(reason);
      expect(own[0]?.body, what).toContain(typeof body === 'string' ? body : JSON.stringify(body));
    }
    await road.runsDry([]);
    expect(await road.queue()).toMatchObject({ deadLettered: 0 });
    expect(await road.deadLetters()).toHaveLength(letters.length);
  });

  it('cannot be replayed, but discarded for good', async () => {
    const letter = await letterAbout('dance');
    const refused = { status: 409, body: { error: { code: 'NotReplayable' } } };
    expect(await decide(letter, 'replay')).toMatchObject(refused);
    expect(await isListed(letter.id)).toBe(true);
    expect(await decide(letter, 'discard')).toMatchObject({ status: 204 });
    expect(await isListed(letter.id)).toBe(false);
    expect(await decide(letter, 'discard')).toMatchObject({ status: 404 });
  });
});

describe('a job of a tenant that is not connected', () => {
  it('is set aside, and does its work when it is replayed after connecting', async () => {
    const job = { version: 1, attempt: 0, tenantId: laterTenant, kind: 'notification', resource: 'users' };
    // Due later than any round that this test sees begin, so that none has read what it announces.
    await send(laterTenant, [{ ...job, dueAt: Date.now() + 3_600_000 }]);
    const letter = await letterAbout(laterTenant);
    expect(letter.reason).toBe('It names a tenant that is not connected.');
    await road.running({ tenantId: laterTenant, changes: smallDirectory(4) });
    await road.control.setNotificationFaults(laterTenant, { drop: 1 });
    await road.runsDry([laterTenant]);
    await road.control.applyChanges(laterTenant, [move(1, 'Told by a letter only')]);
    expect(await decide(letter, 'replay')).toMatchObject({ status: 202 });
    await road.becomesEqual(laterTenant);
    expect(await isListed(letter.id)).toBe(false);
  });
});

describe('notifications', () => {
  const notify = (body: unknown) => road.ask('POST', '/api/graph/notifications', body);

  async function genuine(tenant: string) {
    const [subscription] = await road.control.subscriptions(tenant);
    return {
      tenantId: tenant,
      subscriptionId: subscription?.id ?? '',
      clientState: subscription?.clientState ?? '',
      changeType: 'updated',
      resource: 'users/x',
    };
  }

  it('that are forged, foreign or malformed are answered 202, counted, and make no job', async () => {
    await road.runsDry([tenantId, otherTenantId, laterTenant]);
    const own = await genuine(tenantId);
    const refused = [
      { ...own, clientState: 'guessed' },
      { ...own, tenantId: otherTenantId },
      { ...own, subscriptionId: randomUUID() },
      { ...own, tenantId: "x' or 1 eq 1" },
      { ...own, clientState: null },
      { ...own, lifecycleEvent: 'missed' },
      'not an object',
      null,
    ];
    for (const item of refused) expect(await notify({ value: [item] })).toMatchObject({ status: 202 });
    expect(await notify({ value: refused })).toMatchObject({ status: 202 });
    expect(await road.queue()).toMatchObject({ active: 0, scheduled: 0, locked: 0 });
    const lines = road.stack.output('functions').filter((line) => line.includes('Notifications refused'));
    expect(lines.join('\n')).toMatch(/forgedClientState[^]*unknownSubscription[^]*malformed/);
    expect(await notify({ value: [own] })).toMatchObject({ status: 202 });
    expect((await road.queue()).scheduled).toBeGreaterThan(0);
  });

  it('that are none get 400, too large ones 413, and an empty list 202', async () => {
    for (const body of ['{', '[]', '"text"', '{}', '{"value":{}}', '{"value":"list"}', ''])
      expect(await notify(body), body).toMatchObject({ status: 400 });
    expect(await notify({ value: [], padding: 'x'.repeat(1024 * 1024) })).toMatchObject({ status: 413 });
    expect(await notify({ value: [] })).toMatchObject({ status: 202 });
  });
});

describe('bad settings', () => {
  it('keep the functions host from starting, which lists all of them and none of their values', async () => {
    const settings = {
      KEY_VAULT_URL: '',
      PUBLIC_URL: 'http://shop.example/path',
      SERVED_CLOUDS: 'mars',
      LEASE_LENGTH_MS: 'rather-long',
      TRAILING_DELAYS_MS: '1,2,three',
      SERVICE_BUS: 'Endpoint=sb://x;SharedAccessKey=do-not-show-me',
    };
    const lines: string[] = [];
    const other = { kind: 'other', graphUrl: 'https://graph.example', loginUrl: 'https://login.example' };
    const starting = startStack({
      settings,
      graph: { ...other, kind: 'other' },
      onLine: (_part, line) => lines.push(line),
    });
    await expect(starting).rejects.toThrow(/"functions" ended unexpectedly with exit code 1/);
    const output = lines.join('\n');
    for (const name of Object.keys(settings).filter((name) => name !== 'SERVICE_BUS'))
      expect(output).toMatch(new RegExp(`^ *${name}: `, 'm'));
    expect(output).toContain('SERVICE_BUS__fullyQualifiedNamespace: give it or SERVICE_BUS, not both');
    expect(output).not.toMatch(/do-not-show-me|rather-long/);
  });
});
