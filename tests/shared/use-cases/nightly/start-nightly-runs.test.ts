import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Unavailable } from '../../../../shared/core/failures.js';
import { emptyResourceState, type Round } from '../../../../shared/core/round.js';
import { createStartNightlyRuns } from '../../../../shared/use-cases/nightly/start-nightly-runs.js';
import { createTenantWalk } from '../../../../shared/use-cases/walk-tenants.js';
import { HOUR, MINUTE, tenant, tenantId, UpkeepPorts } from '../upkeep-ports.js';

let ports: UpkeepPorts;
let tick: () => Promise<void>;

/** What the tables hold of people and records: nothing. */
const NOTHING_LEFT_OF_SETUPS = {
  setupProgresses: { all: () => Promise.resolve([]) },
  removals: { list: () => Promise.resolve({ rows: [], next: null }) },
  removalDecisions: { pending: () => Promise.resolve([]) },
  recordMatching: { hasNews: () => Promise.resolve(false) },
  edgeDoubts: { list: () => Promise.resolve([]) },
  outbox: { mayHold: () => Promise.resolve(false) },
};

function ticking(on: UpkeepPorts, nightlyWindowMs = 0): () => Promise<void> {
  const used = {
    walkTenants: createTenantWalk(on),
    tenants: on.tenants,
    runs: on.runs,
    setups: on.setups,
    syncStates: on.syncStates,
    marks: on.marks,
    ...NOTHING_LEFT_OF_SETUPS,
    attention: on.attention,
    queue: on.queue,
    clock: on.clock,
    log: on.log,
  };
  return createStartNightlyRuns(used, { nightlyWindowMs });
}

beforeEach(() => {
  ports = new UpkeepPorts();
  tick = ticking(ports);
});

const start = (number: number, date: string): string => `run:${tenantId(number)}:nightly-${date}:start`;

