import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  AccessRefused,
  CredentialRefused,
  RequestRefused,
  Throttled,
} from '../../../../shared/core/failures.js';
import { issuesOf } from '../../../../shared/core/issues/issues-of.js';
import type { TenantIssue } from '../../../../shared/core/issues/tenant-issue.js';
import type { Subscription } from '../../../../shared/core/subscription.js';
import type { Directory } from '../../../../shared/ports/directory.js';
import { createKeepSubscriptions } from '../../../../shared/use-cases/keep-subscriptions/keep-subscriptions.js';
import { UpkeepDirectory } from '../upkeep-directory.js';
import { HOUR, MINUTE, tenant, tenantId, UpkeepPorts } from '../upkeep-ports.js';
import { LIFECYCLE_URL } from '../../../builders/subscription.js';
import { healthOf } from '../../../builders/tenant.js';

const notificationUrl = 'https://rollcall.example/api/graph/notifications';
const settings = {
  consentApps: [],
  notified: true,
  notificationUrl,
  lifecycleUrl: LIFECYCLE_URL,
  renewAfterMs: 30 * MINUTE,
  coalescing: { windowMs: 2_000, skewMs: 200, trailingDelaysMs: [20_000] },
};
const one = tenantId(1);

interface Scene {
  readonly ports: UpkeepPorts;
  readonly graph: UpkeepDirectory;
  readonly keep: (attempt?: number, renewAll?: boolean) => Promise<void>;
}

function scene(): Scene {
  const ports = new UpkeepPorts();
  const graph = new UpkeepDirectory(ports);
  ports.addTenants(tenant(1));
  // Of a directory, upkeep calls the subscriptions only.
  const directory = graph as unknown as Directory;
  const keep = createKeepSubscriptions({ ...pick(ports), directory }, settings);
  return { ports, graph, keep: (attempt = 0, renewAll = false) => keep(one, { attempt, renewAll }) };
}

function pick(ports: UpkeepPorts) {
  const { tenants, subscriptions, secretExpiries, syncStates, clientStates, queue, clock, chance, log } =
    ports;
  return { tenants, subscriptions, secretExpiries, syncStates, clientStates, queue, clock, chance, log };
}

let ports: UpkeepPorts;
let graph: UpkeepDirectory;
let keep: Scene['keep'];

beforeEach(() => {
  ({ ports, graph, keep } = scene());
});

const rows = (): Subscription[] => [...ports.subscriptionRows.values()];
const issues = (): readonly TenantIssue[] => issuesOf(ports.tenantRows.get(one)!, ports.now);
const asked = (prefix: string): string[] => ports.calls.filter((call) => call.startsWith(prefix));

/** Each resource has one row, whose subscription lives in Graph, leads to us and knows our client state. */
function expectWhole(on: Scene): void {
  expect([...on.ports.subscriptionRows.values()].map(({ resource }) => resource).toSorted()).toEqual([
    'groups',
    'users',
  ]);
  const ours = [...on.graph.live.values()].filter((live) => live.notificationUrl === notificationUrl);
  expect(ours).toHaveLength(2);
  for (const row of on.ports.subscriptionRows.values()) {
    const live = on.graph.live.get(row.subscriptionId);
    expect(live).toMatchObject({ resource: row.resource, notificationUrl });
    expect(on.ports.clientStates.hash(live?.clientState ?? '')).toBe(row.clientStateHash);
    expect(live?.expiresAt).toBe(row.expiresAt);
  }
}

