import { beforeEach, describe, expect, it } from 'vitest';
import { RequestRefused, Throttled, Unavailable } from '../../../shared/core/failures.js';
import type { NotificationClaim } from '../../../shared/core/notification.js';
import type { Resource } from '../../../shared/core/resource.js';
import {
  createAcceptNotifications,
  type AcceptNotifications,
} from '../../../shared/use-cases/accept-notifications.js';
import { MINUTE, tenant, tenantId, UpkeepPorts } from './upkeep-ports.js';

const settings = { windowMs: 2_000, skewMs: 200, trailingDelaysMs: [20_000, 120_000] };
let ports: UpkeepPorts;
let accept: AcceptNotifications;

function know(number: number, subscriptionId: string, resource: Resource = 'users'): void {
  ports.subscriptionRows.set(`${tenantId(number)}|${subscriptionId}`, {
    tenantId: tenantId(number),
    subscriptionId,
    resource,
    clientStateHash: ports.clientStates.hash(`state of ${subscriptionId}`),
    expiresAt: '2026-04-01T00:00:00Z',
    renewedAt: '2026-03-10T11:50:00Z',
  });
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
      refused: { forgedClientState: 2, unknownSubscription: 3, malformed: 1 },
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
    const parked = { kind: 'parked', since: '', reason: '', fix: '', wasRunning: true } as const;
    for (const changes of [{ paused: true }, { state: parked }, { state: { kind: 'connected' } as const }]) {
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
