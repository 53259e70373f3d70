import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { RequestRefused, Throttled, Unavailable } from '../../../../shared/core/failures.js';
import type { NotificationClaim } from '../../../../shared/core/notification.js';
import type { Resource } from '../../../../shared/core/resource.js';
import {
  createAcceptNotifications,
  type AcceptNotifications,
} from '../../../../shared/use-cases/notifications/accept-notifications.js';
import { MINUTE, tenant, tenantId, UpkeepPorts } from '../upkeep-ports.js';
import { aSubscription } from '../../../builders/subscription.js';

const settings = { windowMs: 2_000, skewMs: 200, trailingDelaysMs: [20_000, 120_000] };
let ports: UpkeepPorts;
let accept: AcceptNotifications;

function know(number: number, subscriptionId: string, resource: Resource = 'users'): void {
  const clientStateHash = ports.clientStates.hash(`state of ${subscriptionId}`);
  const row = aSubscription({ tenantId: tenantId(number), subscriptionId, resource, clientStateHash });
  ports.subscriptionRows.set(`${tenantId(number)}|${subscriptionId}`, row);
}

function claim(
  number: number,
  subscriptionId: string,
  changes: Partial<NotificationClaim> = {},
): NotificationClaim {
  return {
    tenantId: tenantId(number),
    subscriptionId,
    clientState: `state of ${subscriptionId}`,
    ...changes,
  };
}

const reads = (prefix: string): string[] => ports.calls.filter((call) => call.startsWith(prefix));

beforeEach(() => {
  ports = new UpkeepPorts();
  ports.addTenants(tenant(1), tenant(2));
  know(1, 'u1');
  know(1, 'g1', 'groups');
  know(2, 'u2');
  accept = createAcceptNotifications(ports, settings);
});

describe('accepting notifications', () => {
  it('queues the coalesced jobs of the subscription`s resource, whatever else the item says', async () => {
    expect(await accept([claim(1, 'u1'), claim(1, 'g1')])).toEqual({ accepted: 2, refused: {} });
    expect(ports.jobs()).toMatchObject([
      ...[0, 1, 2].map(() => ({ kind: 'notification', tenantId: tenantId(1), resource: 'users' })),
      ...[0, 1, 2].map(() => ({ kind: 'notification', tenantId: tenantId(1), resource: 'groups' })),
    ]);
    expect(ports.sent.every(({ dueAt }) => dueAt !== null && dueAt > ports.now)).toBe(true);
  });

  it('reads each distinct subscription once and sends a burst as one batch of folded jobs', async () => {
    await accept(Array.from({ length: 300 }, (_, n) => claim(1, n % 2 === 0 ? 'u1' : 'g1')));
    expect(reads('subscriptions.get')).toHaveLength(2);
    expect(reads('tenants.get')).toHaveLength(1);
    expect(reads('send')).toHaveLength(1);
    expect(ports.sent).toHaveLength(6);
  });

  it('takes several tenants in one request', async () => {
    await accept([claim(1, 'u1'), claim(2, 'u2')]);
    expect(new Set(ports.jobs().map((job) => job.tenantId))).toEqual(new Set([tenantId(1), tenantId(2)]));
  });

  it('skips an id that it has sent and had confirmed, and does not look a running tenant up each time', async () => {
    await accept([claim(1, 'u1')]);
    await accept([claim(1, 'u1')]);
    expect(reads('send')).toHaveLength(1);
    expect(reads('tenants.get')).toHaveLength(1);
    ports.now += 2_000;
    await accept([claim(1, 'u1')]);
    expect(ports.sent).toHaveLength(4);
  });

  it.each([10, 100, 600])(
    'queues a job for every notification although the clock is set back by %i seconds',
    async (backSeconds) => {
      const start = ports.now;
      const every2Seconds = async (from: number): Promise<number> => {
        const before = ports.sent.length;
        for (let second = 0; second < 120; second += 2) {
          ports.now = from + second * 1_000;
          await accept([claim(1, 'u1')]);
        }
        return ports.sent.length - before;
      };
      const usual = await every2Seconds(start);
      const again = await every2Seconds(start + 120_000 - backSeconds * 1_000);
      expect(usual).toBeGreaterThanOrEqual(60);
      expect(again).toBeGreaterThanOrEqual(60);
    },
  );

  it('reads a subscription once in half a minute, and believes one that was ended no longer', async () => {
    for (let second = 0; second < 30; second += 1) {
      await accept([claim(1, 'u1'), claim(2, 'u2')]);
      ports.now += 1_000;
    }
    expect(reads('subscriptions.get')).toHaveLength(2);
    ports.subscriptionRows.delete(`${tenantId(1)}|u1`);
    expect(await accept([claim(1, 'u1')])).toEqual({ accepted: 0, refused: { unknownSubscription: 1 } });
  });

  it('looks each time for one that it did not find, since its row may come any moment', async () => {
    expect(await accept([claim(1, 'new')])).toMatchObject({ accepted: 0 });
    know(1, 'new');
    expect(await accept([claim(1, 'new')])).toMatchObject({ accepted: 1 });
  });

  it('refuses a forged client state of a subscription that it remembers', async () => {
    await accept([claim(1, 'u1')]);
    const forged = claim(1, 'u1', { clientState: 'guessed' });
    expect(await accept([forged])).toEqual({ accepted: 0, refused: { forgedClientState: 1 } });
  });

  it('sends again what was not confirmed', async () => {
    ports.fail = (call) => {
      if (call.startsWith('send')) throw new Unavailable('broker away');
    };
    await expect(accept([claim(1, 'u1')])).rejects.toThrow(Unavailable);
    ports.fail = () => undefined;
    await accept([claim(1, 'u1')]);
    expect(ports.messages.size).toBe(3);
  });

  it('tells every failure to queue as unavailable, so that Graph tries again', async () => {
    for (const failure of [
      new Throttled('later', 1_000),
      new RequestRefused('no', 400, 'x'),
      new Error('?'),
    ]) {
      ports.fail = (call) => {
        if (call.startsWith('send')) throw failure;
      };
      await expect(accept([claim(1, 'u1')])).rejects.toThrow(Unavailable);
    }
  });

  it('does not take for unknown what it could not look up', async () => {
    ports.fail = (call) => {
      if (call.startsWith('subscriptions.get')) throw new Unavailable('table away');
    };
    await expect(accept([claim(1, 'u1')])).rejects.toThrow(Unavailable);
  });
});

