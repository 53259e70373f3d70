import { RESOURCES, type Resource } from '../../core/resource.js';
import { abandonRound } from '../../core/round-steps.js';
import { nextSyncStep } from '../../core/sync-step.js';
import { ActiveRuns } from './active-runs.js';
import { RoundDriver } from './advance-round.js';
import { consumeMarks } from './consume-marks.js';
import type { Session } from './session.js';

/** How a job's work ended. */
export type WorkEnd =
  | { readonly kind: 'done'; readonly succeededRuns: number; readonly unattended: readonly Resource[] }
  | { readonly kind: 'paused' }
  | { readonly kind: 'continueLater' };

/** One job's work on a tenant: step by step, looking up between pages for what others want meanwhile. */
export class Work {
  readonly runs: ActiveRuns;
  private attention: string | null | undefined = undefined;
  private paused = false;
  private runsByItself = false;
  private marksLeft = true;
  private driver: { readonly resource: Resource; readonly driver: RoundDriver } | null = null;
  private readonly unattended = new Set<Resource>();

  constructor(private readonly session: Session) {
    this.runs = new ActiveRuns(session.ports, session.tenantId);
  }

  async toTheEnd(): Promise<WorkEnd> {
    try {
      for (;;) {
        await this.session.keeper.renewIfDue();
        await this.lookUp();
        const end = await this.step();
        if (end !== null) return end;
      }
    } finally {
      await this.driver?.driver.settle();
    }
  }

  private async step(): Promise<WorkEnd | null> {
    const { session } = this;
    const step = nextSyncStep({
      states: session.states,
      wanted: await this.wanted(),
      marksLeft: this.marksLeft,
      paused: this.paused,
      budgetSpent: session.budgetSpent,
    });
    switch (step.kind) {
      case 'stop':
        return step.why === 'paused' ? { kind: 'paused' } : this.finish();
      case 'continueLater':
        return { kind: 'continueLater' };
      case 'consumeMarks':
        this.marksLeft = (await consumeMarks(session)) === 'maybeMore';
        return null;
      case 'round':
        await this.advance(step.resource);
        return null;
    }
  }

  private async advance(resource: Resource): Promise<void> {
    if (this.driver?.resource !== resource) {
      await this.driver?.driver.settle();
      this.driver = { resource, driver: new RoundDriver(this.session, this.runs, resource) };
    }
    const advance = await this.driver.driver.step();
    this.marksLeft = true;
    if (advance.kind === 'goesOn') return;
    this.driver = null;
    if (advance.unattendedChanges) this.unattended.add(resource);
  }

  private async wanted(): Promise<Set<Resource>> {
    const { syncStates } = this.session.ports;
    const wants = await syncStates.wants(this.session.tenantId);
    if (!this.runsByItself && this.runs.none()) {
      // Only runs ask for rounds of a tenant that does not run by itself, and all of them were cancelled.
      for (const want of wants) await syncStates.clearWant(this.session.tenantId, want.resource, want.tag);
      return new Set();
    }
    return new Set([...wants.map((want) => want.resource), ...this.runs.waiting()]);
  }

  /** Reads anew what others may have changed, but only where somebody signalled. */
  private async lookUp(): Promise<void> {
    const { session } = this;
    const attention = await session.ports.attention.look(session.tenantId);
    if (attention === this.attention) return;
    const first = this.attention === undefined;
    const tenant = await session.ports.tenants.get(session.tenantId);
    this.paused = tenant === null || tenant.value.paused;
    this.runsByItself = tenant?.value.state.kind === 'running';
    await this.runs.load();
    if (first) await this.runs.catchUp(session.states);
    this.attention = attention;
    for (const resource of RESOURCES) await this.abandonIfCancelled(resource);
  }

  /**
   * A full round whose every run was cancelled is given up. A running tenant is owed what it missed meanwhile, so
   * an increment is wanted in its place.
   */
  private async abandonIfCancelled(resource: Resource): Promise<void> {
    const { session } = this;
    const state = session.states[resource];
    const { round } = state;
    if (round?.kind !== 'full' || !(await this.runs.allCancelled(round.forRuns))) return;
    await this.driver?.driver.settle();
    this.driver = null;
    await session.saveState(abandonRound(state));
    await session.ports.seen.discard(session.fence, resource, round.roundId);
    const { syncStates } = session.ports;
    if (round.wantTag !== null) await syncStates.clearWant(session.tenantId, resource, round.wantTag);
    if (state.deltaLink !== null) {
      await syncStates.want(session.tenantId, resource, { full: false, since: session.now() });
    }
  }

  private async finish(): Promise<WorkEnd> {
    const finished = await this.runs.finish(this.session.now());
    return { kind: 'done', succeededRuns: finished.length, unattended: [...this.unattended] };
  }
}
