import { afterEach, describe, expect, it } from 'vitest';
import { TABLES } from '../../../../shared/adapters/tables/tables.js';
import { beginDisconnection } from '../../../../shared/use-cases/disconnect-tenant/begin-disconnection.js';
import { aTenant } from '../../../builders/tenant.js';
import { TENANT_ID } from '../../../histories/world.js';
import { addMember, group, move, userId, users } from '../sync-tenant/changes.js';
import { hostView, Scene } from '../sync-tenant/scene.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let scene: Scene;
afterEach(() => scene.close());

async function disconnect(): Promise<void> {
  const { ports } = scene.world.host(hostView());
  await beginDisconnection(ports, TENANT_ID, { confirm: 'Contoso', accepts: null });
  await scene.settle();
  expect((await scene.world.stores.disconnections.get(TENANT_ID))?.value.status).toBe('Succeeded');
}

function tablesNamingIt(): string[] {
  return TABLES.filter(
    (table) =>
      table !== 'Disconnections' && JSON.stringify(scene.world.tables.rows(table)).includes(TENANT_ID),
  );
}

async function halfway(isHalfway: () => boolean): Promise<void> {
  while (!isHalfway()) await new Promise((resolve) => setImmediate(resolve));
}

/** The timer, as often as it comes in that time. */
async function ticksFor(milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 5 * MINUTE) {
    await scene.world.clock.advance(5 * MINUTE);
    await scene.world.host(hostView()).resumeDisconnections();
  }
}

describe('a host that sleeps over the disconnection of its tenant', () => {
  it.each([1, 2])('leaves nothing if it slept at its answer %i from Graph', async (stallAtGraph) => {
    scene = await Scene.synced([...users(3), ...group(0)]);
    await scene.change(move(1, 'Research'), addMember(0, userId(1)));
    const since = new Date(scene.world.clock.now()).toISOString();
    for (const resource of ['users', 'groups'] as const)
      await scene.world.stores.syncStates.want(TENANT_ID, resource, { full: false, since });
    const job = { version: 1, kind: 'continue', tenantId: TENANT_ID, attempt: 0, reason: 'poll' };
    scene.world.queue.put('poll', TENANT_ID, job);
    const view = hostView({ stallAtGraph });
    const delivery = (await scene.receive())!;
    const work = scene.handle(view, delivery);
    await halfway(() => view.stalled);
    scene.world.queue.loseLock(delivery.sessionId);
    await scene.world.clock.advance(65_000);
    await disconnect();
    view.wakeUp();
    await work;
    await scene.settle();
    expect(tablesNamingIt()).toEqual([]);
  });

  it('leaves nothing if it slept before it took the lease', async () => {
    scene = await Scene.synced(users(3), { subscribing: true });
    const job = { version: 1, kind: 'continue', tenantId: TENANT_ID, attempt: 0, reason: 'poll' };
    scene.world.queue.put('poll', TENANT_ID, job);
    const asleep: { wakeUp: (() => void) | null } = { wakeUp: null };
    let hasSlept = false;
    scene.beforeTable = ({ table }) => {
      if (table !== 'Leases' || hasSlept) return;
      hasSlept = true;
      return new Promise<void>((resolve) => (asleep.wakeUp = resolve));
    };
    const delivery = (await scene.receive())!;
    const work = scene.handle(hostView(), delivery);
    await halfway(() => asleep.wakeUp !== null);
    scene.world.queue.loseLock(delivery.sessionId);
    await disconnect();
    asleep.wakeUp?.();
    await work;
    await scene.settle();
    expect(tablesNamingIt()).toEqual([]);
  });
});

describe('what is written of a tenant after it was disconnected', () => {
  const since = '2026-01-01T00:00:00.000Z';

  it('is removed by the timer within an hour, and later within a day', async () => {
    scene = await Scene.synced(users(3));
    await disconnect();
    const { stores } = scene.world;
    await stores.syncStates.want(TENANT_ID, 'users', { full: false, since });
    await stores.attention.signal(TENANT_ID, 'late');
    await ticksFor(60 * MINUTE);
    expect(tablesNamingIt()).toEqual([]);
    await ticksFor(DAY);
    await stores.syncStates.want(TENANT_ID, 'users', { full: false, since });
    await ticksFor(DAY);
    expect(tablesNamingIt()).toEqual([]);
  });

  it('is kept once the tenant is connected again', async () => {
    scene = await Scene.synced(users(3));
    await disconnect();
    const { stores } = scene.world;
    await stores.tenants.create(aTenant({ tenantId: TENANT_ID }));
    await stores.syncStates.want(TENANT_ID, 'users', { full: false, since });
    await ticksFor(60 * MINUTE);
    expect(await stores.syncStates.wants(TENANT_ID)).toHaveLength(1);
  });
});