describe('refusing notifications', () => {
  it('makes no job of a forged, foreign, unknown or malformed one, and counts each by its reason', async () => {
    const summary = await accept([
      claim(1, 'u1', { clientState: 'guess' }),
      claim(1, 'u1', { clientState: '' }),
      claim(1, 'u2'),
      claim(2, 'u1', { clientState: 'state of u1' }),
      claim(9, 'nine'),
      null,
    ]);
    expect(summary).toEqual({
      accepted: 0,
      refused: { forgedClientState: 2, unknownSubscription: 2, tenantNotRunning: 1, malformed: 1 },
    });
    expect(ports.sent).toEqual([]);
    expect(ports.lines).toMatchObject([{ level: 'warn', facts: summary.refused }]);
  });

  it('refuses a row of another tenant or subscription than it was asked for', async () => {
    const row = ports.subscriptionRows.get(`${tenantId(1)}|u1`)!;
    ports.subscriptionRows.set(`${tenantId(2)}|u1`, row);
    const summary = await accept([claim(2, 'u1')]);
    expect(summary.refused).toEqual({ foreignTenant: 1 });
    expect(ports.sent).toEqual([]);
  });

  it('takes the good ones among the bad', async () => {
    const summary = await accept([null, claim(1, 'u1'), claim(1, 'u1', { clientState: 'guess' })]);
    expect(summary).toEqual({ accepted: 1, refused: { malformed: 1, forgedClientState: 1 } });
    expect(ports.messages.size).toBe(3);
  });

  it('refuses a tenant that is paused, parked, not started or gone quietly', async () => {
    const parked = { kind: 'parked', since: '', reason: '', fix: '', before: 'running' } as const;
    for (const changes of [
      { paused: true },
      { state: parked },
      { state: { kind: 'connected', since: '2026-05-01T00:00:00.000Z' } as const },
    ]) {
      ports.addTenants(tenant(1, changes));
      expect((await accept([claim(1, 'u1')])).refused).toEqual({ tenantNotRunning: 1 });
    }
    ports.tenantRows.delete(tenantId(1));
    expect((await accept([claim(1, 'u1')])).refused).toEqual({ tenantNotRunning: 1 });
    expect(ports.sent).toEqual([]);
    expect(ports.lines.some(({ level }) => level === 'warn')).toBe(false);
  });

  it('takes a tenant as soon as it goes on, and forgets within a minute that it ran', async () => {
    ports.addTenants(tenant(1, { paused: true }));
    await accept([claim(1, 'u1')]);
    ports.addTenants(tenant(1));
    expect((await accept([claim(1, 'u1')])).accepted).toBe(1);
    ports.addTenants(tenant(1, { paused: true }));
    ports.now += MINUTE;
    expect((await accept([claim(1, 'u1')])).accepted).toBe(0);
  });
});

