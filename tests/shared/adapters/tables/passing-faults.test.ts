import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Failure, LeaseLost, RowConflict, Unavailable } from '../../../../shared/core/failures.js';
import type { TableGateway } from '../../../../shared/adapters/tables/gateway.js';
import { rowOf, tenantPartition } from '../../../../shared/adapters/tables/keys.js';
import { createSdkGateway } from '../../../../shared/adapters/tables/sdk-gateway.js';
import { createTableStores } from '../../../../shared/adapters/tables/table-stores.js';
import { LeaseSightings } from '../../../../shared/core/lease-sightings.js';
import { systemClock } from '../../../../shared/adapters/system/system-clock.js';
import { LeaseKeeper } from '../../../../shared/use-cases/sync-tenant/lease-keeper.js';
import { startAzuriteTables, type AzuriteTables } from '../../../contracts/azurite-tables.js';
import { startCuttingProxy, type CuttingProxy, type Fate } from '../../../contracts/cutting-proxy.js';
import { describeTableGateway } from '../../../contracts/table-gateway-contract.js';

let azurite: AzuriteTables;
let proxy: CuttingProxy;

beforeAll(async () => {
  azurite = await startAzuriteTables();
  const [, port] = /127\.0\.0\.1:(\d+)/.exec(azurite.connectionString) ?? [];
  proxy = await startCuttingProxy({ port: Number(port) });
});
afterAll(async () => {
  await proxy.close();
  await azurite.stop();
});

