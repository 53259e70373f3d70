import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Serve = (address: string, init: RequestInit) => Promise<Response>;

export interface HttpsFront {
  /** `https://localhost:<port>`. */
  readonly origin: string;
  /** From now on requests are answered by this. */
  serve(handler: Serve): void;
  /** Whether a connection that was kept is closed as a request arrives on it, before it is served. */
  cutKeptConnections(cuts: boolean): void;
  /** How many connections were cut so. */
  cuts(): number;
  close(): Promise<void>;
}

/** An https server in front of something with the face of fetch; a failed answer cuts the connection. */
export async function startHttpsFront(tls: { key: string; cert: string }): Promise<HttpsFront> {
  let handler: Serve = () => Promise.resolve(new Response(null, { status: 503 }));
  let origin = '';
  let cutsKept = false;
  let cuts = 0;
  const used = new WeakSet<object>();
  const server: Server = createServer(tls, (request, response) => {
    if (cutsKept && used.has(request.socket)) {
      cuts += 1;
      request.socket.destroy();
      return;
    }
    used.add(request.socket);
    answer(origin, request, response, handler).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    serve: (next) => {
      handler = next;
    },
    cutKeptConnections: (given) => {
      cutsKept = given;
    },
    cuts: () => cuts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
  handler: Serve,
): Promise<void> {
  const method = request.method ?? 'GET';
  const body = await text(request);
  const headers = Object.entries(request.headersDistinct).flatMap(([name, values]) =>
    name.startsWith(':') || name === 'connection'
      ? []
      : [[name, values?.join(', ') ?? ''] as [string, string]],
  );
  const given = await handler(`${origin}${request.url ?? '/'}`, {
    method,
    headers,
    ...(body === '' ? {} : { body }),
  });
  response.writeHead(given.status, Object.fromEntries(given.headers));
  if (given.body !== null) for await (const chunk of given.body) response.write(chunk);
  response.end();
}
