import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AdminEndpoint, adminPrefix } from './admin-endpoint.js';
import { readBody, singleHeaders, toRpcRequest, writeRpcResponse } from './http-message.js';
import type { Invoker } from './invocation.js';
import { describeError, type Log } from './log.js';
import type { RouteTable } from './route-table.js';
import { signIn } from './sign-in.js';

export interface HttpServerOptions {
  readonly routes: RouteTable;
  readonly invoker: Invoker;
  readonly admin: AdminEndpoint;
  readonly log: Log;
  /** Milliseconds after which Azure's front end gives up on an answer; the function itself goes on. */
  readonly answerLimitMs: number;
}

/** The front door: the platform's sign-in, the admin endpoint, and the HTTP functions by route. */
export class HttpFrontEnd {
  readonly #options: HttpServerOptions;
  readonly #server: Server;
  readonly #open = new Set<ServerResponse>();
  #stopping = false;

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#answer(request, response));
    // Slow uploads are the function's own business, and an answer may take as long as the limit above.
    this.#server.requestTimeout = 0;
  }

  /** @throws Error naming the port when it is taken. @returns the port that was taken. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        const taken = error.code === 'EADDRINUSE';
        reject(taken ? new Error(`Port ${port} is taken by another process.`, { cause: error }) : error);
      });
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes no new connections; resolves when the answers under way have been written. */
  async stopAccepting(): Promise<void> {
    this.#stopping = true;
    for (const response of this.#open) askToClose(response);
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeIdleConnections();
    await closed;
  }

  /** Cuts what is still connected. */
  abort(): void {
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#open.add(response);
    response.once('close', () => this.#open.delete(response));
    if (this.#stopping) askToClose(response);
    try {
      await this.#dispatch(request, response);
    } catch (error) {
      if (request.destroyed && !request.complete) return; // the client left in mid-request: nobody to answer
      this.#options.log('error', 'host', describeError(error));
      if (!response.headersSent) response.writeHead(500);
      response.end();
    }
  }

  async #dispatch(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const url = requestUrl(request);
    if (url === undefined) {
      refuse(response, 400, 'The request names no valid address.');
    } else if (url.pathname.toLowerCase().startsWith(adminPrefix)) {
      await this.#options.admin.answer(method, url.pathname, request, response);
    } else {
      await this.#serve(method, url, request, response);
    }
  }

  async #serve(method: string, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const signedIn = signIn(singleHeaders(request));
    if (signedIn.kind === 'unknownPrincipal') {
      refuse(response, 401, signedIn.message);
      return;
    }
    const route = this.#options.routes.find(method, url.pathname);
    switch (route.kind) {
      case 'notFound':
        response.writeHead(404).end();
        break;
      case 'methodNotAllowed':
        response.writeHead(405, { allow: route.allowed.join(', ') }).end();
        break;
      case 'found': {
        const body = await readBody(request);
        if (body === undefined) {
          refuse(response, 413, 'The request body is too large.');
          break;
        }
        const rpcRequest = toRpcRequest({
          method,
          url,
          headers: signedIn.headers,
          params: route.params,
          body,
        });
        await this.#writeWithinLimit(response, this.#options.invoker.invoke(route.fn, rpcRequest));
      }
    }
  }

  /** A function that throws has been logged by the invoker; its caller sees 500 with an empty body. */
  async #writeWithinLimit(response: ServerResponse, call: ReturnType<Invoker['invoke']>): Promise<void> {
    const limit = setTimeout(() => refuse(response, 504, 'GatewayTimeout'), this.#options.answerLimitMs);
    try {
      const result = await call;
      if (!response.writableEnded) writeRpcResponse(response, result.returnValue?.http);
    } catch (error) {
      if (response.writableEnded) return;
      if (response.headersSent) throw error;
      response.writeHead(500).end();
    } finally {
      clearTimeout(limit);
    }
  }
}

function requestUrl(request: IncomingMessage): URL | undefined {
  // Put together as text: resolving "//x" against a base would make a host of it.
  const address = `http://${request.headers.host ?? 'localhost'}${request.url ?? '/'}`;
  return URL.canParse(address) ? new URL(address) : undefined;
}

/** Otherwise the connection is kept for another request, and the stop waits for it. */
function askToClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(message);
}