describe('making subscriptions', () => {
  it('makes one for users and one for groups, with a client state of its own that is kept as a hash only', async () => {
    await keep();
    expectWhole({ ports, graph, keep });
    const states = [...graph.live.values()].map(({ clientState }) => clientState!);
    expect(new Set(states).size).toBe(2);
    for (const state of states) expect(JSON.stringify(rows())).not.toContain(`"${state}"`);
  });

  it('lets them live 28 days, below the limit of 41,760 minutes', async () => {
    await keep();
    for (const { expiresAt } of rows()) {
      const life = Date.parse(expiresAt) - ports.now;
      expect(life).toBe(28 * 24 * HOUR);
      expect(life).toBeLessThan(41_760 * MINUTE);
    }
  });

  it('reads what changed before: a wanted round after the row stands, a job, and looks that trail it', async () => {
    await keep();
    for (const { subscriptionId, resource } of rows()) {
      const put = ports.calls.indexOf(`subscriptions.put ${subscriptionId}`);
      const send = ports.calls.findIndex((call) => call.startsWith(`send subscribed:${subscriptionId} `));
      expect(ports.calls.indexOf(`want ${one} ${resource}`)).toBeLessThan(put);
      expect(ports.calls.lastIndexOf(`want ${one} ${resource}`)).toBeGreaterThan(put);
      expect(send).toBeGreaterThan(ports.calls.lastIndexOf(`want ${one} ${resource}`));
      expect(ports.messages.get(`subscribed:${subscriptionId}`)?.job.kind).toBe('continue');
      expect(ports.jobs()).toContainEqual(expect.objectContaining({ kind: 'notification', resource }));
    }
  });

  it('makes none for a tenant that is paused, not running, or not there', async () => {
    for (const changes of [
      { paused: true },
      { state: { kind: 'connected', since: '2026-05-01T00:00:00.000Z' } as const },
    ]) {
      ports.addTenants(tenant(1, changes));
      await keep();
    }
    ports.tenantRows.clear();
    await keep();
    expect(asked('graph')).toEqual([]);
    expect(asked('subscribe')).toEqual([]);
  });
});

describe('renewing subscriptions', () => {
  it('leaves fresh ones alone and renews each by half an hour, at most a quarter earlier', async () => {
    await keep();
    ports.now += 22 * MINUTE;
    await keep();
    expect(asked('renew')).toEqual([]);
    ports.now += 8 * MINUTE;
    await keep();
    expect(asked('renew')).toHaveLength(2);
    expectWhole({ ports, graph, keep });
    for (const { renewedAt } of rows()) expect(Date.parse(renewedAt)).toBe(ports.now);
    expect(asked('subscribe ')).toHaveLength(2);
  });

  it('asks for no round after a timely renewal, for one where the token may have ended', async () => {
    await keep();
    const before = ports.messages.size;
    ports.now += 40 * MINUTE;
    await keep();
    expect(ports.messages.size).toBe(before);
    ports.wantRows.clear();
    ports.now += 61 * MINUTE;
    await keep();
    expect(ports.wantRows.size).toBe(2);
    expect(ports.messages.size).toBeGreaterThan(before);
  });

  it('makes one anew that is gone, and forgets the old one', async () => {
    await keep();
    const [lost] = rows();
    graph.live.delete(lost!.subscriptionId);
    await keep();
    expectWhole({ ports, graph, keep });
    expect(rows().map(({ subscriptionId }) => subscriptionId)).not.toContain(lost!.subscriptionId);
  });

  it('does not believe the list alone that one is gone', async () => {
    await keep();
    const [unlisted] = rows();
    graph.unlisted.add(unlisted!.subscriptionId);
    await keep();
    expect(asked('subscribe ')).toHaveLength(2);
    expect(asked('renew')).toEqual([`renew ${unlisted!.subscriptionId}`]);
  });
});

describe('taking the place of a subscription', () => {
  const DAY = 24 * HOUR;

  it('gives each a new client state after a week, and a day later at the latest', async () => {
    await keep();
    const former = rows();
    ports.now += 7 * DAY - MINUTE;
    await keep();
    expect(rows().map(({ subscriptionId }) => subscriptionId)).toEqual(
      former.map((row) => row.subscriptionId),
    );
    ports.now += DAY + MINUTE;
    await keep();
    expectWhole({ ports, graph, keep });
    const hashes = new Set([...former, ...rows()].map(({ clientStateHash }) => clientStateHash));
    expect(hashes.size).toBe(4);
    for (const { changeTypes } of rows()) expect(changeTypes).toBe('created,updated,deleted');
    ports.now += 8 * DAY;
    await keep();
    for (const { changeTypes } of rows()) expect(changeTypes).toBe('updated,deleted');
    expectWhole({ ports, graph, keep });
  });

  it('has the row of the new one before the old one ends, and reads what came in between', async () => {
    await keep();
    const [former] = rows();
    ports.now += 8 * DAY;
    ports.calls.length = 0;
    await keep();
    const made = rows().find(({ resource }) => resource === former!.resource)!;
    const put = ports.calls.indexOf(`subscriptions.put ${made.subscriptionId}`);
    expect(put).toBeGreaterThan(-1);
    expect(ports.calls.indexOf(`unsubscribe ${former!.subscriptionId}`)).toBeGreaterThan(put);
    expect(ports.messages.get(`subscribed:${made.subscriptionId}`)?.job.kind).toBe('continue');
  });

  it('ends the old one first where Graph takes no other kind of changes', async () => {
    await keep();
    ports.now += 8 * DAY;
    graph.takesOneKindOnly = true;
    await keep();
    expectWhole({ ports, graph, keep });
    for (const { changeTypes, madeAt } of rows()) {
      expect(changeTypes).toBe('updated,deleted');
      expect(Date.parse(madeAt!)).toBe(ports.now);
    }
  });

  it('keeps the old one alive where Graph refuses another, and tells why', async () => {
    await keep();
    ports.now += 8 * DAY;
    ports.fail = (call) => {
      if (call.startsWith('subscribe ')) throw new Throttled('later', 1_000);
    };
    await expect(keep()).rejects.toThrow(Throttled);
    expectWhole({ ports, graph, keep });
    for (const { renewedAt } of rows()) expect(Date.parse(renewedAt)).toBe(ports.now);
  });

  it('gives those a lifecycle address that were made without, once', async () => {
    await keep();
    for (const row of rows())
      await ports.subscriptions.put({ ...row, madeAt: null, changeTypes: null, lifecycleUrl: null });
    ports.calls.length = 0;
    await keep();
    expect(asked('subscribe ')).toHaveLength(2);
    for (const live of graph.live.values()) expect(live.lifecycleUrl).toBe(LIFECYCLE_URL);
    expectWhole({ ports, graph, keep });
    await keep();
    expect(asked('subscribe ')).toHaveLength(2);
  });

  it('renews all where it is asked to, however young', async () => {
    await keep();
    ports.now += MINUTE;
    await keep(0, true);
    expect(asked('renew')).toHaveLength(2);
    for (const { renewedAt } of rows()) expect(Date.parse(renewedAt)).toBe(ports.now);
  });
});

