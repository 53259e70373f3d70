import { beforeEach, describe, expect, it } from 'vitest';
import { Unavailable } from '../../../shared/core/failures.js';
import { RESOURCES, type Resource } from '../../../shared/core/resource.js';
import { createScheduleUpkeep } from '../../../shared/use-cases/schedule-upkeep.js';
import { createTenantWalk } from '../../../shared/use-cases/walk-tenants.js';
import { MINUTE, tenant, tenantId, UpkeepPorts } from './upkeep-ports.js';
import { aSubscription, LIFECYCLE_URL } from '../../builders/subscription.js';

const NEAR_REAL_TIME = {
  bundle: 'near-real-time',
  clientId: 'app',
  secretName: 'app-secret',
  cloud: null,
} as const;

let ports: UpkeepPorts;
let tick: () => Promise<void>;

function know(number: number, minutesAgo: Partial<Record<Resource, number>>): void {
  for (const resource of RESOURCES) {
    const age = minutesAgo[resource];
    if (age === undefined) continue;
    const subscriptionId = `${number}-${resource}`;
    const renewedAt = new Date(ports.now - age * MINUTE).toISOString();
    const row = aSubscription({ tenantId: tenantId(number), subscriptionId, resource, renewedAt });
    ports.subscriptionRows.set(`${tenantId(number)}|${subscriptionId}`, row);
  }
}

beforeEach(() => {
  ports = new UpkeepPorts();
  const { subscriptions, queue, clock } = ports;
  tick = createScheduleUpkeep(
    { walkTenants: createTenantWalk(ports), subscriptions, queue, clock },
    { renewAfterMs: 30 * MINUTE, lifecycleUrl: LIFECYCLE_URL, consentApps: [NEAR_REAL_TIME], notified: true },
  );
});

describe('scheduling the upkeep of subscriptions', () => {
  it('asks for it only where somebody consented to be told of changes', async () => {
    const consented = { bundle: 'near-real-time', clientId: 'app', grantedAt: '' } as const;
    ports.addTenants(
      tenant(1, { credential: null, consents: [{ ...consented, bundle: 'directory' }] }),
      tenant(2, { credential: null, consents: [consented] }),
    );
    await tick();
    expect(ports.sent.map(({ job }) => job.tenantId)).toEqual([tenantId(2)]);
  });

  it('asks for it where one is missing or was not renewed for half an hour', async () => {
    ports.addTenants(tenant(1), tenant(2), tenant(3), tenant(4));
    know(2, { users: 1 });
    know(3, { users: 1, groups: 30 });
    know(4, { users: 1, groups: 22 });
    await tick();
    expect(ports.jobs()).toEqual(
      [1, 2, 3].map((n) => ({ version: 1, kind: 'subscriptions', tenantId: tenantId(n), attempt: 0 })),
    );
  });

  it('asks for it where one has expired, however young', async () => {
    ports.addTenants(tenant(1));
    know(1, { users: 1, groups: 1 });
    ports.now = Date.parse('2026-04-01T00:00:00Z');
    await tick();
    expect(ports.jobs()).toHaveLength(1);
  });

  it('asks once in five minutes, and again after them as long as it is due', async () => {
    ports.addTenants(tenant(1));
    await tick();
    await tick();
    ports.now += 4 * MINUTE;
    await tick();
    expect(ports.messages.size).toBe(1);
    ports.now += MINUTE;
    await tick();
    expect(ports.messages.size).toBe(2);
  });

  it('renews at least every 45 minutes when it ticks every five', async () => {
    ports.addTenants(tenant(1));
    know(1, { users: 0, groups: 0 });
    const renewed = ports.now;
    while (ports.messages.size === 0) {
      ports.now += 5 * MINUTE;
      await tick();
    }
    expect(ports.now - renewed).toBeLessThanOrEqual(40 * MINUTE);
  });

  it('asks for none where the tenant is connected only, parked or paused', async () => {
    const parked = { kind: 'parked', since: '', reason: '', fix: '', before: 'running' } as const;
    ports.addTenants(
      tenant(1, { state: { kind: 'connected', since: '2026-05-01T00:00:00.000Z' } }),
      tenant(2, { state: parked }),
      tenant(3, { paused: true }),
    );
    await tick();
    expect(ports.messages.size).toBe(0);
  });

  it('spreads what need not be at once over the minutes to the next tick', async () => {
    const many = Array.from({ length: 60 }, (_, n) => n + 1);
    ports.addTenants(...many.map((n) => tenant(n)));
    for (const n of many) know(n, { users: 29.9, groups: 29.9 });
    await tick();
    const dueIn = ports.sent.map(({ dueAt }) => dueAt! - ports.now);
    expect(dueIn).toHaveLength(60);
    expect(Math.min(...dueIn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...dueIn)).toBeLessThan(4 * MINUTE);
    for (const minute of [0, 1, 2, 3])
      expect(dueIn.filter((due) => Math.floor(due / MINUTE) === minute).length).toBeGreaterThan(5);
  });

  it('asks at once where one is missing, or should have been renewed', async () => {
    ports.addTenants(tenant(1), tenant(2));
    know(1, { users: 1 });
    know(2, { users: 1, groups: 30 });
    await tick();
    expect(ports.sent.map(({ dueAt }) => dueAt)).toEqual([null, null]);
  });

  it('asks for a new one where the client state is old, there is no lifecycle address, or two were left', async () => {
    ports.addTenants(tenant(1), tenant(2), tenant(3), tenant(4));
    for (const n of [1, 2, 3, 4]) know(n, { users: 1, groups: 1 });
    const change = (n: number, of: string, values: object): void => {
      const key = `${tenantId(n)}|${n}-users`;
      ports.subscriptionRows.set(`${tenantId(n)}|${of}`, { ...ports.subscriptionRows.get(key)!, ...values });
    };
    change(1, '1-users', { madeAt: new Date(ports.now - 8 * 24 * 60 * MINUTE).toISOString() });
    change(2, '2-users', { lifecycleUrl: null });
    change(3, 'second', { subscriptionId: 'second' });
    await tick();
    expect(ports.jobs().map(({ tenantId }) => tenantId)).toEqual([1, 2, 3].map(tenantId));
  });

  it('goes on past a tenant whose rows cannot be read', async () => {
    ports.addTenants(tenant(1), tenant(2));
    ports.fail = (call) => {
      if (call === `subscriptions.list ${tenantId(1)}`) throw new Unavailable('table away');
    };
    await expect(tick()).rejects.toThrow(AggregateError);
    expect(ports.jobs()).toMatchObject([{ tenantId: tenantId(2) }]);
  });
});
