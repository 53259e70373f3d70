import type { Context, Middleware } from '@microsoft/microsoft-graph-client';

import { Failure, RequestRefused, Unavailable } from '../../core/failures.js';
import { linkProblem } from '../../core/pinned-link.js';
import { carry } from './carried-failure.js';
import { shortAddress } from './short-address.js';
import { TokenRequest } from './token-request.js';

/** A lasting refusal costs a tenant one more login in so many milliseconds. */
const LOGIN_AFTER_REFUSAL_MS = 60_000;

/**
 * Adds the access token, after the address was found to be on the tenant's own Graph host. A 401 is answered once
 * with a fresh token (concepts/resolve-auth-errors.md), and so is a 403 of a token that was kept for a while: it may
 * be from before a grant, and lacks its role.
 */
export class PinnedAuthentication implements Middleware {
  #next: Middleware | null = null;

  constructor(private readonly newRequestId: () => string) {}

  setNext(next: Middleware): void {
    this.#next = next;
  }

  async execute(context: Context): Promise<void> {
    const request = context.middlewareControl?.getMiddlewareOptions(TokenRequest);
    if (!(request instanceof TokenRequest)) throw new Error('A Graph request without a TokenRequest');
    const problem = linkProblem(request.address, request.graphOrigin);
    if (problem !== null) {
      const message = `No token is sent to ${shortAddress(request.address)}: ${problem}`;
      throw carry(new RequestRefused(message, 0, 'AddressNotPinned'));
    }
    context.request = request.address;
    const kept = await carried(() => request.token({ fresh: false }));
    await this.#send(context, request, kept);
    const refused = context.response;
    if (refused?.status !== 401 && refused?.status !== 403) return;
    const wish = refused.status === 401 ? {} : { unlessWithinMs: LOGIN_AFTER_REFUSAL_MS };
    const token = await carried(() => request.token({ fresh: true, ...wish }));
    if (refused.status === 403 && token === kept) return;
    // Read to its end, so that the connection can be used again.
    await carried(() => refused.text(), request.address);
    await this.#send(context, request, token);
  }

  async #send(context: Context, request: TokenRequest, token: string): Promise<void> {
    const headers = { ...(context.options?.headers as Record<string, string> | undefined) };
    headers['Authorization'] = `Bearer ${token}`;
    headers['client-request-id'] = this.newRequestId();
    context.options = { ...context.options, headers };
    await carried(async () => this.#next?.execute(context), request.address);
  }
}

/** What breaks on the way (no connection, cut, timed out) is a passing fault; our own failures keep their kind. */
async function carried<Value>(action: () => Promise<Value>, address?: string): Promise<Value> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Failure) throw carry(error);
    const where = address === undefined ? 'The login endpoint' : `Graph at ${shortAddress(address)}`;
    throw carry(new Unavailable(`${where} could not be reached`, null, { cause: error }));
  }
}
