import { afterEach, describe, expect, it } from 'vitest';
import { TABLES } from '../../../../shared/adapters/tables/tables.js';
import { Unavailable } from '../../../../shared/core/failures.js';
import { requestRuns } from '../../../../shared/use-cases/request-runs.js';
import { QUICK, TENANT_ID } from '../../../histories/world.js';
import { addMember, group, move, userId, users } from './changes.js';
import { hostView, Scene } from './scene.js';

const SECOND = 1_000;

/** Invariant 11: a message is done, copied to a later time, or set aside with its reason. */
describe('a passing failure', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it('is tried ten times, from 5 s to 15 min apart, then the run fails and the job is set aside', async () => {
    scene = await Scene.synced(users(3));
    await scene.world.emulator.addFault({
      path: '/users/delta',
      times: null,
      fault: { kind: 'status', status: 503 },
    });
    const run = await scene.sync({ jobs: ['users'] });
    const tries = scene.jobs.filter(({ job }) => job.kind === 'run');
    expect(tries.map(({ job }) => job.attempt)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const gaps = tries.slice(1).map(({ at }, n) => at - (tries[n]?.endedAt ?? 0));
    for (const [n, gap] of gaps.entries()) {
      const longest = Math.min(900 * SECOND, 5 * SECOND * 2 ** n);
      expect(gap).toBeGreaterThanOrEqual(longest / 2);
      expect(gap).toBeLessThanOrEqual(longest);
    }
    expect(run).toMatchObject({ status: 'Failed', error: { code: 'Unavailable' } });
    expect(await scene.deadLetters()).toMatchObject([{ kind: 'job', tenantId: TENANT_ID }]);
    expect(await scene.world.stores.syncStates.wants(TENANT_ID)).toEqual([]);
    expect(scene.world.queue.size).toBe(0);
    expect((await scene.tenant()).state.kind).toBe('running');
  });

  it('is counted from nothing again once something was achieved', async () => {
    scene = await Scene.open(users(30), { settings: { chunk: { ...QUICK.chunk, objects: 1 } } });
    // After every page, three refusals: what one job tries.
    for (let skip = 1; skip < 14; skip += 1) {
      await scene.world.emulator.addFault({
        path: '/users/delta',
        skip,
        times: 3,
        fault: { kind: 'status', status: 503 },
      });
    }
    const run = await scene.sync({ jobs: ['users'] });
    expect(run.status).toBe('Succeeded');
    const attempts = scene.jobs.filter(({ job }) => job.kind === 'run').map(({ job }) => job.attempt);
    expect(attempts.length).toBeGreaterThan(QUICK.retry.attempts);
    expect(Math.max(...attempts)).toBe(1);
    await scene.expectMirrored();
  });

  it.each(['Leases', 'Pending', 'Memberships', 'Users', 'SyncState', 'GroupCounts', 'Runs'] as const)(
    'of the table %s is waited out, and nothing is lost',
    async (table) => {
      scene = await Scene.synced([...users(3), ...group(0, [userId(0)])]);
      await scene.change(
        { kind: 'softDeleteUser', id: userId(0) },
        addMember(0, userId(1)),
        addMember(0, userId(2)),
        move(2, 'Research'),
      );
      await scene.requestRun();
      let refused = 0;
      scene.beforeTable = (request) => {
        if (request.table !== table || !request.writes || ++refused > 3) return;
        throw new Unavailable('The tables cannot be reached.');
      };
      // A lease that could not be given back runs out by itself.
      await scene.settle();
      expect(refused).toBeGreaterThan(3);
      await scene.expectMirrored();
      expect((await scene.runs()).map((run) => run.status)).toEqual(['Succeeded', 'Succeeded']);
    },
  );
});

describe('an unknown failure', () => {
  it('is thrown, so that the broker serves the message again, and the lease is given back', async () => {
    const scene = await Scene.synced(users(3));
    await scene.change(move(0, 'Research'));
    await scene.requestRun({ jobs: ['users'] });
    scene.beforeTable = ({ table, writes }) => {
      if (table === 'Users' && writes) throw new TypeError('Nobody thought of this.');
    };
    await expect(scene.settle()).rejects.toThrow('Nobody thought of this.');
    expect(scene.world.queue.size).toBe(1);
    expect(await scene.deadLetters()).toEqual([]);
    expect(scene.world.tables.rows('Leases')[0]?.columns['owner']).toBe('');
    scene.beforeTable = null;
    await scene.settle();
    expect((await scene.runs())[0]?.status).toBe('Succeeded');
    await scene.expectMirrored();
    await scene.close();
  });
});

