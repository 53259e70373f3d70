import { describe, expect, it } from 'vitest';

import {
  AccessRefused,
  CredentialRefused,
  CursorExpired,
  NotFound,
  RequestRefused,
  Throttled,
  Unavailable,
} from '../../../../shared/core/failures.js';
import { CONNECTION, GRAPH, json, stubGraph, thrownBy } from './stub-graph.js';

const LINK = `${GRAPH}/v1.0/users/delta?$deltatoken=stored`;

async function failureOf(answer: Response, link: string | null = LINK): Promise<unknown> {
  const { directory } = stubGraph([answer]);
  return thrownBy(() => directory.readDelta(CONNECTION, 'users', link));
}

function refusal(status: number, code: string, headers: Record<string, string> = {}): Response {
  return json({ error: { code, message: 'Said Graph.' } }, status, { 'request-id': 'req-1', ...headers });
}

describe('an expired or reset delta token asks for a full round', () => {
  it.each([
    ['400 syncStateNotFound', refusal(400, 'syncStateNotFound')],
    ['400 SyncStateNotFound', refusal(400, 'SyncStateNotFound')],
    ['400 syncStateInvalid', refusal(400, 'syncStateInvalid')],
    ['404 syncStateNotFound', refusal(404, 'syncStateNotFound')],
    ['410 resyncRequired', refusal(410, 'resyncRequired')],
    ['410 resyncApplyDifferences', refusal(410, 'resyncApplyDifferences')],
    ['410 resyncUploadDifferences', refusal(410, 'resyncUploadDifferences')],
    ['410 with an empty code', refusal(410, '')],
    ['410 without a body', new Response(null, { status: 410 })],
    ['410 with html', new Response('<html>', { status: 410 })],
    [
      'nested in innerError',
      json({ error: { code: 'BadRequest', innerError: { code: 'SYNCSTATENOTFOUND' } } }, 400),
    ],
    [
      'nested twice in innererror',
      json({ error: { code: '', innererror: { innererror: { code: 'resyncRequired' } } } }, 400),
    ],
  ])('%s', async (_name, answer) => {
    const failure = await failureOf(answer);
    expect(failure).toBeInstanceOf(CursorExpired);
    expect(failure).toMatchObject({ scope: 'everything', restartLink: null });
  });

  it('from the Location of a 410 on the same cloud', async () => {
    const location = `${GRAPH}/v1.0/users/delta?$deltatoken=&$select=id`;
    expect(await failureOf(refusal(410, 'resyncRequired', { location }))).toMatchObject({
      restartLink: location,
    });
  });

  it.each(['https://evil.example/v1.0/users/delta?$deltatoken=', '/v1.0/users/delta', 'http://['])(
    'never from a Location elsewhere: %s',
    async (location) => {
      expect(await failureOf(refusal(410, 'resyncRequired', { location }))).toMatchObject({
        kind: 'cursorExpired',
        restartLink: null,
      });
    },
  );

  it('but only for the round where merely the page token expired', async () => {
    expect(await failureOf(refusal(400, 'Directory_ExpiredPageToken'))).toMatchObject({
      kind: 'cursorExpired',
      scope: 'round',
    });
  });
});

