import { Failure, RowConflict } from '../../core/failures.js';
import { leavesNoTrace, waitAfterError as waitAfter } from '../http/passing-faults.js';
import { repeated } from '../http/repeated.js';
import { tableFailure } from './sdk-failures.js';

/**
 * Sends requests to the table service, each with all its attempts within one deadline. The SDK's own retries are off:
 * they repeat every write alike, wait for a service as long as it asks, and give up on a request that hangs.
 */
export class SdkRequests {
  constructor(private readonly deadlineMs: number) {}

  /** Repeats a read after every passing fault. @throws Failure */
  async read<Answer>(what: string, request: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    const rules = { deadlineMs: this.deadlineMs, waitAfter, repeatsUnanswered: true };
    return await translated(what, () => repeated(request, rules));
  }

  /**
   * Repeats a write whose connection broke or that the service could not serve; not one that got no answer, since the
   * service may still be at it. An attempt that broke may have taken effect. One that repeats it shows that: it
   * succeeds for an unconditional write, and for a conditional one if the row is still as it was expected. Otherwise
   * nothing shows whose row it met, and the failure that broke the first attempt is thrown.
   *
   * @param request is given the failure of an earlier attempt that may have taken effect, or null
   * @throws Failure
   */
  async write<Answer>(
    what: string,
    request: (signal: AbortSignal, doubt: Failure | null) => Promise<Answer>,
  ): Promise<Answer> {
    let doubt: Failure | null = null;
    const attempt = async (signal: AbortSignal): Promise<Answer> => {
      try {
        return await request(signal, doubt);
      } catch (error) {
        const failure = tableFailure(error, what);
        if (doubt !== null && failure instanceof RowConflict) throw doubt;
        if (failure instanceof Failure && !leavesNoTrace(error)) doubt ??= failure;
        throw error;
      }
    };
    const rules = { deadlineMs: this.deadlineMs, waitAfter, repeatsUnanswered: false };
    return await translated(what, () => repeated(attempt, rules));
  }
}

async function translated<Answer>(what: string, request: () => Promise<Answer>): Promise<Answer> {
  try {
    return await request();
  } catch (error) {
    throw tableFailure(error, what);
  }
}
