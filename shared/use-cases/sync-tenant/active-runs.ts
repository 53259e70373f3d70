import { RowConflict } from '../../core/failures.js';
import {
  attachToRound,
  allPartsDone,
  beginPeople,
  completePeople,
  fail,
  followRestart,
  noteCompletion,
  noteProgress,
  settle,
  succeed,
} from '../../core/follow-run.js';
import type { SyncJob } from '../../core/job.js';
import { RESOURCES, type Job, type Resource } from '../../core/resource.js';
import type { ResourceState, Round, Warning } from '../../core/round.js';
import { joinWarnings } from '../../core/round-steps.js';
import { isActive, type Run } from '../../core/run.js';
import type { Stored } from '../../ports/registry.js';
import type { SyncPorts } from './ports.js';

/** How the work ends that runs waited for. */
export interface RunsEnd {
  /** ISO 8601 UTC. */
  readonly now: string;
  /** When the removals that the guard holds were last worked out; null where it holds none. */
  readonly heldSince: string | null;
  /** Beside those of the rounds: of what people depend on. */
  readonly warnings: readonly Warning[];
}

/** The runs of a tenant that are not over, as the lease holder follows them. */
export class ActiveRuns {
  private runs: Stored<Run>[] = [];
  private held: readonly string[] = [];

  constructor(
    private readonly ports: Pick<SyncPorts, 'runs'>,
    private readonly tenantId: string,
  ) {}

  async load(): Promise<void> {
    const { active, held } = await this.ports.runs.open(this.tenantId);
    this.runs = [...active];
    this.held = held;
  }

  /** The oldest, which whatever happens now is told of; null where there is none. */
  first(): string | null {
    return this.runs[0]?.value.runId ?? null;
  }

  hasNightly(): boolean {
    return this.runs.some(({ value }) => value.trigger === 'nightly');
  }

  /** The resources for which some run still waits. */
  waiting(): Resource[] {
    return RESOURCES.filter((resource) =>
      this.runs.some(({ value }) => value.parts[resource]?.kind === 'waiting'),
    );
  }

  /** The ids of the runs that wait for a round of this resource and that this round could serve. */
  waitingFor(resource: Resource, round: Round): string[] {
    const waiting = this.runs.filter(({ value }) => attachToRound(value, resource, round, '') !== value);
    return waiting.map(({ value }) => value.runId);
  }

  /** Whether one of these runs was cancelled and none of them is active any more. */
  async wereCancelled(runIds: readonly string[]): Promise<boolean> {
    if (this.runs.some(({ value }) => runIds.includes(value.runId))) return false;
    for (const runId of runIds) {
      const run = await this.ports.runs.get(this.tenantId, runId);
      if (run?.value.status === 'Canceled') return true;
    }
    return false;
  }

  wantsFull(resource: Resource): boolean {
    return this.runs.some(({ value }) => value.full && value.parts[resource]?.kind === 'waiting');
  }

  attach(resource: Resource, round: Round, now: string): Promise<void> {
    return this.change((run) => noteProgress(attachToRound(run, resource, round, now), resource, round));
  }

  follow(resource: Resource, from: string, to: string): Promise<void> {
    return this.change((run) => followRestart(run, resource, from, to));
  }

  progress(resource: Resource, round: Round): Promise<void> {
    return this.change((run) => noteProgress(run, resource, round));
  }

  /** Notes a completed round; answers whether a run was attached to it. */
  async complete(state: ResourceState): Promise<boolean> {
    const attached = this.runs.some(({ value }) => noteCompletion(value, state) !== value);
    await this.change((run) => noteCompletion(run, state));
    return attached;
  }

  /**
   * A crash between a round's completion and its note on the run leaves the run behind: it is caught up from the
   * last round, or waits for another one.
   */
  catchUp(states: Readonly<Record<Resource, ResourceState>>): Promise<void> {
    return this.change((run) =>
      RESOURCES.reduce((caught, resource) => catchUpPart(caught, states[resource]), run),
    );
  }

  /** Whether some run asks for its people now, and nobody has begun them. */
  wantsPeople(): boolean {
    return this.runs.some(({ value }) => beginPeople(value, '') !== value);
  }

  /** Call it once everybody is marked: until then a crash lets the run ask again. */
  beginPeople(now: string): Promise<void> {
    return this.change((run) => beginPeople(run, now));
  }

  /** Call it once nobody is marked any more. */
  completePeople(): Promise<void> {
    return this.change(completePeople);
  }

  /** Whether some run has all its parts done. */
  canEnd(): boolean {
    return this.runs.some(({ value }) => allPartsDone(value));
  }

