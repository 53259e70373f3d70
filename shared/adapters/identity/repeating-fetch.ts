import { Unavailable } from '../../core/failures.js';
import { repeatedAnswer } from '../http/repeated-answer.js';
import { boundedText } from './bounded-text.js';

export type Fetch = (address: string, init: RequestInit) => Promise<Response>;

/**
 * The platform's fetch for what is read: repeated after a passing fault, the body included, which is read to its end.
 * @param deadlineMs for a request with all its attempts
 * @param limit of a body, in bytes; a longer one is Unavailable
 */
export function repeatingFetch(deadlineMs: number, limit: number): Fetch {
  return async (address, init) => {
    const ended = init.signal ?? undefined;
    const signals = ended === undefined ? [] : [ended];
    return await repeatedAnswer(
      async (signal) => {
        const response = await fetch(address, { ...init, signal: AbortSignal.any([signal, ...signals]) });
        const body = await boundedText(response, limit);
        if (body === null) throw new Unavailable('The login service answered with more than it ever does');
        return new Response(body === '' ? null : body, response);
      },
      {
        deadlineMs,
        repeatsUnanswered: true,
        waitAfter: (failure) => (failure instanceof Unavailable ? null : 0),
        ...(ended === undefined ? {} : { ended }),
      },
    );
  };
}
