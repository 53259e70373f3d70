/**
 * The one error family of the product: a class per cause, the original as `cause`. Adapters translate what
 * their SDK throws into these; `core/failure-outcome.ts` is the one place that decides what a failure leads to.
 */
export type FailureKind =
  | 'throttled'
  | 'unavailable'
  | 'accessRefused'
  | 'credentialRefused'
  | 'cursorExpired'
  | 'badPage'
  | 'requestRefused'
  | 'rowTooLarge'
  | 'notFound'
  | 'leaseLost'
  | 'rowConflict';

export abstract class Failure extends Error {
  abstract readonly kind: FailureKind;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The service asked to come back later. `retryAfterMs` is null where it named no time. */
export class Throttled extends Failure {
  readonly kind = 'throttled';
  constructor(
    message: string,
    readonly retryAfterMs: number | null,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** A passing fault: network, time-out, 5xx. Worth trying again. */
export class Unavailable extends Failure {
  readonly kind = 'unavailable';
  constructor(
    message: string,
    readonly retryAfterMs: number | null = null,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** Graph answered 401 (after a fresh token) or 403: consent is missing or was withdrawn. Never a sign of deletion. */
export class AccessRefused extends Failure {
  readonly kind = 'accessRefused';
  constructor(
    message: string,
    readonly status: 401 | 403,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** The login endpoint refused the tenant's credential. `code` is the AADSTS number, null where none was given. */
export class CredentialRefused extends Failure {
  readonly kind = 'credentialRefused';
  constructor(
    message: string,
    readonly code: number | null,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/**
 * The position is expired or was reset. `everything`: the delta token is lost, read everything anew. `round`:
 * only the page token is, begin this round again from the last committed delta link. `restartLink` is the address
 * that Graph named for a fresh start (Location of a 410), already pinned to the tenant's Graph host, else null.
 * Source: concepts/delta-query-overview.md, "Synchronization reset".
 */
export class CursorExpired extends Failure {
  readonly kind = 'cursorExpired';
  readonly scope: 'round' | 'everything';
  constructor(
    message: string,
    readonly restartLink: string | null,
    options?: { cause?: unknown; scope?: 'round' | 'everything' },
  ) {
    super(message, options);
    this.scope = options?.scope ?? 'everything';
  }
}

/** What Graph sent is no page: not JSON, no list, or neither or both links. `address` is the page's URL. */
export class BadPage extends Failure {
  readonly kind = 'badPage';
  constructor(
    readonly address: string,
    readonly problem: string,
    options?: { cause?: unknown },
  ) {
    super(`The page at ${address} is not a page: ${problem}`, options);
  }
}

/** A request that will never succeed as it is (400, 405, 501 …). */
export class RequestRefused extends Failure {
  readonly kind = 'requestRefused';
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** A row, or the request that writes it, holds more than the store takes. No repetition helps. */
export class RowTooLarge extends Failure {
  readonly kind = 'rowTooLarge';
}

export class NotFound extends Failure {
  readonly kind = 'notFound';
}

/** The tenant's lease ended or was taken over: nothing more may be written. */
export class LeaseLost extends Failure {
  readonly kind = 'leaseLost';
}

/** A row was changed, created or deleted by somebody else in between (If-Match failed, or insert met a row). */
export class RowConflict extends Failure {
  readonly kind = 'rowConflict';
}

/** The family as a union, so that a switch over `kind` is exhaustive. */
export type KnownFailure =
  | Throttled
  | Unavailable
  | AccessRefused
  | CredentialRefused
  | CursorExpired
  | BadPage
  | RequestRefused
  | RowTooLarge
  | NotFound
  | LeaseLost
  | RowConflict;
