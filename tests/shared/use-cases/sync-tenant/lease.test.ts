import { afterEach, describe, expect, it } from 'vitest';
import { LeaseLost, RequestRefused } from '../../../../shared/core/failures.js';
import { LeaseKeeper } from '../../../../shared/use-cases/sync-tenant/lease-keeper.js';
import type { MemoryDelivery } from '../../../fakes/memory-queue.js';
import type { HostView } from '../../../histories/host-view.js';
import { QUICK, TENANT_ID } from '../../../histories/world.js';
import { group, groupId, move, userId, users } from './changes.js';
import { hostView, Scene } from './scene.js';

const WRITTEN = [
  'Tenants',
  'SyncState',
  'Seen',
  'Pending',
  'Leases',
  'Runs',
  'DeadLetters',
  'Users',
  'Groups',
  'Memberships',
  'MemberOf',
  'DeletedUsers',
  'GroupCounts',
] as const;

/** One writer per tenant: the lease is a fence, not a courtesy. */
describe('the lease of a tenant', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  async function received(): Promise<MemoryDelivery> {
    const delivery = await scene.receive();
    if (delivery === null) throw new Error('No message is there.');
    return delivery;
  }

  /** A host that halts with its nth page in hand while its session's lock is lost. */
  async function halted(stallAtGraph: number): Promise<{ slow: HostView; end: Promise<void> }> {
    const slow = hostView({ stallAtGraph });
    const end = scene.handle(slow, await received());
    while (!slow.stalled) await new Promise((resolve) => setImmediate(resolve));
    scene.world.queue.loseLock(TENANT_ID);
    return { slow, end };
  }

  async function leaseRow(): Promise<Readonly<Record<string, unknown>>> {
    const [row] = scene.world.tables.rows('Leases');
    return Promise.resolve(row?.columns ?? {});
  }

  it.each([1, 2, 3])(
    'that was taken over lets a host with its page %i in hand write nothing more',
    async (stallAtGraph) => {
      scene = await Scene.synced([...users(7), ...group(0, [userId(0), userId(1)])]);
      await scene.change(...[0, 1, 2, 3, 4, 5, 6].map((n) => move(n, 'Old news')));
      await scene.requestRun();
      const { slow, end } = await halted(stallAtGraph);
      await scene.change(...[0, 1, 2, 3, 4, 5, 6].map((n) => move(n, 'News')));
      await scene.world.clock.advance(QUICK.leaseLengthMs + 1_000);
      await scene.settle();
      await scene.expectMirrored();
      const before = scene.snapshot(WRITTEN);
      slow.wakeUp();
      await end;
      expect(scene.snapshot(WRITTEN)).toEqual(before);
      await scene.settle();
      await scene.expectMirrored();
    },
  );

  it('that has run out, though nobody took it, lets its host write nothing more', async () => {
    scene = await Scene.synced(users(5));
    await scene.change(move(0, 'Research'));
    await scene.requestRun({ jobs: ['users'] });
    const { slow, end } = await halted(1);
    await scene.world.clock.advance(QUICK.leaseLengthMs - QUICK.requestInFlightMs + 1);
    const before = scene.snapshot(['Users', 'SyncState', 'Pending']);
    slow.wakeUp();
    await end;
    expect(scene.snapshot(['Users', 'SyncState', 'Pending'])).toEqual(before);
    await scene.settle();
    await scene.expectMirrored();
  });

  it('that lives has another job schedule itself past it and call for attention', async () => {
    scene = await Scene.synced(users(5));
    await scene.change(move(0, 'Research'));
    await scene.requestRun({ jobs: ['users'] });
    const { slow, end } = await halted(1);
    const endsAt = Date.parse(String((await leaseRow())['expiresAt']));
    const attention = await scene.world.stores.attention.look(TENANT_ID);
    scene.forget();
    await scene.handle(hostView(), await received());
    expect(scene.graph).toEqual([]);
    expect(scene.writesTo('SyncState', 'Users', 'Leases', 'Runs')).toEqual([]);
    expect(await scene.world.stores.attention.look(TENANT_ID)).not.toBe(attention);
    expect(scene.world.queue.nextDueAt()).toBe(endsAt + QUICK.continuationDelayMs);
    slow.wakeUp();
    await end;
    await scene.settle();
    await scene.expectMirrored();
  });

  it('is renewed while a long job lasts, its waits included', async () => {
    scene = await Scene.open(users(14), { settings: { chunk: { ...QUICK.chunk, objects: 1 } } });
    // Every page is refused once: seven waits of 15 s.
    for (let skip = 0; skip < 7; skip += 1) {
      const fault = { kind: 'status', status: 429, retryAfter: 15 } as const;
      await scene.world.emulator.addFault({ path: '/users/delta', skip, fault });
    }
    const began = scene.world.clock.now();
    const left: number[] = [];
    const epochs = new Set<unknown>();
    scene.beforeTable = async ({ table, writes }) => {
      if (table !== 'Users' || !writes) return;
      const { expiresAt, epoch } = await leaseRow();
      epochs.add(epoch);
      left.push(Date.parse(String(expiresAt)) - scene.world.clock.now());
    };
    const run = await scene.sync({ jobs: ['users'] });
    expect(run.status).toBe('Succeeded');
    expect(scene.world.clock.now() - began).toBeGreaterThan(1.5 * QUICK.leaseLengthMs);
    expect([...epochs]).toEqual([1]);
    expect(Math.min(...left)).toBeGreaterThan(QUICK.requestInFlightMs);
    await scene.expectMirrored();
  });

  it('is given back after a success and after a failure, and its epoch only grows', async () => {
    scene = await Scene.open(users(2));
    const epochs: number[] = [];
    const released: unknown[] = [];
    const note = async (): Promise<void> => {
      const { epoch, owner } = await leaseRow();
      epochs.push(Number(epoch));
      released.push(owner);
    };
    await scene.sync();
    await note();
    await scene.world.emulator.addFault({
      path: '/users/delta',
      times: null,
      fault: { kind: 'status', status: 400, code: 'Request_BadRequest' },
    });
    expect((await scene.sync()).status).toBe('Failed');
    await note();
    await scene.world.emulator.clearFaults();
    await scene.world.emulator.addFault({ path: '/users/delta', times: 3, fault: { kind: 'cutConnection' } });
    await scene.sync();
    await note();
    expect(released).toEqual(['', '', '']);
    expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
    expect(new Set(epochs).size).toBe(epochs.length);
  });

  it('that was given back lets whatever is still under way write nothing more', async () => {
    scene = await Scene.synced([...users(3), ...group(0, [userId(0)])]);
    const { ports } = scene.world.host(hostView());
    const taken = await LeaseKeeper.take(ports, QUICK, TENANT_ID, 'somebody');
    if (taken.kind === 'held') throw new Error('The lease is held.');
    const { tenantId, bucketCount } = await scene.scope();
    const fence = taken.keeper.fence(tenantId, bucketCount);
    const states = await ports.syncStates.read(tenantId);
    const [user] = (await ports.mirror.readUsers(fence, [userId(0)])).values();
    const edge = { groupId: groupId(0), memberId: userId(1), memberType: 'user' };
    const mark = { kind: 'whole', markId: 'whole', position: 0 } as const;
    const writes = [
      () => ports.mirror.writeUsers(fence, [user!]),
      () => ports.mirror.removeUsers(fence, [userId(1)]),
      () => ports.mirror.createEdges(fence, [edge]),
      () => ports.groupCounts.write(fence, new Map([[groupId(0), 7]])),
      () => ports.marks.put(fence, mark),
      () => ports.syncStates.save(fence, states.users),
    ];
    await taken.keeper.release();
    scene.forget();
    const before = scene.snapshot(WRITTEN);
    for (const write of writes) await expect(write()).rejects.toThrow(LeaseLost);
    await taken.keeper.release();
    await scene.world.clock.advance(QUICK.leaseLengthMs / 2);
    await expect(taken.keeper.renewIfDue()).rejects.toThrow(LeaseLost);
    expect(scene.tableRequests.filter((request) => request.writes)).toEqual([]);
    expect(scene.snapshot(WRITTEN)).toEqual(before);
  });

  it('is given back only when no write is under way any more, though one of them failed', async () => {
    scene = await Scene.synced(users(4));
    await scene.change(...[0, 1, 2, 3].map((n) => move(n, 'Research')));
    const events: string[] = [];
    let writes = 0;
    scene.beforeTable = async (request) => {
      if (request.table !== 'Users' || !request.writes) return;
      if ((writes += 1) === 1) throw new RequestRefused('no', 400, 'InvalidInput');
      for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    };
    scene.afterTable = async (request) => {
      if (request.table === 'Users' && request.writes) events.push('written');
      if (request.table === 'Leases' && request.writes && (await leaseRow())['owner'] === '')
        events.push('given back');
    };
    const { runId } = await scene.requestRun({ jobs: ['users'] });
    await scene.settle(0);
    expect((await scene.run(runId)).status).toBe('Failed');
    expect(writes).toBeGreaterThan(1);
    expect(events).toEqual([...Array<string>(writes - 1).fill('written'), 'given back']);
  });

  it('of a host that died is waited for, not longer', async () => {
    scene = await Scene.synced(users(5));
    await scene.change(move(0, 'Research'));
    await scene.requestRun({ jobs: ['users'] });
    const diedAt = scene.world.clock.now();
    await scene.settle(Infinity, hostView({ crashAt: 14 }));
    expect((await leaseRow())['owner']).not.toBe('');
    scene.forget();
    await scene.settle();
    const [first] = scene.graph;
    expect(first?.at).toBe(diedAt + QUICK.leaseLengthMs + QUICK.continuationDelayMs);
    await scene.expectMirrored();
  });
});
