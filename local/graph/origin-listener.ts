import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { readBody } from './control-server.js';
import type { EmulatorCore } from './emulator-core.js';
import type { WireAnswer } from './http/call.js';

/** Serves one origin of the emulator over sockets, cut connections included. */
export function originListener(core: EmulatorCore, origin: () => string): RequestListener {
  return (request, response) => {
    exchange(core, origin(), request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(error instanceof Error ? (error.stack ?? error.message) : String(error));
    });
  };
}

async function exchange(
  core: EmulatorCore,
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  const url = new URL(request.url ?? '/', origin);
  const answer = await core.serve({
    method: request.method ?? 'GET',
    url,
    headers: headersOf(request),
    body,
  });
  await core.wait(answer.delayMs ?? 0);
  write(response, answer);
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string') headers.set(name, value);
  }
  return headers;
}

function write(response: ServerResponse, answer: WireAnswer): void {
  if (answer.cut === 'start') {
    response.destroy();
    return;
  }
  const body = Buffer.from(answer.body);
  const length = answer.status === 204 ? {} : { 'content-length': String(body.length) };
  response.writeHead(answer.status, { ...answer.headers, ...length });
  if (answer.cut === 'body') {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
    return;
  }
  response.end(answer.status === 204 ? undefined : body);
}