describe('a job', () => {
  it('of a tenant that is not connected is set aside', async () => {
    const scene = await Scene.open([]);
    const tenantId = '99999999-aaaa-4bbb-8ccc-000000000001';
    const job = { version: 1, kind: 'continue', tenantId, attempt: 0, reason: 'budget' };
    scene.world.queue.put('lost', tenantId, job);
    await scene.settle();
    const [letter, ...others] = await scene.deadLetters();
    expect(others).toEqual([]);
    expect(letter?.kind).toBe('job');
    expect(JSON.parse(letter?.body ?? '')).toEqual(job);
    expect(scene.world.queue.size).toBe(0);
    await scene.close();
  });
});

/** Invariant 12: no secret value leaves the vault adapter and the token request. */
describe('a secret', () => {
  it('is in no log line, no row and no message, whatever fails', async () => {
    const scene = await Scene.synced([...users(3), ...group(0)]);
    const { core } = scene.world.emulator;
    const serve = core.serve.bind(core);
    const tokens = new Set<string>();
    core.serve = (request) => {
      const token = request.headers.get('authorization')?.replace('Bearer ', '');
      if (token !== undefined) tokens.add(token);
      return serve(request);
    };
    for (const status of [401, 403, 400, 404, 429, 500]) {
      const code = 'Failed';
      const fault = { kind: 'status', status, code, message: 'It failed.' } as const;
      await scene.world.emulator.addFault({ path: '/users/delta', times: 4, fault });
    }
    await scene.world.emulator.addFault({ login: true, times: 1, fault: { kind: 'status', status: 500 } });
    for (let runs = 0; runs < 6; runs += 1) await scene.sync();
    expect(tokens.size).toBeGreaterThan(0);
    const told = [
      scene.world.lines.join('\n'),
      JSON.stringify(TABLES.map((table) => scene.world.tables.rows(table))),
      JSON.stringify(scene.jobs),
    ].join('\n');
    expect(told).toContain('It failed.');
    for (const secret of [...tokens, '"good"', 'client_secret', 'Bearer '])
      expect(told).not.toContain(secret);
    await scene.close();
  });
});

/** Invariant 13: throttling is obeyed, per tenant. */
describe('a Retry-After', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it.each([1, 2.128, 12.5, 19, 40, 600])('of %f s lets no request be sent earlier', async (retryAfter) => {
    scene = await Scene.synced(users(3));
    await scene.change(move(0, 'Research'));
    await scene.world.emulator.addFault({
      path: '/users/delta',
      fault: { kind: 'status', status: 429, retryAfter },
    });
    const run = await scene.sync();
    expect(run.status).toBe('Succeeded');
    const [refused, next] = scene.graph;
    expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(retryAfter * SECOND);
    await scene.expectMirrored();
  });

  it('of a passing failure is obeyed as well', async () => {
    scene = await Scene.synced(users(3));
    await scene.world.emulator.addFault({
      path: '/users/delta',
      fault: { kind: 'status', status: 503, retryAfter: 33 },
    });
    await scene.sync();
    const [refused, next] = scene.graph;
    expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(33 * SECOND);
  });

  it('that is missing is made up for by a pause that grows', async () => {
    scene = await Scene.synced(users(3));
    await scene.world.emulator.addFault({
      path: '/users/delta',
      times: 4,
      fault: { kind: 'status', status: 429 },
    });
    await scene.sync();
    const [first, second] = scene.graph;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(250);
  });

  it('of one tenant does not make another wait', async () => {
    scene = await Scene.synced(users(3));
    const other = await connectAnother();
    await scene.change(move(0, 'Research'));
    await scene.world.emulator.addFault({
      tenantId: TENANT_ID,
      times: null,
      fault: { kind: 'status', status: 429, retryAfter: 300 },
    });
    const slow = await scene.requestRun();
    const began = scene.world.clock.now();
    const { ports } = scene.world.host(hostView());
    await requestRuns(ports, other, { jobs: ['users', 'groups'], full: false });
    await scene.settle(60 * SECOND);
    const [quick] = (await scene.world.stores.runs.list(other, { after: null, limit: 1 })).rows;
    expect(quick?.status).toBe('Succeeded');
    expect(Date.parse(quick?.endedAt ?? '') - began).toBeLessThan(10 * SECOND);
    expect((await scene.run(slow.runId)).status).toBe('Running');
    await scene.world.emulator.clearFaults();
    await scene.settle();
    expect((await scene.run(slow.runId)).status).toBe('Succeeded');
  });

  async function connectAnother(): Promise<string> {
    const tenantId = '11111111-aaaa-4bbb-8ccc-000000000002';
    const [first] = await scene.world.emulator.listTenants();
    await scene.world.emulator.createTenant({
      tenantId,
      domain: 'fabrikam.example',
      apps: first?.apps ?? [],
    });
    await scene.world.emulator.applyChanges(tenantId, [...users(2), ...group(0, [userId(0)])]);
    await scene.world.stores.tenants.create({
      ...(await scene.tenant()),
      tenantId,
      state: { kind: 'connected', since: '2026-05-01T00:00:00.000Z' },
      bucketCount: null,
    });
    return tenantId;
  }
});
