import { createHash } from 'node:crypto';
import type { HttpRequest } from '@azure/functions';
import { z } from 'zod';
import type { Principal } from '../../shared/core/access.js';
import {
  answerOnce,
  KEPT_MS,
  type AnswerOncePorts,
  type GivenAnswer,
} from '../../shared/use-cases/answer-once.js';
import { Turns } from '../turns.js';
import { ApiError, retryAfter, type ErrorCode } from './errors.js';
import type { Route } from './route.js';

const REQUEST_ID = 'Repeatability-Request-ID';
const FIRST_SENT = 'Repeatability-First-Sent';
const ACCEPTED = { 'repeatability-result': 'accepted' };
const REJECTED = { 'repeatability-result': 'rejected' };

/** What a route that honours these headers may answer besides. */
export const REPEATABILITY_ERRORS: readonly ErrorCode[] = [
  'RepeatabilityMismatch',
  'RepeatabilityExpired',
  'RequestUnderWay',
  'OutcomeUnknown',
];

/** The headers, as the description of the API names them. */
export const REPEATABILITY_HEADERS: Readonly<Record<string, string>> = {
  [REQUEST_ID]:
    'A random GUID: the same request under the same id is answered once, and again the same for a day.',
  [FIRST_SENT]: 'When the request was sent for the first time, as an HTTP date.',
};

export function honoursRepeatability(route: Pick<Route, 'method' | 'role'>): boolean {
  return route.method === 'POST' && route.role !== null;
}

/** A request that was let in, its body read. */
interface AdmittedRequest {
  readonly request: HttpRequest;
  readonly principal: Principal;
  readonly tenantId: string | null;
  /** In slices, as it was decoded. */
  readonly bodyText: readonly string[];
}

/**
 * Answers a POST once however often it is sent, where it says by which id.
 * Source: docs.oasis-open.org/odata/repeatable-requests/v1.0
 * @throws ApiError where the headers are not usable, the id is taken by another request, or it is being answered
 */
export async function answeredOnce(
  ports: AnswerOncePorts,
  { request, principal, tenantId, bodyText }: AdmittedRequest,
  run: () => Promise<GivenAnswer>,
): Promise<GivenAnswer> {
  const requestId = requestIdOf(request.headers, ports.clock.now());
  if (requestId === null) return await run();
  const { pathname, search } = new URL(request.url);
  const outcome = await answerOnce(
    ports,
    {
      ...{ requestId, tenantId, method: request.method, path: pathname.toLowerCase() },
      principalId: principal.id,
      content: JSON.stringify([search, request.headers.get('content-type'), await comparable(bodyText)]),
    },
    run,
  );
  switch (outcome.kind) {
    case 'answered':
      return { ...outcome.answer, headers: { ...outcome.answer.headers, ...ACCEPTED } };
    case 'otherContent':
      throw new ApiError('RepeatabilityMismatch', 'Another request was sent under this id: take a new one.', {
        target: REQUEST_ID,
        headers: REJECTED,
      });
    case 'underWay':
      throw new ApiError('RequestUnderWay', 'The same request is being answered; ask again for its answer.', {
        target: REQUEST_ID,
        headers: retryAfter(2000),
      });
    case 'outcomeUnknown':
      throw new ApiError(
        'OutcomeUnknown',
        'The same request set out and left no answer: look what became of it, and send it under a new id where nothing did.',
        { target: REQUEST_ID, headers: REJECTED },
      );
  }
}

/** Characters of a body that are compared as they are. */
const COMPARED_WHOLE = 1024 * 1024;

/** The body itself, or the digest of a long one: others have their turn while it is worked out. */
async function comparable(slices: readonly string[]): Promise<string | { readonly sha256: string }> {
  const length = slices.reduce((sum, slice) => sum + slice.length, 0);
  if (length <= COMPARED_WHOLE) return slices.join('');
  const turns = new Turns();
  const hash = createHash('sha256');
  for (const slice of slices) {
    hash.update(slice);
    await turns.giveWay();
  }
  return { sha256: hash.digest('base64url') };
}

const guid = z.guid();
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Null where the request may not be repeated. */
function requestIdOf(headers: HttpRequest['headers'], now: number): string | null {
  const given = headers.get(REQUEST_ID);
  const firstSent = headers.get(FIRST_SENT);
  if (given === null && firstSent === null) return null;
  const requestId = guid.safeParse(given);
  if (!requestId.success) throw malformed(REQUEST_ID, 'must be a GUID');
  if (firstSent !== null) {
    const sentAt = HTTP_DATE.test(firstSent) ? Date.parse(firstSent) : Number.NaN;
    if (Number.isNaN(sentAt))
      throw malformed(FIRST_SENT, 'must be an HTTP date, such as Mon, 04 May 2026 10:00:00 GMT');
    if (sentAt < now - KEPT_MS)
      throw new ApiError('RepeatabilityExpired', 'Answers are kept for a day: look what became of it.', {
        target: FIRST_SENT,
        headers: REJECTED,
      });
  }
  return requestId.data.toLowerCase();
}

function malformed(header: string, problem: string): ApiError {
  return new ApiError('InvalidRequest', `${header} ${problem}.`, { target: header, headers: REJECTED });
}
