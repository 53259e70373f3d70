import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './http-message.js';
import { describeError, type Log } from './log.js';

export const adminPrefix = '/admin/';

/** What the admin endpoint may start: a function by its name. */
export interface Firing {
  /** `notATimer` and `unknown` say why nothing was started. */
  start(name: string): { kind: 'started'; done: Promise<void> } | { kind: 'unknown' } | { kind: 'notATimer' };
}

/**
 * `POST /admin/functions/{name}` runs a timer function now and answers 202 at once, as the real host does. The body
 * `{ "input": … }` is accepted and, as for any timer, not used.
 *
 * @see https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http
 */
export class AdminEndpoint {
  readonly #firing: Firing;
  readonly #log: Log;

  constructor(firing: Firing, log: Log) {
    this.#firing = firing;
    this.#log = log;
  }

  async answer(
    method: string,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { status, message } = this.#decide(method, path, await readBody(request));
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(message);
  }

  #decide(
    method: string,
    path: string,
    body: readonly Buffer[] | undefined,
  ): { status: number; message?: string } {
    const name = /^\/admin\/functions\/([^/]+)\/?$/i.exec(path)?.[1];
    if (name === undefined) return { status: 404 };
    if (method !== 'POST') return { status: 405 };
    if (!isInput(body)) return { status: 400, message: 'The body is not { "input": … }.' };
    const fired = this.#firing.start(safeDecode(name));
    switch (fired.kind) {
      case 'unknown':
        return { status: 404 };
      case 'notATimer':
        return { status: 400, message: `The function ${name} has no timer trigger.` };
      case 'started':
        // The invoker has logged a failure; there is nobody here to tell.
        fired.done.catch((error: unknown) => this.#log('debug', 'host', describeError(error)));
        return { status: 202 };
    }
  }
}

function isInput(body: readonly Buffer[] | undefined): boolean {
  if (body === undefined) return false;
  if (body.length === 0) return true;
  try {
    const parsed: unknown = JSON.parse(Buffer.concat(body).toString('utf8'));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
