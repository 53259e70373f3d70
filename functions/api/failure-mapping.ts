import { RequestRefused, RowConflict, Throttled, Unavailable } from '../../shared/core/failures.js';
import { ApiError, retryAfter } from './errors.js';
import { unknownPosition } from './paging.js';

/**
 * The answer to a failure that no route has an answer of its own for; null where it is not known.
 * @param continued whether the request named a position in a list, which the store may refuse
 */
export function apiErrorOf(failure: unknown, continued: boolean): ApiError | null {
  if (failure instanceof ApiError) return failure;
  if (failure instanceof RequestRefused && continued) return unknownPosition();
  if (failure instanceof Throttled || failure instanceof Unavailable)
    return new ApiError('ServiceUnavailable', 'A part that this needs is not available now; ask again.', {
      headers: retryAfter(failure.retryAfterMs),
      cause: failure,
    });
  if (failure instanceof RowConflict)
    return new ApiError('ChangedMeanwhile', 'Others kept changing it meanwhile; ask again.');
  return null;
}
