import {
  HttpRequest,
  InvocationContext,
  type HttpFunctionOptions,
  type HttpResponseInit,
} from '@azure/functions';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { registerGraphLifecycle } from '../../functions/graph-lifecycle.js';
import { Unavailable } from '../../shared/core/failures.js';
import type { LifecycleClaim } from '../../shared/use-cases/notifications/accept-lifecycle-events.js';

const item = {
  subscriptionId: '7f105c7d-2dc5-4530-97cd-4e7ae6504c07',
  subscriptionExpirationDateTime: '2026-04-01T00:00:00Z',
  tenantId: '11111111-AAAA-4111-8111-111111111111',
  clientState: 'state',
  lifecycleEvent: 'reauthorizationRequired',
};

let options: HttpFunctionOptions;
let taken: (LifecycleClaim | null)[];
let take: () => Promise<void>;

beforeEach(() => {
  taken = [];
  take = () => Promise.resolve();
  registerGraphLifecycle(
    { http: (_name, given) => (options = given) },
    {
      acceptLifecycleEvents: async (claims) => {
        taken.push(...claims);
        await take();
        return { accepted: claims.length, refused: {} };
      },
    },
  );
});

async function post(body: unknown, query: Record<string, string> = {}): Promise<HttpResponseInit> {
  const url = new URL('http://localhost/api/graph/lifecycle');
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const string = typeof body === 'string' ? body : JSON.stringify(body);
  const request = new HttpRequest({ method: 'POST', url: url.href, query, body: { string } });
  const context = new InvocationContext({ functionName: 'graph-lifecycle', logHandler: () => undefined });
  return await options.handler(request, context);
}

describe('the address for lifecycle events', () => {
  it('is a POST that Graph can reach without a key, and answers the handshake', async () => {
    expect(options).toMatchObject({ methods: ['POST'], authLevel: 'anonymous', route: 'graph/lifecycle' });
    expect(await post('', { validationToken: 'Validation: <b>of</b> an address' })).toEqual({
      status: 200,
      headers: { 'Content-Type': 'text/plain', 'X-Content-Type-Options': 'nosniff' },
      body: 'Validation: <b>of</b> an address',
    });
  });

  it('takes an event with its name, also one that nobody knows', async () => {
    const { subscriptionId, clientState } = item;
    const tenantId = item.tenantId.toLowerCase();
    expect(await post({ value: [item, { ...item, lifecycleEvent: 'ofTomorrow' }] })).toEqual({ status: 202 });
    expect(taken).toEqual([
      { tenantId, subscriptionId, clientState, event: 'reauthorizationRequired' },
      { tenantId, subscriptionId, clientState, event: 'ofTomorrow' },
    ]);
  });

  it('takes the tenant from organizationId if there is no tenantId, as in what Graph really sends', async () => {
    const { subscriptionId, clientState, tenantId, ...others } = item;
    const sent = { ...others, subscriptionId, clientState, organizationId: tenantId, resource: '' };
    const claim = { tenantId: tenantId.toLowerCase(), subscriptionId, clientState };
    expect(await post({ value: [sent, { ...sent, tenantId: null }] })).toEqual({ status: 202 });
    expect(taken).toEqual([
      { ...claim, event: 'reauthorizationRequired' },
      { ...claim, event: 'reauthorizationRequired' },
    ]);
  });

  it('believes tenantId if organizationId names another, and takes none that names no tenant at all', async () => {
    const { tenantId, ...nowhere } = item;
    await post({ value: [{ ...item, organizationId: '22222222-2222-4222-8222-222222222222' }] });
    expect(taken).toMatchObject([{ tenantId: tenantId.toLowerCase() }]);
    for (const organizationId of [undefined, null, 'x', 7]) {
      taken = [];
      expect(await post({ value: [{ ...nowhere, organizationId }] })).toEqual({ status: 202 });
      expect(taken).toEqual([null]);
    }
  });

  it('takes none for one that names no event, or anything else', async () => {
    const { lifecycleEvent: _, ...change } = item;
    for (const bad of [
      change,
      { ...item, lifecycleEvent: null },
      { ...item, lifecycleEvent: 'a b' },
      1,
      null,
    ]) {
      taken = [];
      expect(await post({ value: [bad] })).toEqual({ status: 202 });
      expect(taken).toEqual([null]);
    }
  });

  it('answers 202, 400 or 413 to anything at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (body) => {
        expect([202, 400, 413]).toContain((await post(body)).status);
      }),
    );
  });

  it('answers 503 where it could not be taken, and before Graph calls it slow where that takes too long', async () => {
    take = () => Promise.reject(new Unavailable('the broker is away', null));
    expect((await post({ value: [item] })).status).toBe(503);
    vi.useFakeTimers();
    try {
      take = () => new Promise(() => undefined);
      const answer = post({ value: [item] });
      await vi.advanceTimersByTimeAsync(8_000);
      expect((await answer).status).toBe(503);
    } finally {
      vi.useRealTimers();
    }
  });
});
