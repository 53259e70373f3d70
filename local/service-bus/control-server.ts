import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';

import { z } from 'zod';

import type { BrokerControls } from './controls.js';
import { listeningPort } from './listening.js';

export interface ControlServer {
  readonly port: number;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const sessionName = z.object({ queue: z.string(), sessionId: z.string() });
const sendFault = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('slow'), delayMs: z.number().nonnegative() }),
  z.object({ kind: z.literal('denied') }),
]);
const reachability = z.object({ isReachable: z.boolean() });

/**
 * Serves the controls of a broker in its own process, as plain http and JSON, without any authentication:
 * - `GET /queues`: counts by queue name;
 * - `POST /break-session-lock` `{ queue, sessionId }`: 404 when nobody holds the session;
 * - `POST /send-fault` `{ kind: 'none' | 'denied' }` or `{ kind: 'slow', delayMs }`;
 * - `POST /cut-connections`;
 * - `POST /reachability` `{ isReachable }`.
 */
export async function startControlServer(
  controls: BrokerControls,
  host: string,
  askedPort: number,
): Promise<ControlServer> {
  const server = createServer((request, response) => {
    respond(controls, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  server.listen(askedPort, host);
  const port = await listeningPort(server, askedPort);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function respond(
  controls: BrokerControls,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, body } = await answerTo(controls, request);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function answerTo(controls: BrokerControls, request: IncomingMessage): Promise<Answer> {
  const route = `${request.method ?? ''} ${request.url ?? ''}`;
  if (route === 'GET /queues') return { status: 200, body: controls.counts() };
  const action = actions.get(route);
  if (!action) return { status: 404, body: { error: `There is no ${route}.` } };
  try {
    return action(controls, await json(request).catch(() => undefined));
  } catch (error) {
    if (error instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(error) } };
    throw error;
  }
}

const done: Answer = { status: 200, body: {} };

const actions: ReadonlyMap<string, (controls: BrokerControls, body: unknown) => Answer> = new Map([
  [
    'POST /break-session-lock',
    (controls: BrokerControls, body: unknown) => {
      const { queue, sessionId } = sessionName.parse(body);
      const wasHeld = controls.breakSessionLock(queue, sessionId);
      return wasHeld ? done : { status: 404, body: { error: `Nobody holds session '${sessionId}'.` } };
    },
  ],
  [
    'POST /send-fault',
    (controls: BrokerControls, body: unknown) => {
      controls.setSendFault(sendFault.parse(body));
      return done;
    },
  ],
  [
    'POST /cut-connections',
    (controls: BrokerControls) => {
      controls.cutConnections();
      return done;
    },
  ],
  [
    'POST /reachability',
    (controls: BrokerControls, body: unknown) => {
      controls.setReachable(reachability.parse(body).isReachable);
      return done;
    },
  ],
]);
