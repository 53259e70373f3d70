import { GraphClientError } from '@microsoft/microsoft-graph-client';

import { Failure } from '../../core/failures.js';

/**
 * The SDK turns whatever its middleware throws into its own GraphError and drops the original, except for a
 * GraphClientError: that is how a failure of ours travels through it.
 */
export function carry(failure: Failure): GraphClientError {
  const carrier = new GraphClientError(failure.message);
  carrier.customError = failure;
  return carrier;
}

/** The failure inside, or null where the error carries none. */
export function carriedFailure(error: unknown): Failure | null {
  if (error instanceof GraphClientError && error.customError instanceof Failure) return error.customError;
  return null;
}