function gatewayOver(requestTimeoutMs = 5_000): TableGateway {
  const connectionString = azurite.connectionString.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${proxy.port}`);
  return createSdkGateway({ connectionString, requestTimeoutMs });
}

describe('over connections that the server closes just as they are used again,', () => {
  beforeAll(() => {
    const isRead = (line: string): boolean => line.startsWith('GET ');
    proxy.decide(({ line, onConnection }) => (isRead(line) && onConnection > 1 ? 'cutBefore' : 'passed'));
  });
  describeTableGateway(() => gatewayOver());

  it('twelve reads at a time are all answered, time after time', async () => {
    const gateway = gatewayOver();
    const address = { partition: tenantPartition(randomUUID()), row: rowOf('r') };
    await gateway.put('Users', { ...address, columns: { n: 1 } });
    proxy.forget();
    for (let round = 0; round < 3; round += 1) {
      const rows = await Promise.all(Array.from({ length: 12 }, () => gateway.get('Users', address)));
      expect(rows.map((row) => row?.columns['n'])).toEqual(Array.from({ length: 12 }, () => 1));
    }
    expect(proxy.arrived.filter(({ onConnection }) => onConnection > 1).length).toBeGreaterThan(0);
  });
});

describe('the gateway over a service that fails now and then', () => {
  let gateway: TableGateway;
  let address: { partition: ReturnType<typeof tenantPartition>; row: ReturnType<typeof rowOf> };
  /** The fates of the requests to come, in order; later ones are passed. */
  const next = (...fates: Fate[]): void => {
    proxy.forget();
    proxy.decide(() => fates.shift() ?? 'passed');
  };
  const methods = (): string[] => proxy.arrived.map(({ line }) => line.split(' ', 1)[0] ?? '');
  const stored = async (): Promise<unknown> => (await gateway.get('Users', address))?.columns['n'];

  beforeEach(() => {
    gateway = gatewayOver();
    address = { partition: tenantPartition(randomUUID()), row: rowOf('r') };
    next();
  });

  it('repeats a read that gets no answer, in time', async () => {
    gateway = gatewayOver(3_000);
    await gateway.put('Users', { ...address, columns: { n: 1 } });
    next('unanswered');
    expect(await stored()).toBe(1);
    next('unanswered');
    const page = await gateway.query('Users', { in: address.partition, limit: 5, after: null });
    expect(page.rows).toHaveLength(1);
  });

  it('gives up a read that is never answered', async () => {
    gateway = gatewayOver(300);
    next('unanswered', 'unanswered', 'unanswered', 'unanswered', 'unanswered', 'unanswered');
    await expect(gateway.get('Users', address)).rejects.toBeInstanceOf(Unavailable);
  });

  it('repeats an unconditional write whose answer was cut off', async () => {
    next('cutAfter');
    await gateway.put('Users', { ...address, columns: { n: 2 } });
    expect(await stored()).toBe(2);
    next('cutAfter');
    await gateway.transact('Users', address.partition, [
      { kind: 'put', row: address.row, columns: { n: 3 } },
    ]);
    expect(await stored()).toBe(3);
  });

  it('does not repeat a write that got no answer: it may still take effect', async () => {
    gateway = gatewayOver(300);
    next('unanswered');
    await expect(gateway.put('Users', { ...address, columns: { n: 2 } })).rejects.toBeInstanceOf(Unavailable);
    expect(methods()).toEqual(['PUT']);
  });

  it('repeats a conditional write that had no effect, and knows by its condition that it had none', async () => {
    next('cutBefore', 'cutBefore');
    const tag = await gateway.insert('Users', { ...address, columns: { n: 1 } });
    next('cutBefore');
    const newer = await gateway.update('Users', { ...address, columns: { n: 2 } }, tag);
    next('cutBefore');
    expect(await gateway.delete('Users', address, newer)).toBe(true);
    expect(await stored()).toBeUndefined();
  });

  it.each<[string, (tag: string) => Promise<unknown>]>([
    ['an insert', () => gateway.insert('Users', { ...address, row: rowOf('new'), columns: { n: 1 } })],
    ['an update', (tag) => gateway.update('Users', { ...address, columns: { n: 2 } }, tag)],
    ['a removal under a tag', (tag) => gateway.delete('Users', address, tag)],
    ['a removal', () => gateway.delete('Users', address, null)],
    [
      'a transaction that inserts',
      () =>
        gateway.transact('Users', address.partition, [{ kind: 'insert', row: rowOf('new'), columns: {} }]),
    ],
  ])('does not claim to know what became of %s whose answer was cut off', async (_, write) => {
    const tag = await gateway.put('Users', { ...address, columns: { n: 1 } });
    next('cutAfter');
    const failure: unknown = await write(tag).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Unavailable);
    expect(methods()).toHaveLength(2);
  });

  it('still reports a conflict that only others can have made', async () => {
    const tag = await gateway.put('Users', { ...address, columns: { n: 1 } });
    await gateway.put('Users', { ...address, columns: { n: 2 } });
    next();
    await expect(gateway.update('Users', { ...address, columns: { n: 3 } }, tag)).rejects.toBeInstanceOf(
      RowConflict,
    );
  });

  it('has no request under way when the lease of its caller ends, however often it repeats', async () => {
    const timing = { leaseLengthMs: 1_500, requestInFlightMs: 700 };
    gateway = gatewayOver(300);
    const { leases } = createTableStores(azurite.gateway);
    const ports = { leases, leaseSightings: new LeaseSightings(), clock: systemClock };
    const takenAt = performance.now();
    const result = await LeaseKeeper.take(ports, timing, randomUUID(), 'owner');
    if (result.kind !== 'taken') throw new Error('The lease of a new tenant is free');
    const fence = result.keeper.fence(randomUUID(), 1);
    proxy.forget();
    proxy.decide(() => 'cutBefore');
    const failures: unknown[] = [];
    while (!failures.some((failure) => failure instanceof LeaseLost)) {
      await Promise.resolve()
        .then(() => {
          fence.assertHeld();
          return gateway.put('Users', { ...address, columns: { n: 1 } });
        })
        .catch((failure: unknown) => failures.push(failure));
      expect(proxy.underWay()).toBe(0);
    }
    expect(failures.every((failure) => failure instanceof Failure)).toBe(true);
    expect(proxy.arrived.length).toBeGreaterThan(failures.length);
    expect(Math.max(...proxy.arrived.map(({ at }) => at))).toBeLessThan(takenAt + timing.leaseLengthMs);
  });
});
