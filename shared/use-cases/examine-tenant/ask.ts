import type { Fact } from '../../core/doctor/facts.js';
import { Failure } from '../../core/failures.js';
import type { Clock } from '../../ports/clock.js';

/** How long one part outside is waited for, milliseconds. */
const LONGEST_ANSWER_MS = 10_000;

/** Asks a part outside, with a limit: neither its failure nor its silence keeps others from being heard. */
export type Ask = <Value>(question: () => Promise<Value>) => Promise<Fact<Value>>;

export function askWithin(clock: Pick<Clock, 'wait'>): Ask {
  return (question) => Promise.race([answerOf(question), silence(clock)]);
}

/** What is no failure of ours is a fault of the program, and thrown. */
async function answerOf<Value>(question: () => Promise<Value>): Promise<Fact<Value>> {
  try {
    return { kind: 'told', value: await question() };
  } catch (failure) {
    if (failure instanceof Failure) return { kind: 'failed', failure };
    throw failure;
  }
}

async function silence(clock: Pick<Clock, 'wait'>): Promise<{ readonly kind: 'late' }> {
  await clock.wait(LONGEST_ANSWER_MS);
  return { kind: 'late' };
}

export const NOT_ASKED = { kind: 'notAsked' } as const;
