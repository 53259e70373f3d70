import { RESOURCES, type Resource } from '../../core/resource.js';
import type { Warning } from '../../core/round.js';
import { abandonRound } from '../../core/round-steps.js';
import { nextSyncStep } from '../../core/sync-step.js';
import type { Tenant } from '../../core/tenant.js';
import { ActiveRuns } from './active-runs.js';
import { attendSetups } from './attend-setups.js';
import { RoundDriver } from './advance-round.js';
import { buildSearchIndex } from './build-search-index.js';
import { consumeMarks, consumePageMarks } from './consume-marks.js';
import { resolveDoubts } from './doubts.js';
import { DriftChecker } from './drift/drift-checker.js';
import { FreshnessKeeper } from './freshness-keeper.js';
import { followSetups } from './follow-setups.js';
import { readDemand, wantMembers } from './group-members/demand.js';
import { noteSynced } from './note-synced.js';
import { PurgedUsers } from './purged-users.js';
import { PeopleWork } from './people/people-work.js';
import { restingSetupsHold } from './people/resting-setups.js';
import { warningsOfPeople } from './people/people-warnings.js';
import { refusePersonSyncs, restingWords } from './person-sync/refuse-person-syncs.js';
import { servePersonSyncs } from './person-sync/serve-person-syncs.js';
import { recordHealth } from './record-health.js';
import type { Session } from './session.js';
import { UnattendedRounds } from './unattended-rounds.js';
import type { WakeUp } from './wake-up.js';

/** How a job's work ended. */
export type WorkEnd =
  | {
      readonly kind: 'done';
      /** When the removals that the guard holds were last worked out; null where it holds none. */
      readonly heldSince: string | null;
      /** Of what people depend on and could not be read. */
      readonly warnings: readonly Warning[];
    }
  | { readonly kind: 'paused' }
  | { readonly kind: 'continueLater' };

/** One job's work on a tenant: step by step, looking up between pages for what others want meanwhile. */
export class Work {
  readonly runs: ActiveRuns;
  readonly people: PeopleWork;
  private attention: string | null | undefined = undefined;
  private paused = false;
  private marksLeft = true;
  private doubtsLeft: boolean;
  private setupsToAttend = false;
  /** Whose failure it is, if one comes now; null between rounds. */
  reading: Resource | null = null;
  private readonly drivers = new Map<Resource, RoundDriver>();
  /** What is to be told of, however the job's work ends. */
  readonly unattended = new UnattendedRounds();
  readonly freshness: FreshnessKeeper;
  private readonly drift: DriftChecker;
  private readonly purged: PurgedUsers;