  /** Ends the runs all of whose parts are done; those that removals were held since are held. */
  async finish(end: RunsEnd): Promise<void> {
    for (const stored of this.runs) {
      if (!allPartsDone(stored.value)) continue;
      await this.saveChanged(stored, (run) => ended(run, end));
    }
    this.runs = this.runs.filter(({ value }) => !allPartsDone(value));
  }

  /** Fails the runs that still need one of these jobs; answers their ids. */
  async failThose(
    jobs: readonly Job[],
    error: { code: string; message: string },
    now: string,
  ): Promise<readonly string[]> {
    const needs = (run: Run): boolean => jobs.some((job) => isUnfinished(run, job));
    const failing = this.runs.filter(({ value }) => needs(value)).map(({ value }) => value.runId);
    await this.change((run) => (needs(run) ? fail(run, error, now) : run));
    return failing;
  }

  /** A failure that no run was there to tell leaves a failed run of its own. */
  async recordFailure(
    job: SyncJob,
    resources: readonly Resource[],
    error: { code: string; message: string },
    runId: string,
    now: string,
  ): Promise<void> {
    const run = blankRun(this.tenantId, runId, job, resources, now);
    await this.ports.runs.request({ ...run, status: 'Failed', error }, runId);
  }

  /** Rounds that changed something though no run asked for them: it counts as requested when the first began. */
  async recordUnattended(
    job: SyncJob,
    states: readonly ResourceState[],
    runId: string,
    end: RunsEnd,
  ): Promise<void> {
    const { now } = end;
    const resources = states.map((state) => state.resource);
    const parts = states.map(({ resource, last }) => [
      resource,
      { kind: 'reading', roundId: last?.roundId ?? '' },
    ]);
    const attached: Run = {
      ...blankRun(this.tenantId, runId, job, resources, now),
      full: states.every(({ last }) => last?.kind === 'full'),
      parts: Object.fromEntries(parts) as Run['parts'],
    };
    const noted = states.reduce(noteCompletion, attached);
    const startedAt = states
      .map((state) => state.last?.beganAt ?? now)
      .reduce((a, b) => (a < b ? a : b), now);
    await this.ports.runs.request(ended({ ...noted, requestedAt: startedAt, startedAt }, end), runId);
  }

  /** Whether removals of some run were held when the runs were loaded. */
  get someHeld(): boolean {
    return this.held.length > 0;
  }

  /** No removal is held any more, neither are runs. */
  async settleHeld(): Promise<void> {
    for (const runId of this.held) {
      const stored = await this.ports.runs.get(this.tenantId, runId);
      if (stored !== null) await this.ports.runs.save(settle(stored.value), stored.tag);
    }
    this.held = [];
  }

  /** Somebody may cancel a run meanwhile: then theirs stands, and this one is followed no longer. */
  private async change(apply: (run: Run) => Run): Promise<void> {
    const kept: Stored<Run>[] = [];
    for (const stored of this.runs) {
      const saved = await this.saveChanged(stored, apply);
      if (saved !== null && isActive(saved.value)) kept.push(saved);
    }
    this.runs = kept;
  }

  private async saveChanged(stored: Stored<Run>, apply: (run: Run) => Run): Promise<Stored<Run> | null> {
    let current: Stored<Run> | null = stored;
    while (current !== null && isActive(current.value)) {
      const changed = apply(current.value);
      if (changed === current.value) return current;
      try {
        return await this.ports.runs.save(changed, current.tag);
      } catch (failure) {
        if (!(failure instanceof RowConflict)) throw failure;
        current = await this.ports.runs.get(this.tenantId, stored.value.runId);
      }
    }
    return null;
  }
}

function ended(run: Run, { now, heldSince, warnings }: RunsEnd): Run {
  return succeed({ ...run, warnings: joinWarnings(run.warnings, warnings) }, now, heldSince);
}

function blankRun(
  tenantId: string,
  runId: string,
  job: SyncJob,
  jobs: readonly Resource[],
  now: string,
): Run {
  const trigger = job.kind === 'notification' ? 'notification' : 'poll';
  const times = { requestedAt: now, startedAt: now, endedAt: now };
  const nothing = { parts: {}, progress: {}, counts: {}, warnings: [], error: null };
  return { tenantId, runId, trigger, status: 'Running', jobs, full: false, ...times, ...nothing };
}

function isUnfinished(run: Run, job: Job): boolean {
  const part = run.parts[job];
  return part !== undefined && part.kind !== 'done';
}

function catchUpPart(run: Run, state: ResourceState): Run {
  const part = run.parts[state.resource];
  if (part?.kind !== 'reading' || part.roundId === state.round?.roundId) return run;
  const caught = noteCompletion(run, state);
  if (caught !== run) return caught;
  return { ...run, parts: { ...run.parts, [state.resource]: { kind: 'waiting' } } };
}