describe('a tick of the nightly timer', () => {
  it('records the run, wants a round of each resource, queues it and calls the attention of a worker', async () => {
    ports.addTenants(tenant(1));
    await tick();
    expect([...ports.runRows.values()]).toMatchObject([
      { runId: 'nightly-2026-03-10', trigger: 'nightly', status: 'NotStarted', jobs: ['users', 'groups'] },
    ]);
    expect([...ports.wantRows.values()]).toMatchObject([
      { resource: 'users', full: false },
      { resource: 'groups', full: false },
    ]);
    expect([...ports.messages.values()]).toEqual([
      {
        messageId: start(1, '2026-03-10'),
        job: { version: 1, tenantId: tenantId(1), attempt: 0, kind: 'run', runId: 'nightly-2026-03-10' },
        dueAt: null,
      },
    ]);
    expect(ports.signals).toEqual([`${tenantId(1)} run:nightly-2026-03-10`]);
  });

  it('gives tenants with the same night messages of their own', async () => {
    ports.addTenants(...Array.from({ length: 10 }, (_, n) => tenant(n)));
    await tick();
    expect(ports.messages.size).toBe(10);
  });

  it('starts the nights of tenants at one hour all over the window, each once and with its own date', async () => {
    ports.addTenants(
      ...Array.from({ length: 30 }, (_, n) =>
        tenant(n, { nightlyAt: '23:30', connectedAt: '2026-03-10T12:00:00Z' }),
      ),
    );
    const runsSent = () => ports.sent.filter(({ job }) => job.kind === 'run').length;
    ports.now = Date.parse('2026-03-10T23:30:00Z');
    const started: number[] = [];
    for (let ticks = 0; ticks <= 12; ticks += 1) {
      const before = runsSent();
      await ticking(ports, HOUR)();
      started.push(runsSent() - before);
      for (const [key, run] of ports.runRows) ports.runRows.set(key, { ...run, status: 'Succeeded' });
      ports.now += 5 * MINUTE;
    }
    expect(started.reduce((sum, each) => sum + each)).toBe(30);
    expect(Math.max(...started)).toBeLessThan(10);
    expect(new Set([...ports.runRows.values()].map(({ runId }) => runId))).toEqual(
      new Set(['nightly-2026-03-10']),
    );
  });

  it('starts nothing for a tenant that is connected only, parked, paused, or not due yet', async () => {
    const since = '2026-01-01T00:00:00Z';
    ports.addTenants(
      tenant(1, { state: { kind: 'connected', since: '2026-05-01T00:00:00.000Z' } }),
      tenant(2, { state: { kind: 'parked', since, reason: 'r', fix: 'f', before: 'running' } }),
      tenant(3, { paused: true }),
      tenant(4, { connectedAt: '2026-03-10T11:00:00Z' }),
    );
    await tick();
    expect(ports.runRows.size).toBe(0);
    expect(ports.messages.size).toBe(0);
  });

  it('changes nothing at a second tick, also when fired by hand at the same moment', async () => {
    ports.addTenants(tenant(1));
    await Promise.all([tick(), tick()]);
    await tick();
    expect(ports.runRows.size).toBe(1);
    expect(ports.messages.size).toBe(1);
  });

  it('does not run a night again that is over', async () => {
    ports.addTenants(tenant(1));
    await tick();
    const [key, run] = [...ports.runRows][0]!;
    ports.runRows.set(key, { ...run, status: 'Succeeded' });
    ports.wantRows.clear();
    ports.messages.clear();
    ports.now += 3 * HOUR;
    await tick();
    expect(ports.messages.size).toBe(0);
    expect(ports.wantRows.size).toBe(0);
  });

  it('makes one run of several missed nights', async () => {
    ports.addTenants(tenant(1));
    ports.now += 5 * 24 * HOUR;
    await tick();
    expect([...ports.runRows.values()].map(({ runId }) => runId)).toEqual(['nightly-2026-03-15']);
  });

  it('sends a run that a crash left recorded only, wherever it struck', async () => {
    for (const step of ['want', 'send', 'signal']) {
      const crashed = new UpkeepPorts();
      crashed.addTenants(tenant(1));
      crashed.fail = (call) => {
        if (call.startsWith(step)) throw new Unavailable('crashed');
      };
      await expect(ticking(crashed)()).rejects.toThrow('crashed');
      crashed.fail = () => undefined;
      crashed.now += 5 * MINUTE;
      await ticking(crashed)();
      expect(crashed.runRows.size).toBe(1);
      expect([...crashed.messages.keys()]).toEqual([start(1, '2026-03-10')]);
      expect(crashed.wantRows.size).toBe(2);
      expect(crashed.signals).toHaveLength(1);
    }
  });

  it('tries every tenant and page, and tells all failures at the end as one error', async () => {
    ports.addTenants(
      ...Array.from({ length: 10 }, (_, n) => tenant(n)),
      tenant(10, { timeZone: 'No/Where' }),
    );
    ports.fail = (call) => {
      if (call === `runs.get ${tenantId(2)}`) throw new Unavailable('table away');
    };
    const failure = await tick().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AggregateError);
    expect((failure as AggregateError).errors).toHaveLength(2);
    expect((failure as Error).message).toContain(`Tenant ${tenantId(2)}: table away`);
    expect((failure as Error).message).toContain('No/Where');
    expect(ports.messages.size).toBe(9);
  });

  it('says so when not all tenants could be listed', async () => {
    ports.addTenants(...Array.from({ length: 7 }, (_, n) => tenant(n)));
    ports.fail = (call) => {
      if (call === 'tenants.list 3') throw new Unavailable('table away');
    };
    await expect(tick()).rejects.toThrow('Not all tenants could be listed');
    expect(ports.messages.size).toBe(3);
  });

  it('starts each night of each tenant once, over any pattern of ticks, doubles and crashes', async () => {
    const ticks = fc.array(
      fc.record({
        gap: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 60, max: 2_000 })),
        failing: fc.constantFrom(null, 'want', 'send', 'signal', 'runs.get', 'runs.request'),
      }),
      { minLength: 1, maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(ticks, async (pattern) => {
        const world = new UpkeepPorts();
        world.addTenants(tenant(1), tenant(2, { timeZone: 'America/Los_Angeles' }));
        const runTick = ticking(world);
        for (const { gap, failing } of pattern) {
          world.now += gap * MINUTE;
          world.fail = (call) => {
            if (failing !== null && call.startsWith(failing) && call.includes(tenantId(1)))
              throw new Unavailable('x');
          };
          await runTick().catch(() => undefined);
        }
        world.fail = () => undefined;
        await runTick();
        const starts = [...world.messages.keys()].filter((id) => id.startsWith('run:'));
        expect(new Set(starts)).toContain(`run:${tenantId(1)}:${lastNight(world, 1)}:start`);
        expect(new Set(starts)).toContain(`run:${tenantId(2)}:${lastNight(world, 2)}:start`);
        for (const run of world.runRows.values()) {
          const at = new Date(Date.parse(run.requestedAt) - (run.tenantId === tenantId(1) ? 1 : 8) * HOUR);
          expect(run.runId).toBe(`nightly-${at.toISOString().slice(0, 10)}`);
        }
      }),
      { numRuns: 60 },
    );
  });
});