describe('mending what does not fit together', () => {
  it('ends one that leads to us without a row, since its client state is unknown', async () => {
    graph.add({ subscriptionId: 'stray', resource: 'users', notificationUrl, clientState: 'forgotten' });
    graph.add({ subscriptionId: 'other', resource: 'groups/1/members', notificationUrl });
    await keep();
    expect(asked('unsubscribe')).toEqual(['unsubscribe stray', 'unsubscribe other']);
    expectWhole({ ports, graph, keep });
  });

  it('makes none where Graph does not reach us, and ends those that stand', async () => {
    await keep();
    expect(rows()).toHaveLength(2);
    const directory = graph as unknown as Directory;
    const unreached = createKeepSubscriptions(
      { ...pick(ports), directory },
      { ...settings, notified: false },
    );
    for (const _time of [1, 2]) await unreached(one, { attempt: 0, renewAll: true });
    expect(rows()).toEqual([]);
    expect(graph.live.size).toBe(0);
  });

  it('leaves one alone that leads elsewhere without a row', async () => {
    graph.add({
      subscriptionId: 'theirs',
      resource: 'me/messages',
      notificationUrl: 'https://their.example',
    });
    await keep();
    expect(graph.live.has('theirs')).toBe(true);
  });

  it('replaces its own that lead to a former address', async () => {
    await keep();
    const former = rows().map(({ subscriptionId }) => subscriptionId);
    for (const id of former) graph.add({ ...graph.live.get(id)!, notificationUrl: 'https://old.example' });
    await keep();
    for (const id of former) expect(graph.live.has(id)).toBe(false);
    expectWhole({ ports, graph, keep });
  });

  it('ends the one in the way where Graph refuses a second, though the list had not shown it', async () => {
    graph.add({ subscriptionId: 'stray', resource: 'users', notificationUrl });
    graph.unlisted.add('stray');
    let lists = 0;
    ports.fail = (call) => {
      if (call === 'graph list' && ++lists === 2) graph.unlisted.clear();
    };
    await keep();
    expectWhole({ ports, graph, keep });
  });

  it('tells a refusal that is not of our making', async () => {
    graph.add({ subscriptionId: 'theirs', resource: 'users', notificationUrl: 'https://their.example' });
    await expect(keep()).rejects.toThrow(RequestRefused);
    expect(rows().map(({ resource }) => resource)).toEqual(['groups']);
    expect(graph.live.has('theirs')).toBe(true);
  });

  it('tries the other resource where one fails, and then tells the failure', async () => {
    for (const failure of [new AccessRefused('no', 401), new Throttled('later', 1_000)]) {
      const on = scene();
      on.ports.fail = (call) => {
        if (call === 'subscribe users') throw failure;
      };
      await expect(on.keep()).rejects.toBe(failure);
      expect([...on.ports.subscriptionRows.values()].map(({ resource }) => resource)).toEqual(['groups']);
    }
  });

  it('records a lasting refusal as an issue of the tenant, which ends once it works', async () => {
    ports.fail = (call) => {
      if (call === 'subscribe groups') throw new AccessRefused('no', 403);
    };
    ports.addTenants(tenant(1, { health: healthOf({ deadLetters: { count: 1, since: '' } }) }));
    await keep();
    expect(rows().map(({ resource }) => resource)).toEqual(['users']);
    expect(issues().map(({ code }) => code)).toEqual(['deadLetters', 'noSubscriptions']);
    const [, { since }] = issues() as [unknown, { since: string }];
    ports.now += 60_000;
    await keep();
    expect(issues()).toMatchObject([{ code: 'deadLetters' }, { code: 'noSubscriptions', since }]);
    ports.fail = () => undefined;
    await keep();
    expectWhole({ ports, graph, keep });
    expect(issues()).toMatchObject([{ code: 'deadLetters' }]);
  });

  it.each([
    ['a missing permission', new AccessRefused('Insufficient privileges', 403), 'refused'],
    ['a used-up quota', new AccessRefused('The subscription quota is used up.', 403), 'quota'],
    [
      'a failed handshake',
      new RequestRefused('Subscription validation request timed out.', 400, 'InvalidRequest'),
      'unreached',
    ],
  ])('tells %s from the others', async (_title, refusal, kind) => {
    ports.fail = (call) => {
      if (call.startsWith('subscribe')) throw refusal;
    };
    await keep();
    expect(issues()).toMatchObject([{ code: 'noSubscriptions', obstacle: { kind } }]);
    ports.fail = () => undefined;
    await keep();
    expect(issues()).toEqual([]);
  });

  it('records a secret that the login service refuses as expired at its first refusal', async () => {
    const refusal = new CredentialRefused('no', 7000222);
    ports.fail = (call) => {
      if (call === 'graph list') throw refusal;
    };
    const since = new Date(ports.now).toISOString();
    await expect(keep(0)).rejects.toBe(refusal);
    expect(issues()).toEqual([{ code: 'secretExpired', since, refused: true }]);
    expect(ports.expiryRows.get(one)).toMatchObject({ state: 'expired', refusedAt: since });
  });

  it.each([
    [new AccessRefused('no (request 1)', 401), /refuses to let it read the directory \(401\)/],
    [new CredentialRefused('no (request 1)', 700016), /application is not known in this tenant/],
  ])('records a third %s as an issue of the tenant, which ends once it works', async (refusal, reason) => {
    ports.fail = (call) => {
      if (call === 'graph list') throw refusal;
    };
    for (const attempt of [0, 1]) await expect(keep(attempt)).rejects.toBe(refusal);
    expect(issues()).toEqual([]);
    await keep(2);
    const recorded = issues();
    expect(recorded).toMatchObject([{ code: 'noSubscriptions', obstacle: { kind: 'login' } }]);
    expect(JSON.stringify(recorded)).toMatch(reason);
    expect(JSON.stringify(recorded)).not.toContain('request 1');
    await expect(keep(0)).rejects.toBe(refusal);
    expect(issues()).toEqual(recorded);
    ports.fail = () => undefined;
    await keep();
    expect(issues()).toEqual([]);
  });

  it('becomes whole after any stops in between, and then asks Graph for nothing but its list', async () => {
    const history = fc.array(
      fc.record({
        stopAt: fc.nat(20),
        gap: fc.oneof(fc.integer({ min: 0, max: 90 }), fc.constant(8 * 24 * 60)),
        loses: fc.boolean(),
      }),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const on = scene();
        for (const { stopAt, gap, loses } of steps) {
          on.ports.now += gap * MINUTE;
          if (loses) on.graph.live.delete([...on.graph.live.keys()][0] ?? '');
          const until = on.ports.calls.length + stopAt;
          on.ports.fail = () => {
            if (on.ports.calls.length > until) throw new Error('stopped');
          };
          await on.keep().catch(() => undefined);
        }
        on.ports.fail = () => undefined;
        await on.keep();
        expectWhole(on);
        for (const { resource } of on.ports.subscriptionRows.values()) {
          expect(on.ports.wantRows.has(`${one}|${resource}`)).toBe(true);
        }
        const before = on.ports.calls.length;
        await on.keep();
        const quiet = on.ports.calls.slice(before);
        expect(quiet).toEqual([`tenants.get ${one}`, `subscriptions.list ${one}`, 'graph list']);
      }),
      { numRuns: 300 },
    );
  });
});
