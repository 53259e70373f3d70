import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * What becomes of a request: it is passed on; its connection is closed as it arrives, before the server sees it; or it
 * takes effect and its connection is closed in place of an answer; or it arrives nowhere and nothing is answered.
 */
export type Fate = 'passed' | 'cutBefore' | 'cutAfter' | 'unanswered';

export interface ArrivedRequest {
  /** The first line of the request, e.g. `GET /account/Users() HTTP/1.1`. */
  readonly line: string;
  /** From 1: how many requests its connection has carried, this one included. */
  readonly onConnection: number;
  /** By `performance.now()`. */
  readonly at: number;
}

export interface CuttingProxy {
  readonly port: number;
  /** Everything that arrived since `forget`. */
  readonly arrived: readonly ArrivedRequest[];
  /** Requests that are neither answered nor cut. */
  underWay(): number;
  decide(fateOf: (request: ArrivedRequest) => Fate): void;
  forget(): void;
  close(): Promise<void>;
}

/** Stands before a plain HTTP server and closes connections at the worst moment. */
export async function startCuttingProxy(target: { readonly port: number }): Promise<CuttingProxy> {
  let fateOf: (request: ArrivedRequest) => Fate = () => 'passed';
  const arrived: ArrivedRequest[] = [];
  const sockets = new Set<Socket>();
  let underWay = 0;

  const server = createServer((client) => {
    const upstream = connect(target.port, '127.0.0.1');
    const state = { requests: 0, waits: false, fate: 'passed' as Fate };
    const end = (): void => {
      if (state.waits) underWay -= 1;
      state.waits = false;
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on('data', (chunk: Buffer) => {
      // Clients send no request before the one before it was answered.
      if (!state.waits) {
        state.waits = true;
        underWay += 1;
        const line = chunk.toString('latin1').split('\r\n', 1)[0] ?? '';
        const request = { line, onConnection: (state.requests += 1), at: performance.now() };
        arrived.push(request);
        state.fate = fateOf(request);
      }
      if (state.fate === 'cutBefore') {
        client.resetAndDestroy();
        end();
      } else if (state.fate !== 'unanswered') upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (state.fate === 'cutAfter') {
        end();
        return;
      }
      if (state.waits) underWay -= 1;
      state.waits = false;
      client.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    arrived,
    underWay: () => underWay,
    decide: (next) => {
      fateOf = next;
    },
    forget: () => {
      arrived.length = 0;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
