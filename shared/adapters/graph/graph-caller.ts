import { randomUUID } from 'node:crypto';

import { Client, HTTPMessageHandler, ResponseType } from '@microsoft/microsoft-graph-client';

import { Failure, NotFound, Unavailable } from '../../core/failures.js';
import type { TokenWish } from '../../ports/token-wish.js';
import { repeated } from '../http/repeated.js';
import { carriedFailure } from './carried-failure.js';
import { translateAnswer } from './error-translation.js';
import { PinnedAuthentication } from './pinned-authentication.js';
import { shortAddress } from './short-address.js';
import { TokenRequest } from './token-request.js';
import { TransportHandler, type Transport } from './transport-handler.js';

interface GraphRequest {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  readonly address: string;
  readonly purpose?: 'delta' | 'other';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** One tenant's Graph: where it is and how to get a token for it. */
export interface GraphSide {
  /** Bare https origin. */
  readonly origin: string;
  readonly token: (wish: TokenWish) => Promise<string>;
}

/** Sends one request and answers the body of a 2xx; everything else is thrown as a Failure. */
export interface GraphCaller {
  call(side: GraphSide, request: GraphRequest): Promise<string>;
  /** The same, with null in place of NotFound. */
  callIfThere(side: GraphSide, request: GraphRequest): Promise<string | null>;
}

export interface GraphCallerOptions {
  /** In place of the platform's fetch, and of the repetition of reads that goes with it. */
  readonly transport?: Transport;
  /** A request with its body takes no longer, attempts included; milliseconds. */
  readonly requestTimeoutMs: number;
}

/**
 * The SDK's client with a chain of two: pinned authentication, then the request itself. Without the SDK's own
 * retries and redirects: they repeat writes too and sleep as long as Graph asks, while other requests of the tenant go
 * on; and no token follows a redirect. Reads are repeated after a fault that passes; a time that Graph names is left to
 * the caller, who keeps it for the whole tenant.
 */
export function createGraphCaller(options: GraphCallerOptions): GraphCaller {
  const authentication = new PinnedAuthentication(randomUUID);
  authentication.setNext(
    options.transport === undefined ? new HTTPMessageHandler() : new TransportHandler(options.transport),
  );
  const client = Client.initWithMiddleware({ middleware: authentication });
  const { requestTimeoutMs: deadlineMs } = options;
  const call = async (side: GraphSide, request: GraphRequest): Promise<string> => {
    const final = new WeakSet<Failure>();
    const attempt = (signal: AbortSignal): Promise<string> => send(client, side, request, { signal, final });
    if (request.method !== 'get' || options.transport !== undefined)
      return await attempt(AbortSignal.timeout(deadlineMs));
    const waitAfter = (failure: unknown): number | null =>
      failure instanceof Unavailable && failure.retryAfterMs === null && !final.has(failure) ? 0 : null;
    return await repeated(attempt, { deadlineMs, waitAfter, repeatsUnanswered: true });
  };
  return {
    call,
    callIfThere: async (side, request) => {
      try {
        return await call(side, request);
      } catch (error) {
        if (error instanceof NotFound) return null;
        throw error;
      }
    },
  };
}

interface Attempt {
  readonly signal: AbortSignal;
  /** Collects failures that are Unavailable, though sending the same again would not help. */
  readonly final: WeakSet<Failure>;
}

async function send(
  client: Client,
  side: GraphSide,
  request: GraphRequest,
  attempt: Attempt,
): Promise<string> {
  try {
    const response = await execute(client, side, request, attempt);
    const body = await response.text();
    if (response.ok) return body;
    const { status, headers } = response;
    const method = request.method.toUpperCase();
    const { address, purpose = 'other' } = request;
    const answer = { method, address, graphOrigin: side.origin, purpose, status, headers, body };
    const failure = translateAnswer(answer, Date.now());
    if (status < 500 && status !== 408) attempt.final.add(failure);
    throw failure;
  } catch (error) {
    throw asFailure(error, request.address);
  }
}

async function execute(
  client: Client,
  side: GraphSide,
  request: GraphRequest,
  { signal, final }: Attempt,
): Promise<Response> {
  const call = client
    .api(request.address)
    .responseType(ResponseType.RAW)
    .headers({ Accept: 'application/json', ...request.headers })
    .middlewareOptions([new TokenRequest(request.address, side.origin, repeatedByLogin(side.token, final))])
    .option('redirect', 'manual')
    .option('signal', signal);
  switch (request.method) {
    case 'get':
      return (await call.get()) as Response;
    case 'post':
      return (await call.post(request.body ?? {})) as Response;
    case 'patch':
      return (await call.patch(request.body ?? {})) as Response;
    case 'delete':
      return (await call.delete()) as Response;
  }
}

/** The login repeats its own requests: where it failed, it is not asked again for the sake of this one. */
function repeatedByLogin(ask: GraphSide['token'], final: WeakSet<Failure>): GraphSide['token'] {
  return async (wish) => {
    try {
      return await ask(wish);
    } catch (error) {
      if (error instanceof Failure) final.add(error);
      throw error;
    }
  };
}

function asFailure(error: unknown, address: string): unknown {
  const carried = carriedFailure(error);
  if (carried !== null) return carried;
  if (error instanceof Failure) return error;
  return new Unavailable(`Graph at ${shortAddress(address)} broke off its answer`, null, { cause: error });
}
