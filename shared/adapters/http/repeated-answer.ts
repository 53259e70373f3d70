import { waitAfterAnswer, type Answer } from './passing-faults.js';
import { repeated, type Repetition } from './repeated.js';

/** An answer that may be another one when the request is sent again. */
class PassingAnswer<Given extends Answer> extends Error {
  constructor(readonly answer: Given) {
    super(`answered ${answer.status}`);
  }
}

/** As `repeated`, for what answers with a status: the answer to the last attempt is returned, whatever it is. */
export async function repeatedAnswer<Given extends Answer>(
  send: (signal: AbortSignal) => Promise<Given>,
  rules: Repetition,
): Promise<Given> {
  const attempt = async (signal: AbortSignal): Promise<Given> => {
    const answer = await send(signal);
    if (waitAfterAnswer(answer) !== null) throw new PassingAnswer(answer);
    return answer;
  };
  const waitAfter = (failure: unknown): number | null =>
    failure instanceof PassingAnswer ? waitAfterAnswer(failure.answer as Given) : rules.waitAfter(failure);
  try {
    return await repeated(attempt, { ...rules, waitAfter });
  } catch (failure) {
    if (failure instanceof PassingAnswer) return failure.answer as Given;
    throw failure;
  }
}
