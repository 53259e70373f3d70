import { randomUUID } from 'node:crypto';

import { Client, HTTPMessageHandler, ResponseType } from '@microsoft/microsoft-graph-client';

import { Failure, NotFound, Unavailable } from '../../core/failures.js';
import type { TokenWish } from '../../ports/token-wish.js';
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
  /** In place of the platform's fetch. */
  readonly transport?: Transport;
  /** A request with its body takes no longer, milliseconds. */
  readonly requestTimeoutMs: number;
}

/**
 * The SDK's client with a chain of two: pinned authentication, then the request itself. Without the SDK's own
 * retries and redirects: whoever calls decides what a failure leads to, and no token follows a redirect.
 */
export function createGraphCaller(options: GraphCallerOptions): GraphCaller {
  const authentication = new PinnedAuthentication(randomUUID);
  authentication.setNext(
    options.transport === undefined ? new HTTPMessageHandler() : new TransportHandler(options.transport),
  );
  const client = Client.initWithMiddleware({ middleware: authentication });
  const call = (side: GraphSide, request: GraphRequest): Promise<string> =>
    send(client, side, request, options.requestTimeoutMs);
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

async function send(
  client: Client,
  side: GraphSide,
  request: GraphRequest,
  requestTimeoutMs: number,
): Promise<string> {
  try {
    const response = await execute(client, side, request, requestTimeoutMs);
    const body = await response.text();
    if (response.ok) return body;
    throw translateAnswer(
      {
        method: request.method.toUpperCase(),
        address: request.address,
        graphOrigin: side.origin,
        purpose: request.purpose ?? 'other',
        status: response.status,
        headers: response.headers,
        body,
      },
      Date.now(),
    );
  } catch (error) {
    throw asFailure(error, request.address);
  }
}

async function execute(
  client: Client,
  side: GraphSide,
  request: GraphRequest,
  requestTimeoutMs: number,
): Promise<Response> {
  const call = client
    .api(request.address)
    .responseType(ResponseType.RAW)
    .headers({ Accept: 'application/json', ...request.headers })
    .middlewareOptions([new TokenRequest(request.address, side.origin, side.token)])
    .option('redirect', 'manual')
    .option('signal', AbortSignal.timeout(requestTimeoutMs));
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

function asFailure(error: unknown, address: string): unknown {
  const carried = carriedFailure(error);
  if (carried !== null) return carried;
  if (error instanceof Failure) return error;
  return new Unavailable(`Graph at ${shortAddress(address)} broke off its answer`, null, { cause: error });
}