/** 01:00 in UTC, or 08:00 UTC where Los Angeles is on summer time, as it is from 8 March 2026. */
function lastNight(world: UpkeepPorts, number: number): string {
  const date = new Date(world.now - (number === 1 ? 1 : 8) * HOUR).toISOString().slice(0, 10);
  return `nightly-${date}`;
}

describe('the net for lost jobs', () => {
  const beforeNight = { connectedAt: '2026-03-10T11:00:00Z' };
  const wakes = (): string[] => [...ports.messages.keys()].filter((id) => id.startsWith('wake:'));

  it('wakes a tenant whose wanted round stands for ten minutes, once per ten minutes', async () => {
    ports.addTenants(tenant(1, beforeNight));
    const since = new Date(ports.now).toISOString();
    await ports.syncStates.want(tenantId(1), 'users', { full: false, since });
    ports.now += 9 * MINUTE;
    await tick();
    expect(wakes()).toEqual([]);
    ports.now += 1 * MINUTE;
    await tick();
    ports.now += 5 * MINUTE;
    await tick();
    expect(wakes()).toHaveLength(1);
    expect(ports.jobs()).toMatchObject([{ kind: 'continue', tenantId: tenantId(1), attempt: 0 }]);
    ports.now += 5 * MINUTE;
    await tick();
    expect(wakes()).toHaveLength(2);
  });

  it('wakes a tenant that has marks or an old round left over, also before it is running', async () => {
    ports.addTenants(
      tenant(1, beforeNight),
      tenant(2, { state: { kind: 'connected', since: '2026-05-01T00:00:00.000Z' } }),
      tenant(3, beforeNight),
    );
    ports.markRows.set(tenantId(1), [{ kind: 'whole', markId: 'm', position: 0 }]);
    ports.states.set(`${tenantId(2)}|groups`, {
      ...emptyResourceState('groups'),
      round: { beganAt: new Date(ports.now - 11 * MINUTE).toISOString() } as Partial<Round> as Round,
    });
    await tick();
    expect(
      ports
        .jobs()
        .map((job) => job.tenantId)
        .sort(),
    ).toEqual([tenantId(1), tenantId(2)]);
  });

  it('lets a tenant sleep that is paused, awaits consent or is being removed, and a parked one unless it has work that asks nothing of Graph', async () => {
    const parked = { kind: 'parked', since: '', reason: '', fix: '', before: 'running' } as const;
    ports.addTenants(
      tenant(1, { paused: true }),
      tenant(2, { state: parked }),
      tenant(3, { state: { kind: 'awaitingConsent', since: '' } }),
      tenant(4, { state: { kind: 'disconnecting', since: '' } }),
      tenant(5, { state: parked }),
    );
    ports.states.set(`${tenantId(5)}|groups`, {
      ...emptyResourceState('groups'),
      round: { beganAt: new Date(ports.now - 11 * MINUTE).toISOString() } as Partial<Round> as Round,
    });
    for (const number of [1, 2, 3, 4]) {
      ports.markRows.set(tenantId(number), [{ kind: 'whole', markId: 'm', position: 0 }]);
    }
    await tick();
    expect(ports.jobs().map((job) => job.tenantId)).toEqual([tenantId(2)]);
  });
});
