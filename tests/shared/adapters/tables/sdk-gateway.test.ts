import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { RequestRefused, RowConflict, Throttled, Unavailable } from '../../../../shared/core/failures.js';
import { rowOf, tenantPartition } from '../../../../shared/adapters/tables/keys.js';
import { createSdkGateway } from '../../../../shared/adapters/tables/sdk-gateway.js';
import type { TableGateway } from '../../../../shared/adapters/tables/gateway.js';

const address = { partition: tenantPartition('t'), row: rowOf('r') };
let server: Server | null = null;
let requests = 0;

/** A table service that always answers the same. */
async function gatewayOver(answer: RequestListener, requestTimeoutMs = 5_000): Promise<TableGateway> {
  requests = 0;
  server = createServer((request, response) => {
    requests++;
    request.resume();
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const key = Buffer.from('key').toString('base64');
  return createSdkGateway({
    connectionString: `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=${key};TableEndpoint=http://127.0.0.1:${port}/a`,
    requestTimeoutMs,
  });
}

function answering(status: number, code: string, headers: Record<string, string> = {}): RequestListener {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ 'odata.error': { code, message: { lang: 'en', value: 'said so' } } }));
  };
}

afterEach(async () => {
  server?.closeAllConnections();
  if (server?.listening === true) await new Promise((resolve) => server?.close(resolve));
});

describe('the gateway over the SDK', () => {
  it.each([
    [503, 'ServerBusy', { 'retry-after': '9.5' }, Throttled, 9_500],
    [429, 'TooManyRequests', {}, Throttled, null],
    [503, 'Down', { 'retry-after': '9' }, Unavailable, 9_000],
    [500, 'InternalError', {}, Unavailable, null],
    [404, 'TableNotFound', {}, Unavailable, null],
    [412, 'UpdateConditionNotSatisfied', {}, RowConflict, undefined],
    [409, 'EntityAlreadyExists', {}, RowConflict, undefined],
    [400, 'InvalidInput', {}, RequestRefused, undefined],
    [403, 'AuthorizationPermissionMismatch', {}, RequestRefused, undefined],
  ])(
    'reports %i %s as a failure of its kind, repeated only if that may help in time',
    async (status, code, headers, failure, retryAfterMs) => {
      const gateway = await gatewayOver(answering(status, code, headers), 2_000);
      const thrown: unknown = await gateway
        .insert('Users', { ...address, columns: {} })
        .catch((e: unknown) => e);
      expect(thrown).toBeInstanceOf(failure);
      expect((thrown as { retryAfterMs?: unknown }).retryAfterMs).toBe(retryAfterMs);
      expect((thrown as Error).message).toContain(code);
      if (status === 500) expect(requests).toBeGreaterThan(1);
      else expect(requests).toBe(1);
    },
  );

  it.each([500, 502, 503, 504, 408])('repeats reads and writes that were answered %i', async (status) => {
    const fails = answering(status, 'Passing');
    const gateway = await gatewayOver((request, response) => {
      if (requests % 3 !== 0) {
        fails(request, response);
        return;
      }
      const isRead = request.method === 'GET';
      response.writeHead(isRead ? 200 : 204, { 'content-type': 'application/json', etag: '"1"' });
      response.end(
        !isRead ? undefined : JSON.stringify({ PartitionKey: 't', RowKey: 'r', 'odata.etag': '"1"' }),
      );
    });
    expect(await gateway.get('Users', address)).toMatchObject({ row: 'r' });
    expect(await gateway.put('Users', { ...address, columns: {} })).toBe('"1"');
    expect(requests).toBe(6);
  });

  it('waits as long as the service asks if there is time for it', async () => {
    const arrivals: number[] = [];
    const busy = answering(503, 'ServerBusy', { 'retry-after': '0.4' });
    const gateway = await gatewayOver((request, response) => {
      arrivals.push(performance.now());
      if (requests === 1) busy(request, response);
      else answering(404, 'ResourceNotFound')(request, response);
    });
    expect(await gateway.get('Users', address)).toBeNull();
    const [first = 0, second = 0] = arrivals;
    expect(second - first).toBeGreaterThanOrEqual(390);
  });

  it('takes 404 for an absent row on reading and deleting, but not where the table is missing', async () => {
    const absent = await gatewayOver(answering(404, 'ResourceNotFound'));
    expect(await absent.get('Users', address)).toBeNull();
    expect(await absent.delete('Users', address, null)).toBe(false);
    server?.close();
    const missing = await gatewayOver(answering(404, 'TableNotFound'));
    await expect(missing.get('Users', address)).rejects.toBeInstanceOf(Unavailable);
  });

  it('gives up on a service that does not answer', async () => {
    const gateway = await gatewayOver(() => undefined, 50);
    await expect(gateway.get('Users', address)).rejects.toBeInstanceOf(Unavailable);
    const operations = [{ kind: 'put', row: rowOf('r'), columns: {} }] as const;
    await expect(gateway.transact('Users', address.partition, operations)).rejects.toBeInstanceOf(
      Unavailable,
    );
    await expect(
      gateway.query('Users', { in: address.partition, limit: 1, after: null }),
    ).rejects.toBeInstanceOf(Unavailable);
  });

  it('tells a cut connection as a passing fault', async () => {
    const gateway = await gatewayOver((request) => request.socket.destroy());
    await expect(gateway.put('Users', { ...address, columns: {} })).rejects.toBeInstanceOf(Unavailable);
    await expect(gateway.ensureTables()).rejects.toBeInstanceOf(Unavailable);
  });
});