  constructor(
    readonly session: Session,
    job: WakeUp,
  ) {
    this.freshness = new FreshnessKeeper(session, job);
    this.drift = new DriftChecker(session, job);
    this.purged = new PurgedUsers(session);
    // Of its own job, or one of the net: neither a notification nor a run waits for it.
    this.doubtsLeft = job.kind === 'continue' && !session.isOffline;
    this.runs = new ActiveRuns(session.ports, session.tenantId);
    this.people = new PeopleWork(
      session,
      () => this.isOverruled(),
      () => this.isCalled(),
    );
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
      for (const driver of this.drivers.values()) await driver.settle();
    }
  }

  private async step(): Promise<WorkEnd | null> {
    const { session } = this;
    const step = nextSyncStep({
      states: session.states,
      wanted: await this.wanted(),
      doubtsLeft: this.doubtsLeft,
      marksLeft: this.marksLeft,
      setupsToAttend: this.setupsToAttend,
      removalsToJudge: this.people.removalsToJudge,
      outboxLeft: this.people.outboxLeft,
      searchToBuild: session.states.users.searchIndex.nextBucket !== null,
      purgesToAsk: this.purged.isDue(this.runs.hasNightly()),
      driftToCheck: !session.isOffline && this.drift.isDue(this.runs.hasNightly()),
      paused: this.paused,
      offline: session.isOffline,
      budgetSpent: session.budgetSpent,
    });
    switch (step.kind) {
      case 'stop':
        return step.why === 'paused' ? { kind: 'paused' } : this.stop();
      case 'continueLater':
        return { kind: 'continueLater' };
      case 'resolveDoubts':
        this.doubtsLeft = (await resolveDoubts(session)) === 'maybeMore';
        this.marksLeft = true;
        return null;
      case 'consumeMarks':
        await this.consumeMarks();
        return null;
      case 'judgeRemovals':
        await this.people.judge();
        this.marksLeft = true; // Where ties changed, others are concerned.
        return null;
      case 'relayOutbox':
        await this.people.relay();
        return null;
      case 'buildSearchIndex':
        await buildSearchIndex(session, this.people.setupIds);
        return null;
      case 'removePurged':
        this.marksLeft = await this.purged.remove();
        return null;
      case 'checkDrift':
        await this.drift.check();
        return null;
      case 'attendSetups':
        this.setupsToAttend = false;
        if (await attendSetups(session, this.people, () => this.isCalled())) {
          await this.runs.completePeople();
          await this.endRuns();
        }
        return null;
      case 'round':
        await this.advance(step.resource);
        return null;
    }
  }

  /** Null if people are to be written first. */
  private async stop(): Promise<WorkEnd | null> {
    await this.runs.completePeople();
    if (await this.beginPeople()) return null;
    await this.endRuns();
    return this.ended();
  }

  private async consumeMarks(): Promise<void> {
    const left = await consumeMarks(this.session, this.people, () => this.isCalled());
    this.marksLeft = left === 'maybeMore';
  }

  private async advance(resource: Resource): Promise<void> {
    const driver =
      this.drivers.get(resource) ?? new RoundDriver(this.session, this.runs, this.people, resource);
    this.drivers.set(resource, driver);
    this.reading = resource;
    const advance = await driver.step();
    this.reading = null;
    this.marksLeft = true;
    if (advance.kind === 'goesOn') return;
    this.drivers.delete(resource);
    this.freshness.completed(advance.state);
    if (!advance.attended) this.unattended.keep(advance.state);
    if (RESOURCES.some((other) => this.session.states[other].round?.kind === 'full'))
      await this.endWhatIsDone();
  }

  /**
   * While a full round of the other resource goes on, what was quick is not made to wait for its end; removals are,
   * since such a round may have hidden whatever they follow from.
   */
  private async endWhatIsDone(): Promise<void> {
    await consumePageMarks(this.session, this.people);
    if (this.people.outboxLeft) await this.people.relay();
    await this.endRuns();
  }

  private async wanted(): Promise<Set<Resource>> {
    const { syncStates } = this.session.ports;
    const wants = await syncStates.wants(this.session.tenantId);
    return new Set([...wants.map((want) => want.resource), ...this.runs.waiting()]);
  }

  private async isCalled(): Promise<boolean> {
    return (await this.session.ports.attention.look(this.session.tenantId)) !== this.attention;
  }

  /**
   * Whether to stop between the people of one page, who are begun anew then: only where somebody paused or changed
   * what they are derived by.
   */
  private async isOverruled(): Promise<boolean> {
    if (!(await this.isCalled())) return false;
    const tenant = await this.session.ports.tenants.get(this.session.tenantId);
    return isResting(tenant?.value) || (await this.people.isOutOfDate());
  }

  /** Reads anew what others may have changed, but only where somebody signalled. */
  private async lookUp(): Promise<void> {
    const { session } = this;
    const attention = await session.ports.attention.look(session.tenantId);
    if (attention === this.attention) return;
    const first = this.attention === undefined;
    const tenant = await session.ports.tenants.get(session.tenantId);
    this.paused = isResting(tenant?.value);
    // Before the setups that people are derived by: what an edit does not need any more then leaves once it is known.
    if (tenant !== null) session.demand = await readDemand(session, tenant.value);
    await this.people.load();
    if (!session.isOffline) await wantMembers(session);
    this.setupsToAttend = this.people.hasSetups;
    if (tenant !== null) await followSetups(session, tenant.value, this.people.isActive);
    await this.runs.load();
    this.marksLeft = true;
    this.people.runId = this.runs.first();
    if (first) await this.runs.catchUp(session.states);
    if (!this.paused) await this.beginPeople();
    if (!this.paused && !session.isOffline) await servePersonSyncs(session, this.people);
    else if (tenant !== null)
      await refusePersonSyncs(session.ports, session.tenantId, restingWords(tenant.value));
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
    if (round?.kind !== 'full' || !(await this.runs.wereCancelled(round.forRuns))) return;
    await this.drivers.get(resource)?.settle();
    this.drivers.delete(resource);
    const { syncStates, seen } = session.ports;
    if (round.wantTag !== null) await syncStates.clearWant(session.tenantId, resource, round.wantTag);
    if (state.deltaLink !== null) {
      await syncStates.want(session.tenantId, resource, { full: false, since: session.now() });
    }
    await session.saveState(abandonRound(state));
    await seen.discard(session.fence, resource, round.roundId);
  }

  /** Whether everybody was marked, since some run asks for its people now. */
  private async beginPeople(): Promise<boolean> {
    if (!this.runs.wantsPeople()) return false;
    await this.people.markEverybody();
    await this.runs.beginPeople(this.session.now());
    this.marksLeft = true;
    return true;
  }

  private async ended(): Promise<WorkEnd> {
    await this.freshness.peopleWritten(this.people.startedSetups);
    const heldSince = await this.people.heldSince();
    if (
      heldSince === null &&
      this.runs.someHeld &&
      !(await restingSetupsHold(this.session, this.people.allSetups))
    )
      await this.runs.settleHeld();
    await recordHealth(this.session, this.people.allSetups, this.people.startedSetups);
    const ofPeople = await warningsOfPeople(this.session, this.people.startedSetups);
    return { kind: 'done', heldSince, warnings: [...ofPeople, ...this.drift.warnings] };
  }

  /** Before a run is seen to have succeeded, its tenant is seen to be mended: a crash in between repeats both. */
  private async endRuns(): Promise<void> {
    const { session } = this;
    const ends = this.runs.canEnd();
    // Of a tenant that is not asked nothing was synced.
    if (!session.isOffline && (session.progressed || ends)) await noteSynced(session, ends);
    if (!ends) return;
    const heldSince = await this.people.heldSince();
    const warnings = await warningsOfPeople(session, this.people.startedSetups);
    await this.runs.finish({ now: session.now(), heldSince, warnings });
  }
}

function isResting(tenant: Tenant | undefined): boolean {
  return tenant === undefined || tenant.paused || tenant.state.kind === 'disconnecting';
}
