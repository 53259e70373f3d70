import type { Clock } from '../ports/clock.js';
import type { RepeatableRequests } from '../ports/repeatable-requests.js';

/** Removes the answers that were kept long enough. */
export function createForgetRequests(ports: {
  readonly repeatableRequests: RepeatableRequests;
  readonly clock: Clock;
}): () => Promise<void> {
  return async () => {
    await ports.repeatableRequests.forgetExpired(new Date(ports.clock.now()).toISOString());
  };
}