describe('every other refusal', () => {
  it.each([
    ['400 Request_BadRequest', refusal(400, 'Request_BadRequest'), RequestRefused],
    ['400 Request_UnsupportedQuery', refusal(400, 'Request_UnsupportedQuery'), RequestRefused],
    ['402', refusal(402, 'PaymentRequired'), RequestRefused],
    ['403 Authorization_RequestDenied', refusal(403, 'Authorization_RequestDenied'), AccessRefused],
    ['403 ErrorAccessDenied', refusal(403, 'ErrorAccessDenied'), AccessRefused],
    ['404 Request_ResourceNotFound', refusal(404, 'Request_ResourceNotFound'), NotFound],
    ['405', refusal(405, 'Request_BadRequest'), RequestRefused],
    ['408', refusal(408, 'timeout'), Unavailable],
    ['409', refusal(409, 'Conflict'), RequestRefused],
    ['424', refusal(424, 'FailedDependency'), RequestRefused],
    ['429 TooManyRequests', refusal(429, 'TooManyRequests'), Throttled],
    ['429 activityLimitReached', refusal(429, 'activityLimitReached'), Throttled],
    ['429 even with a resync code', refusal(429, 'resyncRequired'), Throttled],
    ['500 generalException', refusal(500, 'generalException'), Unavailable],
    ['501 NotImplemented', refusal(501, 'NotImplemented'), RequestRefused],
    ['502 with html', new Response('<html>', { status: 502 }), Unavailable],
    ['503 serviceNotAvailable', refusal(503, 'serviceNotAvailable'), Unavailable],
    ['503 even with a resync code', refusal(503, 'syncStateNotFound'), Unavailable],
    ['504', refusal(504, 'UnknownError'), Unavailable],
    ['507', refusal(507, 'quotaLimitReached'), Unavailable],
    ['509', refusal(509, 'bandwidth'), Unavailable],
    [
      '302',
      new Response(null, { status: 302, headers: { location: 'https://evil.example/' } }),
      RequestRefused,
    ],
  ])('%s', async (_name, answer, kind) => {
    expect(await failureOf(answer)).toBeInstanceOf(kind);
  });

  it('carries the time that Graph named, fractions included', async () => {
    expect(await failureOf(refusal(429, 'TooManyRequests', { 'retry-after': '2.128' }))).toMatchObject({
      retryAfterMs: 2128,
    });
    expect(await failureOf(refusal(503, '', { 'retry-after': '7' }))).toMatchObject({ retryAfterMs: 7000 });
    expect(await failureOf(refusal(429, 'TooManyRequests'))).toMatchObject({ retryAfterMs: null });
  });

  it('says status, code, request id and path, but no token', async () => {
    const failure = (await failureOf(refusal(403, 'Authorization_RequestDenied'))) as Error;
    expect(failure.message).toBe(
      'Graph answered 403 Authorization_RequestDenied to GET /v1.0/users/delta (request-id req-1): Said Graph.',
    );
  });

  it('does not repeat a token that the answer repeats', async () => {
    const token = `eyJ${'a'.repeat(400)}.${'b'.repeat(300)}`;
    const failure = await failureOf(json({ error: { code: token, message: `Bad ${token}` } }, 400));
    expect(String(failure)).not.toContain('aaaaa');
  });

  it('survives any shape of error body', async () => {
    for (const body of [null, 7, [], { error: 7 }, { error: [] }, { error: { code: {}, innerError: 'x' } }]) {
      expect(await failureOf(json(body, 400))).toMatchObject({ kind: 'requestRefused', code: '' });
    }
  });
});

describe('a broken connection is a passing fault', () => {
  it('when there is none', async () => {
    const { directory } = stubGraph([() => Promise.reject(new TypeError('fetch failed'))]);
    const failure = await thrownBy(() => directory.readDelta(CONNECTION, 'users', null));
    expect(failure).toBeInstanceOf(Unavailable);
    expect((failure as Error).cause).toBeInstanceOf(TypeError);
  });

  it('when the answer is cut', async () => {
    const cut = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('{"value":['));
        controller.error(new TypeError('terminated'));
      },
    });
    const { directory } = stubGraph([() => new Response(cut)]);
    expect(await thrownBy(() => directory.readDelta(CONNECTION, 'users', null))).toBeInstanceOf(Unavailable);
  });
});

describe('a 401', () => {
  it('is answered once with a fresh token', async () => {
    const page = json({ value: [], '@odata.deltaLink': LINK });
    const { directory, sent, tokensAsked } = stubGraph([refusal(401, 'InvalidAuthenticationToken'), page]);
    await directory.readDelta(CONNECTION, 'users', null);
    expect(tokensAsked).toEqual([{ fresh: false }, { fresh: true }]);
    expect(sent.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer secret-token-1',
      'Bearer secret-token-2',
    ]);
    expect(new Set(sent.map(({ headers }) => headers['client-request-id'])).size).toBe(2);
  });

  it('that stays is a refusal', async () => {
    const { directory, sent } = stubGraph([refusal(401, 'InvalidAuthenticationToken')]);
    const failure = await thrownBy(() => directory.readDelta(CONNECTION, 'users', null));
    expect(failure).toMatchObject({ kind: 'accessRefused', status: 401 });
    expect(sent).toHaveLength(2);
  });
});

describe('a token that the login endpoint refuses', () => {
  it('arrives as the failure it is', async () => {
    const refused = new CredentialRefused('no', 7000222);
    const { directory, sent } = stubGraph([json({})], { forTenant: () => Promise.reject(refused) });
    expect(await thrownBy(() => directory.readDelta(CONNECTION, 'users', null))).toBe(refused);
    expect(sent).toEqual([]);
  });
});
