import { setTimeout as delay } from 'node:timers/promises';

import { backoffMs } from '../../core/failure-outcome.js';
import { onNewConnections } from './kept-connections.js';

/** Waits double from `firstMs`, half of each by chance: six attempts spend at most 1.6 seconds between them. */
const BACKOFF = { firstMs: 50, longestMs: 1_000, attempts: 6 };

/** An attempt that gets no answer is given up after this share of the time that is left, if that leaves time to repeat it. */
const SHARE_OF_ONE_ATTEMPT = 2 / 3;

export interface Repetition {
  /** Milliseconds for the request as a whole: all its attempts and the waits between them. */
  readonly deadlineMs: number;
  /**
   * Says of a failed attempt whether another one may succeed: the milliseconds that the service asked to wait, 0 if it
   * named none, or null if the failure is final.
   */
  readonly waitAfter: (failure: unknown) => number | null;
  /** Whether an attempt that gets no answer is repeated. Otherwise one attempt may take all the time that is left. */
  readonly repeatsUnanswered: boolean;
  /** Ends the request before its deadline. */
  readonly ended?: AbortSignal;
}

/** What passes and how chance falls; the process's own unless a test has others. */
export interface RepetitionTime {
  /** Milliseconds from some fixed point, never set back. */
  monotonic(): number;
  /** Ends early if the signal says so. */
  wait(milliseconds: number, ended?: AbortSignal): Promise<void>;
  /** Aborts after so many milliseconds. */
  limit(milliseconds: number): AbortSignal;
  /** At least 0, below 1. */
  fraction(): number;
}

const processTime: RepetitionTime = {
  monotonic: () => performance.now(),
  wait: async (milliseconds, signal) => {
    await delay(milliseconds, undefined, signal && { signal }).catch(() => undefined);
  },
  limit: (milliseconds) => AbortSignal.timeout(Math.floor(milliseconds)),
  fraction: () => Math.random(),
};

/**
 * Sends a request, and again after a passing fault. No attempt begins at or after the deadline, and the signal of each
 * ends it by then, so that a caller under a lease may count with the deadline as it does with that of one request.
 *
 * @throws the failure of the last attempt
 */
export async function repeated<Answer>(
  attempt: (signal: AbortSignal) => Promise<Answer>,
  { deadlineMs, waitAfter, repeatsUnanswered, ended }: Repetition,
  time: RepetitionTime = processTime,
): Promise<Answer> {
  const endsAt = time.monotonic() + deadlineMs;
  for (let count = 1; ; count += 1) {
    const left = endsAt - time.monotonic();
    const isShared = repeatsUnanswered && left > deadlineMs / 2;
    try {
      const limit = time.limit(isShared ? left * SHARE_OF_ONE_ATTEMPT : left);
      return await (count === 1 ? attempt(limit) : onNewConnections(() => attempt(limit)));
    } catch (failure) {
      const isLast = count === BACKOFF.attempts || ended?.aborted === true;
      const asked = isLast ? null : waitAfter(failure);
      if (asked === null) throw failure;
      const wait = Math.max(asked, backoffMs(count - 1, BACKOFF, time.fraction()));
      if (time.monotonic() + wait >= endsAt) throw failure;
      await time.wait(wait, ended);
      if (time.monotonic() >= endsAt || ended?.aborted === true) throw failure;
    }
  }
}
