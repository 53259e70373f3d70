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
}

/** A job gave up this part: it is failing since the first time. */
export function withFailure(failing: readonly FailingWork[], failed: FailingWork): readonly FailingWork[] {
  const before = failing.find(({ part }) => part === failed.part);
  const others = failing.filter(({ part }) => part !== failed.part);
  return [...others, { ...failed, since: before?.since ?? failed.since }];
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
