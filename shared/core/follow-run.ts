import type { Job, Resource } from './resource.js';
import type { ResourceState, Round } from './round.js';
import { joinWarnings } from './round-steps.js';
import type { Run, RunPart } from './run.js';

/** A round begins: a waiting part that it can serve is attached to it. */
export function attachToRound(run: Run, resource: Resource, round: Round, now: string): Run {
  const part = run.parts[resource];
  const serves = !run.full || round.kind === 'full';
  if (part?.kind !== 'waiting' || !serves) return run;
  return withPart({ ...run, status: 'Running', startedAt: run.startedAt ?? now }, resource, {
    kind: 'reading',
    roundId: round.roundId,
  });
}

/** A round began anew under another id: whoever was attached to the old one follows. */
export function followRestart(run: Run, resource: Resource, from: string, to: string): Run {
  const part = run.parts[resource];
  if (part?.kind !== 'reading' || part.roundId !== from) return run;
  return withPart(run, resource, { kind: 'reading', roundId: to });
}

/** Shows how far the round is that the run is attached to. */
export function noteProgress(run: Run, resource: Resource, round: Round): Run {
  const part = run.parts[resource];
  if (part?.kind !== 'reading' || part.roundId !== round.roundId) return run;
  const { pages, objects, estimate } = round;
  return {
    ...run,
    progress: { ...run.progress, [resource]: { pages, objects, estimate, done: false } },
    counts: { ...run.counts, [resource]: round.counts },
  };
}

/** The round is complete: the part of the run that was attached to it is done. */
export function noteCompletion(run: Run, state: ResourceState): Run {
  const part = run.parts[state.resource];
  const last = state.last;
  if (last === null || part?.kind !== 'reading' || part.roundId !== last.roundId) return run;
  const progress = { pages: last.pages, objects: last.objects, estimate: last.objects, done: true };
  return withPart(
    {
      ...run,
      progress: { ...run.progress, [state.resource]: progress },
      counts: { ...run.counts, [state.resource]: last.counts },
      warnings: joinWarnings(run.warnings, last.warnings),
    },
    state.resource,
    { kind: 'done', roundId: last.roundId },
  );
}

/**
 * The job `people` comes last: once every other job of the run is done, its marks are written and this notes it.
 * The same object when the run does not ask for it, or is not that far.
 */
export function beginPeople(run: Run, now: string): Run {
  const others = run.jobs.filter((job) => job !== 'people');
  const isNext = others.every((job) => run.parts[job]?.kind === 'done');
  if (run.parts.people?.kind !== 'waiting' || !isNext) return run;
  const begun: Run = { ...run, status: 'Running', startedAt: run.startedAt ?? now };
  return withPart(begun, 'people', { kind: 'reading', roundId: PEOPLE });
}

/** Everybody was derived since the job `people` began. */
export function completePeople(run: Run): Run {
  return run.parts.people?.kind === 'reading'
    ? withPart(run, 'people', { kind: 'done', roundId: PEOPLE })
    : run;
}

/** In place of a round's id, since the mirror alone is read. */
const PEOPLE = 'people';

export function allPartsDone(run: Run): boolean {
  return run.jobs.every((job) => run.parts[job]?.kind === 'done');
}

/** @param heldSince when the removals that the guard holds were last worked out; null where it holds none */
export function succeed(run: Run, now: string, heldSince: string | null = null): Run {
  const held = heldSince !== null && run.startedAt !== null && heldSince >= run.startedAt;
  return { ...run, status: held ? 'Held' : 'Succeeded', endedAt: now };
}

/** An operator has decided about everything that was held. */
export function settle(run: Run): Run {
  return run.status === 'Held' ? { ...run, status: 'Succeeded' } : run;
}

export function fail(run: Run, error: { code: string; message: string }, now: string): Run {
  return { ...run, status: 'Failed', startedAt: run.startedAt ?? now, endedAt: now, error };
}

function withPart(run: Run, job: Job, part: RunPart): Run {
  return { ...run, parts: { ...run.parts, [job]: part } };
}
