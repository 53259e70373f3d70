import { isRestError, type RestError } from '@azure/core-rest-pipeline';

import { retryAfterMs } from './retry-after.js';

/** A request that was answered so may be answered otherwise when it is sent again. */
const PASSING_STATUS: ReadonlySet<number> = new Set([408, 500, 502, 503, 504]);

export interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null | undefined };
}

/**
 * Returns the milliseconds after which a request that was answered so may be sent again: 0 if the service named no time,
 * null if that would not help. 429 asks for a later time, so that it is final without one.
 */
export function waitAfterAnswer({ status, headers }: Answer): number | null {
  const named = retryAfterMs(headers.get('retry-after') ?? null, Date.now());
  if (status === 429) return named;
  return PASSING_STATUS.has(status) ? (named ?? 0) : null;
}

/**
 * The same for what an Azure SDK throws. A connection that could not be made or that broke, and an answer that was cut
 * off, have no status.
 */
export function waitAfterError(error: unknown): number | null {
  if (!isRestError(error)) return hasNoAnswer(error) ? 0 : null;
  if (error.response !== undefined) return waitAfterAnswer(error.response);
  return error.statusCode === undefined || PASSING_STATUS.has(error.statusCode) ? 0 : null;
}

/** Failures before anything was sent. Source: the codes of nodejs.org/api/errors.html and of getaddrinfo(3). */
const BEFORE_SENDING = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Whether a write that failed so had no effect for certain. */
export function leavesNoTrace(error: unknown): boolean {
  if (!isRestError(error)) return !hasNoAnswer(error);
  return error.statusCode === undefined ? isUnsent(error) : error.statusCode < 500;
}

function isUnsent({ code }: RestError): boolean {
  return code !== undefined && BEFORE_SENDING.has(code);
}

/** Our own time was up. */
function hasNoAnswer(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}
