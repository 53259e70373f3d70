import { describe, expect, it } from 'vitest';
import { createTableStores } from '../../../shared/adapters/tables/table-stores.js';
import { Unavailable } from '../../../shared/core/failures.js';
import type { Directory } from '../../../shared/ports/directory.js';
import { createAcceptNotifications } from '../../../shared/use-cases/notifications/accept-notifications.js';
import { createKeepSubscriptions } from '../../../shared/use-cases/keep-subscriptions/keep-subscriptions.js';
import { createScheduleUpkeep } from '../../../shared/use-cases/schedule-upkeep.js';
import { createStartNightlyRuns } from '../../../shared/use-cases/nightly/start-nightly-runs.js';
import { createTenantWalk } from '../../../shared/use-cases/walk-tenants.js';
import { MemoryQueue } from '../../fakes/memory-queue.js';
import { createMemoryTables, type RequestHook } from '../../fakes/memory-tables.js';
import { UpkeepDirectory } from './upkeep-directory.js';
import { MINUTE, tenant, tenantId, UpkeepPorts } from './upkeep-ports.js';
import { LIFECYCLE_URL } from '../../builders/subscription.js';

const one = tenantId(1);
const coalescing = { windowMs: 2_000, skewMs: 200, trailingDelaysMs: [20_000, 120_000] };
const notificationUrl = 'https://rollcall.example/api/graph/notifications';

/** The real stores over tables in memory, and a broker in memory; Graph, clock and log as in the other tests. */
async function onStores() {
  const services = new UpkeepPorts();
  const tables = createMemoryTables();
  const queue = new MemoryQueue({ now: () => services.now });
  const { clock, chance, log, clientStates } = services;
  const ports = { ...createTableStores(tables), clock, chance, log, clientStates, queue };
  await ports.tenants.create(tenant(1));
  const graph = new UpkeepDirectory(services);
  const directory = graph as unknown as Directory;
  return {
    services,
    tables,
    queue,
    ports: { ...ports, directory, walkTenants: createTenantWalk(ports) },
    graph,
  };
}

function drain(queue: MemoryQueue): unknown[] {
  const bodies: unknown[] = [];
  for (let message = queue.receive(); message !== null; message = queue.receive()) {
    bodies.push(message.body);
    message.complete();
  }
  return bodies;
}

/** Fails one request to the tables, by its place in the order of requests. */
function failingAt(place: number, count: { requests: number }): RequestHook {
  return () => {
    count.requests += 1;
    if (count.requests === place) throw new Unavailable('stopped here');
  };
}

describe('triggers on the real stores', () => {
  it('start a night once, whichever request to the tables fails, before or after it took effect', async () => {
    for (const when of ['beforeOperation', 'afterOperation'] as const) {
      for (let place = 1; ; place += 1) {
        const { services, tables, queue, ports } = await onStores();
        const tick = createStartNightlyRuns(
          { ...ports, recordMatching: { hasNews: () => Promise.resolve(false) } },
          { nightlyWindowMs: 0 },
        );
        const count = { requests: 0 };
        tables[when] = failingAt(place, count);
        await tick().catch(() => undefined);
        tables[when] = null;
        services.now += 5 * MINUTE;
        await Promise.all([tick(), tick()]);
        const runs = await ports.runs.list(one, { after: null, limit: 10 });
        expect(runs.rows.map(({ runId }) => runId)).toEqual(['nightly-2026-03-10']);
        expect((await ports.syncStates.wants(one)).map(({ resource }) => resource).toSorted()).toEqual([
          'groups',
          'users',
        ]);
        expect(drain(queue)).toMatchObject([{ kind: 'run', runId: 'nightly-2026-03-10' }]);
        expect(await ports.attention.look(one)).not.toBeNull();
        if (count.requests < place) break;
      }
    }
  });

  it('lead from upkeep over the subscription to the jobs of a notification', async () => {
    const { services, queue, ports, graph } = await onStores();
    const addresses = { notificationUrl, lifecycleUrl: LIFECYCLE_URL };
    const settings = { ...addresses, renewAfterMs: 30 * MINUTE, coalescing, consentApps: [], notified: true };
    const scheduleUpkeep = createScheduleUpkeep(ports, settings);
    const keepSubscriptions = createKeepSubscriptions(ports, settings);
    const accept = createAcceptNotifications(ports, coalescing);

    await scheduleUpkeep();
    expect(drain(queue)).toMatchObject([{ kind: 'subscriptions', tenantId: one }]);
    await keepSubscriptions(one, { attempt: 0, renewAll: false });
    await scheduleUpkeep();
    expect(drain(queue)).toMatchObject([{ kind: 'continue' }, { kind: 'continue' }]);
    services.now += 5 * MINUTE;
    drain(queue);

    const live = [...graph.live.values()].find(({ resource }) => resource === 'groups')!;
    const claim = { tenantId: one, subscriptionId: live.subscriptionId, clientState: live.clientState! };
    expect(await accept([claim, { ...claim, clientState: 'guess' }])).toEqual({
      accepted: 1,
      refused: { forgedClientState: 1 },
    });
    expect(drain(queue)).toEqual([]);
    services.now += 5 * MINUTE;
    expect(drain(queue)).toMatchObject([0, 1, 2].map(() => ({ kind: 'notification', resource: 'groups' })));
  });
});
