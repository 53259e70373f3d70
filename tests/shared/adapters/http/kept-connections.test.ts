import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { createPipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { keptConnections } from '../../../../shared/adapters/http/kept-connections.js';

let server: Server;
let connections: Socket[];
let url: string;

beforeEach(async () => {
  connections = [];
  server = createServer((_, response) => {
    response.writeHead(503, [
      ['retry-after', '0'],
      ['retry-after', '12'],
    ]);
    response.end();
  });
  server.on('connection', (socket) => connections.push(socket));
  // Announced in every answer as `Keep-Alive: timeout=2`.
  server.keepAliveTimeout = 2_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function ask(): Promise<PipelineResponse> {
  return await keptConnections.sendRequest(createPipelineRequest({ url, allowInsecureConnection: true }));
}

describe('kept connections', () => {
  it('are used again, and closed before the server closes them', async () => {
    await ask();
    await ask();
    expect(connections).toHaveLength(1);
    const [socket] = connections;
    let serverClosed = false;
    server.on('timeout', () => (serverClosed = true));
    await once(socket!, 'end');
    expect(serverClosed).toBe(false);
  });

  it('hand on every value of a header that was sent twice', async () => {
    expect((await ask()).headers.get('retry-after')).toBe('0, 12');
  });
});
