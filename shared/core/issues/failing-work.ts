import { HOST_ENDED } from '../failure-outcome.js';
import type { Resource } from '../resource.js';
import type { ResourceState } from '../round.js';
import type { FailingPart } from './tenant-issue.js';

/** Work that a job gave up and that has not succeeded since. */
export interface FailingWork {
  readonly part: FailingPart;
  /** When it was first given up, ISO 8601 UTC. */
  readonly since: string;
  /** The code of the last failure, as its run has it. */
  readonly failure: string;
  /** The run that failed last. */
  readonly runId: string;
  /** The last round of the resource that had been completed by then: another one since means that it succeeded. */
  readonly lastRound: string | null;
  /** How often it was given up since then; absent from rows of earlier versions, which is once. */
  readonly times?: number;
  /** When it was given up last, ISO 8601 UTC; absent from rows of earlier versions: then `since` is taken for it. */
  readonly lastAt?: string;
}

const FIRST_REST_MS = 10 * 60_000;
const LONGEST_REST_MS = 6 * 3_600_000;

/** A job gave up this part: it is failing since the first time. */
export function withFailure(failing: readonly FailingWork[], failed: FailingWork): readonly FailingWork[] {
  const before = failing.find(({ part }) => part === failed.part);
  const others = failing.filter(({ part }) => part !== failed.part);
  const times = before === undefined ? 1 : (before.times ?? 1) + 1;
  return [...others, { ...failed, since: before?.since ?? failed.since, times, lastAt: failed.since }];
}

/**
 * Whether the tenant is not to be woken for now, because its work ended the processes that did it: for 10 minutes after
 * the first time, then twice as long each time, 6 hours at most. A run that somebody asked for is tried all the same.
 * @param now epoch milliseconds
 */
export function restsAfterEndedHosts(failing: readonly FailingWork[], now: number): boolean {
  return failing.some(({ failure, times = 1, lastAt, since }) => {
    if (failure !== HOST_ENDED) return false;
    const gaveUpAt = Date.parse(lastAt ?? since);
    const restMs = Math.min(FIRST_REST_MS * 2 ** Math.min(times - 1, 10), LONGEST_REST_MS);
    // A time that is still to come is no reason to wait: the clock was set back since.
    return gaveUpAt <= now && now < gaveUpAt + restMs;
  });
}

/**
 * A job came to its end with nothing left to do: everything but the reading of a resource succeeded, and that did too
 * if a round of it was completed since it failed.
 */
export function stillFailing(
  failing: readonly FailingWork[],
  states: Readonly<Record<Resource, Pick<ResourceState, 'last'>>>,
): readonly FailingWork[] {
  return failing.filter(({ part, lastRound }) => part !== 'work' && roundOf(states[part]) === lastRound);
}

/** The id of the last round that was completed; null if none was. */
export function roundOf({ last }: Pick<ResourceState, 'last'>): string | null {
  return last?.roundId ?? null;
}
