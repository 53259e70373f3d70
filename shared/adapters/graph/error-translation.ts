import {
  AccessRefused,
  CursorExpired,
  NotFound,
  RequestRefused,
  Throttled,
  Unavailable,
  type Failure,
} from '../../core/failures.js';
import { linkProblem } from '../../core/pinned-link.js';
import { readErrorBody, type ErrorBody } from './error-body.js';
import { retryAfterMs } from '../http/retry-after.js';

/** An answer of Graph outside 2xx, with the request it answers. */
export interface RefusedAnswer {
  readonly method: string;
  readonly address: string;
  readonly graphOrigin: string;
  /** `delta`: expired cursors are told apart; elsewhere they have no meaning. */
  readonly purpose: 'delta' | 'other';
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Sources: concepts/errors.md, concepts/delta-query-overview.md, Microsoft 365 developer blog on token life. */
const RESYNC_CODES = [
  'syncstatenotfound',
  'syncstateinvalid',
  'resyncrequired',
  'resyncapplydifferences',
  'resyncuploaddifferences',
];
const EXPIRED_PAGE_CODE = 'directory_expiredpagetoken';

/**
 * What an error answer means for us. Status and codes decide, never the message.
 *
 * @param now epoch milliseconds, for a Retry-After that is a date
 */
export function translateAnswer(answer: RefusedAnswer, now: number): Failure {
  const error = readErrorBody(answer.body);
  const message = describe(answer, error);
  const wait = retryAfterMs(answer.headers.get('retry-after'), now);
  if (answer.status === 429) return new Throttled(message, wait);
  if (answer.status === 401) return new AccessRefused(message, 401);
  const expiry = expiryOf(answer, error, message);
  if (expiry !== null) return expiry;
  if (answer.status === 403) return new AccessRefused(message, 403);
  if (answer.status === 404) return new NotFound(message);
  if (isPassing(answer.status)) return new Unavailable(message, wait);
  return new RequestRefused(message, answer.status, error.code);
}

function expiryOf(answer: RefusedAnswer, error: ErrorBody, message: string): Failure | null {
  if (answer.status < 400 || answer.status >= 500) return null;
  const pageExpired = error.codes.has(EXPIRED_PAGE_CODE);
  if (answer.purpose === 'other') {
    return pageExpired ? new Unavailable(`${message}; the list must be read from its beginning`) : null;
  }
  if (answer.status === 410 || RESYNC_CODES.some((code) => error.codes.has(code))) {
    return new CursorExpired(message, restartLink(answer));
  }
  return pageExpired ? new CursorExpired(message, null, { scope: 'round' }) : null;
}

/** A Location on any other host is ignored: the fresh start is then built here. */
function restartLink(answer: RefusedAnswer): string | null {
  const location = answer.headers.get('location');
  if (location === null || location === '') return null;
  return linkProblem(location, answer.graphOrigin) === null ? location : null;
}

/** 501 stays: it names a property outside the directory store, for ever (concepts/delta-query-overview.md). */
function isPassing(status: number): boolean {
  return status === 408 || (status >= 500 && status !== 501);
}

function describe(answer: RefusedAnswer, error: ErrorBody): string {
  const requestId = answer.headers.get('request-id') ?? error.requestId;
  const path = URL.canParse(answer.address) ? new URL(answer.address).pathname : answer.address;
  const parts = [`Graph answered ${answer.status} ${error.code}`.trim(), `to ${answer.method} ${path}`];
  if (requestId !== null) parts.push(`(request-id ${requestId.slice(0, 100)})`);
  return error.message === '' ? parts.join(' ') : `${parts.join(' ')}: ${error.message}`;
}