describe('a request that names thousands of things', () => {
  const forged = (count: number): NotificationClaim[] =>
    Array.from({ length: count }, (_, n) => claim(1, `forged-${n}`));
  const anywhere = (count: number): NotificationClaim[] =>
    Array.from({ length: count }, (_, n) => claim(1_000 + n, `forged-${n}`));

  it('of unknown subscriptions costs one read of those that the tenant has, and hides no genuine one', async () => {
    const claims = [...forged(2_500), claim(1, 'u1'), ...forged(5_000).slice(2_500), claim(1, 'g1')];
    const summary = await accept(claims);
    expect(summary).toEqual({ accepted: 2, refused: { unknownSubscription: 5_000 } });
    expect(ports.calls.filter((call) => !call.startsWith('send'))).toEqual([
      `tenants.get ${tenantId(1)}`,
      `subscriptions.list ${tenantId(1)}`,
    ]);
    expect(ports.messages.size).toBe(6);
  });

  it('reads no subscription of tenants that are not connected', async () => {
    const summary = await accept(anywhere(50));
    expect(summary).toEqual({ accepted: 0, refused: { tenantNotRunning: 50 } });
    expect(reads('subscriptions')).toEqual([]);
  });

  it('of unknown tenants costs one walk through the registry, and hides no genuine one', async () => {
    ports.addTenants(tenant(3, { paused: true }));
    know(3, 'u3');
    const claims = [claim(1, 'u1'), ...anywhere(2_500), claim(2, 'u2'), claim(3, 'u3'), ...anywhere(2_500)];
    const summary = await accept(claims);
    expect(summary).toEqual({ accepted: 2, refused: { tenantNotRunning: 5_001 } });
    expect(reads('tenants').every((call) => call.startsWith('tenants.list'))).toBe(true);
    expect(reads('tenants').length).toBeLessThan(3);
    expect(reads('subscriptions').sort()).toEqual(
      [1, 2, 3].map((n) => `subscriptions.get ${tenantId(n)} u${n}`),
    );
    await accept([claim(1, 'u1')]);
    expect(reads('tenants.get')).toEqual([]);
  });

  it('is sent again where the lists could not be read', async () => {
    for (const list of ['subscriptions.list', 'tenants.list']) {
      ports.fail = (call) => {
        if (call.startsWith(list)) throw new Unavailable('table away');
      };
      await expect(accept([...forged(100), ...anywhere(100), claim(1, 'u1')])).rejects.toThrow(Unavailable);
    }
    expect(ports.sent).toEqual([]);
  });

  it('is judged item by item as if each had come alone', async () => {
    const names = ['u1', 'g1', 'u2', ...Array.from({ length: 12 }, (_, n) => `forged-${n}`)];
    const one = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(...names), fc.boolean());
    const registered = fc.array(one, { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(registered, fc.boolean(), async (items, flooded) => {
        const claims = items.map(([n, id, genuine]) => claim(n, id, genuine ? {} : { clientState: 'guess' }));
        const alone = { accepted: 0, refused: {} as Record<string, number> };
        for (const each of claims) {
          const { accepted, refused } = await accept([each]);
          alone.accepted += accepted;
          for (const [reason, n] of Object.entries(refused))
            alone.refused[reason] = (alone.refused[reason] ?? 0) + n;
        }
        const flood = flooded ? anywhere(100) : [];
        if (flooded) alone.refused['tenantNotRunning'] = (alone.refused['tenantNotRunning'] ?? 0) + 100;
        expect(await accept([...flood, ...claims])).toEqual(alone);
      }),
      { numRuns: 100 },
    );
  });
});
