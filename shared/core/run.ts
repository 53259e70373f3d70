import type { Job, Resource } from './resource.js';
import type { ChangeCounts, Warning } from './round.js';

export type RunTrigger = 'nightly' | 'manual' | 'notification' | 'poll';
export type RunStatus = 'NotStarted' | 'Running' | 'Held' | 'Succeeded' | 'Failed' | 'Canceled';

/** How far one job of a run is: waiting for a round, attached to one, or done with it. */
export type RunPart =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'reading'; readonly roundId: string }
  | { readonly kind: 'done'; readonly roundId: string };

export interface Progress {
  readonly pages: number;
  readonly objects: number;
  readonly estimate: number | null;
  readonly done: boolean;
}

export interface Run {
  readonly tenantId: string;
  readonly runId: string;
  readonly trigger: RunTrigger;
  readonly status: RunStatus;
  readonly jobs: readonly Job[];
  readonly full: boolean;
  /** ISO 8601 UTC. */
  readonly requestedAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly parts: Readonly<Partial<Record<Job, RunPart>>>;
  readonly progress: Readonly<Partial<Record<Resource, Progress>>>;
  readonly counts: Readonly<Partial<Record<Resource, ChangeCounts>>>;
  readonly warnings: readonly Warning[];
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** Something is still being done for it. A held run is through but for what an operator decides. */
export function isActive(run: Run): boolean {
  return run.status === 'NotStarted' || run.status === 'Running';
}

/** A run that nothing was done for yet. */
export function newRun(
  asked: Pick<Run, 'tenantId' | 'runId' | 'trigger' | 'jobs' | 'full' | 'requestedAt'>,
): Run {
  return {
    ...asked,
    status: 'NotStarted',
    startedAt: null,
    endedAt: null,
    parts: Object.fromEntries(asked.jobs.map((job) => [job, { kind: 'waiting' }])),
    progress: {},
    counts: {},
    warnings: [],
    error: null,
  };
}
