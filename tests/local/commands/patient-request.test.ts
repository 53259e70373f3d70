import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProductApiError, ProductUnreachable } from '../../../local/commands/patient-request.js';
import { ProductApi } from '../../../local/commands/product-api.js';
import { takeFreePort } from '../../../local/stack/ports.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const patience = { totalMs: 5_000, tryMs: 1_000, firstPauseMs: 5, longestPauseMs: 20 };
const hasty = { ...patience, totalMs: 50 };

let server: Server;
let url: string;
let requests: IncomingMessage[];
let script: Answer[];

beforeEach(async () => {
  requests = [];
  script = [];
  server = createServer((request, response) => {
    requests.push(request);
    const next = script.length > 1 ? script.shift() : script[0];
    next?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const status =
  (code: number, body: unknown = {}): Answer =>
  (_request, response) =>
    response.writeHead(code).end(JSON.stringify(body));
const cut: Answer = (request) => request.socket.destroy();
const silence: Answer = () => undefined;

describe('a request of the commands', () => {
  it.each([
    ['is answered 503', status(503)],
    ['is answered 502 by what stands in front', status(502)],
    ['is answered 429', status(429)],
    ['loses its connection', cut],
  ])('that %s is sent again until it is answered', async (_title, fault) => {
    script = [fault, fault, fault, status(200, { id: 'r1' })];
    expect(await new ProductApi(url, patience).run('t1', 'r1')).toEqual({ id: 'r1' });
    expect(requests).toHaveLength(4);
  });

  it('that gets no answer in time is sent again', async () => {
    script = [silence, status(200, { id: 'r1' })];
    const api = new ProductApi(url, { ...patience, tryMs: 100 });
    expect(await api.run('t1', 'r1')).toEqual({ id: 'r1' });
  });

  it('waits for an app that does not listen yet', async () => {
    const port = await takeFreePort();
    const asked = new ProductApi(`http://127.0.0.1:${port}`, patience).tenants();
    const late = createServer((_request, response) => response.end('{"value":[]}'));
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve) => late.listen(port, '127.0.0.1', resolve));
    try {
      expect(await asked).toEqual([]);
    } finally {
      late.closeAllConnections();
      late.close();
    }
  });

  it('that is a POST keeps its id over all tries, so that it is done once', async () => {
    script = [cut, status(409, { error: { code: 'RequestUnderWay' } }), status(202, { id: 'r1' })];
    expect(await new ProductApi(url, patience).startRun('t1')).toEqual({ id: 'r1' });
    const ids = requests.map(({ headers }) => headers['repeatability-request-id']);
    expect(ids).toEqual([ids[0], ids[0], ids[0]]);
    await new ProductApi(url, patience).startRun('t1');
    expect(requests.at(-1)?.headers['repeatability-request-id']).not.toBe(ids[0]);
  });

  it.each([400, 404, 409, 500])('that is answered %i is not sent again', async (code) => {
    script = [status(code)];
    await expect(new ProductApi(url, patience).run('t1', 'r1')).rejects.toThrow(ProductApiError);
    expect(requests).toHaveLength(1);
  });

  it('fails with the last answer once patience is at its end', async () => {
    script = [status(503, { error: { code: 'Unavailable' } })];
    await expect(new ProductApi(url, hasty).tenants()).rejects.toThrow(/503.*Unavailable/);
  });

  it('fails with the address and the reason where nothing ever listens', async () => {
    const nowhere = `http://127.0.0.1:${await takeFreePort()}`;
    const asked = new ProductApi(nowhere, hasty).tenants();
    await expect(asked).rejects.toThrow(`The app at ${nowhere} does not answer: connect ECONNREFUSED`);
    await expect(asked).rejects.toThrow(ProductUnreachable);
  });
});
