import type { Resource } from '../../core/resource.js';
import { hasChanges, type ResourceState } from '../../core/round.js';
import { ActiveRuns, type RunsEnd } from './active-runs.js';
import type { Session } from './session.js';
import type { WakeUp } from './wake-up.js';

/**
 * The rounds of a job that no run was attached to and that are to be told of. Each is kept as it was completed,
 * since a later round of the same job takes its place in the tenant's state.
 */
export class UnattendedRounds {
  private kept: ResourceState[] = [];

  /** A round that changed nothing and warns of nothing leaves no trace. */
  keep(completed: ResourceState): void {
    const { last } = completed;
    if (last !== null && (hasChanges(last.counts) || last.warnings.length > 0)) this.kept.push(completed);
  }

  /**
   * Changes that no run asked for leave a run of their own, so that everybody can see what happened: one for a
   * round of each resource.
   */
  async record(session: Session, job: WakeUp, told: Omit<RunsEnd, 'now'>): Promise<void> {
    const { ports, tenantId } = session;
    while (this.kept.length > 0) {
      const { once, again } = firstOfEach(this.kept);
      const end = { ...told, now: session.now() };
      await new ActiveRuns(ports, tenantId).recordUnattended(job, once, ports.chance.newId(), end);
      this.kept = again;
    }
  }
}

function firstOfEach(states: readonly ResourceState[]): { once: ResourceState[]; again: ResourceState[] } {
  const once = new Map<Resource, ResourceState>();
  const again: ResourceState[] = [];
  for (const state of states) {
    if (once.has(state.resource)) again.push(state);
    else once.set(state.resource, state);
  }
  return { once: [...once.values()], again };
}
