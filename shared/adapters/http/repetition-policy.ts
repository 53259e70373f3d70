import type { PipelinePolicy } from '@azure/core-rest-pipeline';

import { waitAfterError } from './passing-faults.js';
import { repeatedAnswer } from './repeated-answer.js';

export interface RepetitionPolicyOptions {
  /** Milliseconds for each request with all its attempts. */
  readonly deadlineMs: number;
  /** Whether writes that get no answer are repeated too, though the service may still be at them. */
  readonly unanswered: 'reads' | 'all';
}

/**
 * For an Azure SDK all of whose requests may be sent twice: repeats each after a passing fault. Takes the place of the
 * SDK's own retries, which are to be off: they do not repeat a request that gets no answer.
 */
export function repetitionPolicy({ deadlineMs, unanswered }: RepetitionPolicyOptions): {
  readonly policy: PipelinePolicy;
  readonly position: 'perRetry';
} {
  const sendRequest: PipelinePolicy['sendRequest'] = async (request, next) => {
    const ended = request.abortSignal as AbortSignal | undefined;
    const signals = ended === undefined ? [] : [ended];
    return await repeatedAnswer(
      (limit) => {
        request.abortSignal = AbortSignal.any([limit, ...signals]);
        return next(request);
      },
      {
        deadlineMs,
        waitAfter: waitAfterError,
        repeatsUnanswered: unanswered === 'all' || request.method === 'GET',
        ...(ended === undefined ? {} : { ended }),
      },
    );
  };
  return { position: 'perRetry', policy: { name: 'repetition', sendRequest } };
}
