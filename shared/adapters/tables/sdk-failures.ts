import { RestError } from '@azure/data-tables';
import {
  Failure,
  RequestRefused,
  RowConflict,
  RowTooLarge,
  Throttled,
  Unavailable,
} from '../../core/failures.js';
import { retryAfterMs } from '../http/retry-after.js';

/** Failures before the service was reached: no token, cut connection, our own time-out. */
const PASSING_ERRORS = new Set([
  ...['AbortError', 'TimeoutError'],
  ...['AuthenticationError', 'AggregateAuthenticationError', 'CredentialUnavailableError'],
]);

/** What the service answers for more than a property, a row or a request holds. */
const TOO_LARGE: ReadonlySet<string> = new Set([
  'EntityTooLarge',
  'PropertyValueTooLarge',
  'RequestBodyTooLarge',
  'TooManyProperties',
]);

/**
 * What an error of the SDK means. Status and code as in
 * https://learn.microsoft.com/rest/api/storageservices/table-service-error-codes
 */
export function tableFailure(error: unknown, what: string): unknown {
  if (error instanceof Failure) return error;
  if (error instanceof RestError) return restFailure(error, what);
  if (error instanceof Error && PASSING_ERRORS.has(error.name)) {
    return new Unavailable(`Table Storage did not answer (${what}): ${error.name}`, null, { cause: error });
  }
  return error;
}

function restFailure(error: RestError, what: string): Failure {
  const status = error.statusCode;
  const code = codeOf(error);
  const message = `Table Storage answered ${status ?? 'nothing'} ${code} (${what})`;
  const options = { cause: error };
  if (status === 429 || (status === 503 && code === 'ServerBusy')) {
    return new Throttled(message, namedWaitMs(error), options);
  }
  if (status === undefined || status === 408 || status >= 500) {
    return new Unavailable(message, namedWaitMs(error), options);
  }
  if (code === 'TableNotFound' || code === 'TableBeingDeleted')
    return new Unavailable(message, null, options);
  if (status === 404 || status === 409 || status === 412) return new RowConflict(message, options);
  if (status === 413 || TOO_LARGE.has(code)) return new RowTooLarge(message, options);
  return new RequestRefused(message, status, code, options);
}

/** The code lies in the body where the SDK did not lift it out. */
export function codeOf(error: RestError): string {
  if (error.code !== undefined) return error.code;
  const details = error.details as { odataError?: { code?: string } } | undefined;
  return details?.odataError?.code ?? '';
}

function namedWaitMs(error: RestError): number | null {
  return retryAfterMs(error.response?.headers.get('retry-after') ?? null, Date.now());
}
