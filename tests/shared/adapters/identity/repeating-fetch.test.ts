import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { repeatingFetch } from '../../../../shared/adapters/identity/repeating-fetch.js';
import { Unavailable } from '../../../../shared/core/failures.js';

let server: Server;
let url: string;
let answers: RequestListener[];
let arrived: number;

beforeEach(async () => {
  answers = [];
  arrived = 0;
  server = createServer((request, response) => {
    arrived += 1;
    const next = answers.shift();
    if (next === undefined) response.writeHead(200, { date: 'now' }).end('document');
    else next(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('a fetch of the login service that is repeated', () => {
  it('reads the whole document after faults, one in the midst of it included', async () => {
    answers = [
      (request) => request.socket.destroy(),
      (_, response) => response.writeHead(503).end(),
      (request, response) => {
        response.writeHead(200, { 'content-length': '8' });
        response.write('docu', () => request.socket.destroy());
      },
    ];
    const response = await repeatingFetch(5_000, 100)(url, {});
    expect([response.status, await response.text()]).toEqual([200, 'document']);
    expect(response.headers.get('date')).toBe('now');
    expect(arrived).toBe(4);
  });

  it('asks again where it gets no answer, and ends when its caller says so', async () => {
    answers = [() => undefined];
    expect((await repeatingFetch(1_500, 100)(url, {})).status).toBe(200);
    answers = Array.from({ length: 10 }, () => () => undefined);
    const asking = repeatingFetch(60_000, 100)(url, { signal: AbortSignal.timeout(100) });
    await expect(asking).rejects.toThrow();
  });

  it('hands on a refusal as it is, redirects too', async () => {
    answers = [
      (_, response) => response.writeHead(404).end('nothing'),
      (_, response) => response.writeHead(302, { location: 'https://elsewhere.example' }).end(),
    ];
    const ask = repeatingFetch(5_000, 100);
    expect(await (await ask(url, {})).text()).toBe('nothing');
    expect((await ask(url, { redirect: 'manual' })).status).toBe(302);
    expect(arrived).toBe(2);
  });

  it('reads no more than it may', async () => {
    answers = [(_, response) => response.writeHead(200).end('x'.repeat(101))];
    await expect(repeatingFetch(5_000, 100)(url, {})).rejects.toBeInstanceOf(Unavailable);
    expect(arrived).toBe(1);
  });
});
