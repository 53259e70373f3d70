import { selectionOf, wantsAttributes } from '../../../core/selection.js';
import type { Touched } from '../../../core/mark.js';
import type { Resource } from '../../../core/resource.js';
import type { Setup } from '../../../core/setup/setup.js';
import type { ChangeCause } from '../../../core/people/person-change.js';
import type { RoleListState } from '../../../core/role-assignment.js';
import { holdersRead } from '../group-members/demand.js';
import type { Session } from '../session.js';
import { applyDecisions } from './apply-decisions.js';
import { concernedBy } from './concerned.js';
import { Derivation, type LeftToDo } from './derivation.js';
import { EarlyPace } from './early-pace.js';
import { lookBeneath } from './hidden-beneath.js';
import { judgeSetup, removeApproved } from './judge-setup.js';
import { loadSetups, markSetup } from './load-setups.js';
import { matchEverybody, takeOverRecords } from './match-setup.js';
import { MirrorView } from './mirror-view.js';
import { lookForGroups } from './missing-groups.js';
import { refreshRoles } from './refresh-roles.js';
import { relayOutbox } from './relay-outbox.js';
import { ReviewedSetups } from './reviewed-setups.js';
import { clearPeople, clearSetup, removePeople } from './remove-people.js';
import type { StartedSetup } from './started-setup.js';

const MARKS_AT_ONCE = 50;
const BUCKETS_AT_ONCE = 4;
/** Of a bucket's share of the tenant: where a page concerns more people, going through everybody is cheaper. */
const CONCERNED_PER_BUCKET = 60;

/** The people of a tenant's started setups, as one job derives them from the mirror. */
export class PeopleWork {
  private setups: readonly Setup[] = [];
  private started: readonly StartedSetup[] = [];
  private reviewed: ReviewedSetups;
  private roles: ReadonlyMap<string, RoleListState> | null = null;
  private rolesAreFresh = false;
  private readonly left: LeftToDo = { relay: false, judge: false };
  private view: MirrorView;
  private derivation: Derivation;
  private readonly earlyPace: EarlyPace;
  /**
   * Setups whose users were all matched since the mirror or the setups changed last. What other setups take or release
   * since comes as news, which is taken over whatever this says.
   */
  private readonly matchedAnew = new Set<string>();
  /** Whether a list of records is taken over in part. */
  recordsLeft = false;
  /** The run that makes this job look. */
  runId: string | null = null;

  /**
   * @param isOverruled whether to stop in the middle of a page's people
   * @param isCalled whether somebody signalled that the job should look up
   */
  constructor(
    private readonly session: Session,
    private readonly isOverruled: () => Promise<boolean>,
    private readonly isCalled: () => Promise<boolean>,
  ) {
    this.earlyPace = new EarlyPace(session.ports.clock);
    this.view = new MirrorView(session, []);
    this.reviewed = new ReviewedSetups(session, []);
    this.derivation = this.derivationBy(this.view);
  }

  get hasSetups(): boolean {
    return this.setups.length > 0;
  }

  get isActive(): boolean {
    return this.started.length > 0;
  }

  /** Whether somebody is derived, or matched before a setup is started. */
  get concernsEverybody(): boolean {
    return this.isActive || this.reviewed.areSome;
  }

  /** Whatever their state, as this job loaded them last. */
  get allSetups(): readonly Setup[] {
    return this.setups;
  }

  get setupIds(): readonly string[] {
    return this.setups.map(({ setupId }) => setupId);
  }

  /** As this job works with them. */
  get startedSetups(): readonly StartedSetup[] {
    return this.started;
  }

  get outboxLeft(): boolean {
    return this.left.relay;
  }

  get removalsToJudge(): boolean {
    return this.left.judge;
  }

  /** Reads the setups anew; where there is none this is all that people cost. */
  async load(): Promise<void> {
    const { setups, started, reviewed } = await loadSetups(this.session);
    this.setups = setups;
    this.started = started;
    this.reviewed = new ReviewedSetups(this.session, reviewed);
    // The old ones know only the groups that mattered to the setups as they were.
    this.view = new MirrorView(this.session, started);
    this.derivation = this.derivationBy(this.view);
    this.rolesAreFresh = false;
    this.matchedAnew.clear();
    this.left.relay = setups.length > 0;
    this.left.judge = this.isActive;
    await this.wantAttributes();
  }

  /** What a full round of this resource is to select. */
  selection(resource: Resource): readonly string[] {
    return selectionOf(resource, resource === 'users' ? this.attributesWanted() : []);
  }

  /** Everybody of the started setups is to be derived again. */
  async markEverybody(): Promise<void> {
    for (const { id } of this.started) await markSetup(this.session, id);
  }

  /** What was known of the mirror is no more. */
  mirrorChanged(): void {
    this.view.forget();
    this.reviewed.forget();
    this.matchedAnew.clear();
  }

  /** Before marks are consumed: a setup whose basis is another than before has everybody derived anew. */
  async prepare(): Promise<void> {
    await this.readRoles();
    const now = this.session.now();
    const mayGoOn = async (): Promise<boolean> => !this.session.budgetSpent && !(await this.isCalled());
    this.recordsLeft = false;
    for (const setup of this.started) {
      setup.judgeReadiness(this.roles);
      const { dueAt } = setup.progress;
      const isDue = dueAt !== null && dueAt <= now;
      const basis = setup.basis();
      if (basis !== setup.progress.basis || isDue) {
        if (setup.readiness !== 'waiting' && !setup.comesByPages) await markSetup(this.session, setup.id);
        await setup.save({ basis, readiness: setup.readiness, ...(isDue ? { dueAt: null } : {}) });
      }
      const taken = await takeOverRecords(this.session, setup, () => this.view.wholeGraph(), mayGoOn);
      if (taken === 'everybody') this.matchedAnew.add(setup.id);
      if (taken === 'interrupted') this.recordsLeft = true;
    }
    if (await this.reviewed.takeOver(mayGoOn)) this.recordsLeft = true;
  }

  /** Derives whom pages concern. `tooMany`: nothing was derived, everybody is to be gone through. */
  async derivePages(touched: Touched): Promise<'done' | 'tooMany' | 'interrupted'> {
    if (!this.concernsEverybody) return 'done';
    for (const setup of this.started) await lookForGroups(this.session, setup, touched.groupPresence);
    await lookBeneath(this.session, this.started, touched);
    const most = CONCERNED_PER_BUCKET * this.session.fence.bucketCount;
    const concerned = await concernedBy(this.session, touched, most);
    if (concerned === 'tooMany') return 'tooMany';
    await this.reviewed.matchThese(concerned);
    if (!this.isActive) return 'done';
    const cause = this.cause('The directory changed.');
    return (await this.derivation.these(this.started, concerned, cause)) ? 'done' : 'interrupted';
  }

  /** Derives one person anew, of every started setup that is able to; false where the budget ended first. */
  deriveOne(directoryId: string): Promise<boolean> {
    return this.derivation.these(
      this.started,
      [directoryId],
      this.cause('Somebody asked for this person now.'),
    );
  }

  /** Users of a first round, before anything else is known: only where groups decide nothing. */
  async deriveEarly(userIds: readonly string[]): Promise<void> {
    for (const setup of this.started) setup.judgeReadiness(this.roles);
    const able = this.started.filter(
      ({ readiness, setup }) => readiness === 'partial' && setup.document.scope.kind === 'directory',
    );
    if (able.length === 0) return;
    this.view.forgetGroups();
    await this.derivation.these(able, userIds, this.cause('The directory is read for the first time.'));
  }

  /**
   * Derives everybody by the groups that a first round has brought so far, now and then while it goes on: who is in
   * scope by a group comes, and what groups give is given, before the last of them was read.
   */
  async deriveSoFar(): Promise<void> {
    if (!this.isActive) return;
    await this.earlyPace.whenDue(async () => {
      for (const setup of this.started) setup.judgeReadiness(this.roles);
      if (this.started.every(({ readiness }) => readiness !== 'partial')) return;
      for (let first = 0; first < this.session.fence.bucketCount; first += BUCKETS_AT_ONCE) {
        if (this.session.budgetSpent || (await this.isOverruled())) return;
        await this.session.keeper.renewIfDue();
        const end = Math.min(first + BUCKETS_AT_ONCE, this.session.fence.bucketCount);
        const buckets = Array.from({ length: end - first }, (_, index) => first + index);
        await this.deriveBuckets(buckets, null);
      }
    });
  }

  /** Derives everybody in these buckets: of every setup, or of one. */
  async deriveBuckets(buckets: readonly number[], setupId: string | null): Promise<void> {
    if (setupId === null && buckets[0] === 0) await this.reviewed.matchEverybody();
    const setups = this.started.filter(({ id }) => setupId === null || id === setupId);
    const able = setups.filter(({ readiness }) => readiness !== 'waiting');
    if (able.length === 0) return;
    if (buckets[0] === 0)
      for (const setup of able)
        if (!this.matchedAnew.delete(setup.id))
          await matchEverybody(this.session, setup, await this.view.wholeGraph());
    const why = setupId === null ? 'The directory was read anew.' : 'The setup changed.';
    await this.derivation.buckets(able, buckets, this.cause(why));
  }

  /** The state of a setup that a mark is of; null where it is no more. */
  stateOf(setupId: string): Setup['state'] | null {
    return this.setups.find((setup) => setup.setupId === setupId)?.state ?? null;
  }

  /** Carries out what operators decided: each concerns people whom the guard has held already. */
  async decide(): Promise<void> {
    for (const setup of this.started) {
      const decided = this.cause('An operator decided.');
      const reader = await this.view.factsReader();
      if (await applyDecisions(this.session, setup, reader, decided)) this.left.relay = true;
      if (await removeApproved(this.session, setup, reader, decided)) this.left.relay = true;
    }
  }

  /** Whether setups are not what they were when they were loaded. */
  async isOutOfDate(): Promise<boolean> {
    const now = await this.session.ports.setups.all(this.session.tenantId);
    return standing(now) !== standing(this.setups);
  }

  /**
   * Carries out what operators decided, and judges what was staged. Not while the mirror holds what nothing was
   * derived from yet: some of those staged may be out because of it alone. Answers whether it judged.
   */
  async judge(): Promise<boolean> {
    if (await this.mirrorIsAhead()) return false;
    await this.decide();
    for (const setup of this.started) {
      const judged = this.cause('Removals were judged.');
      if (await judgeSetup(this.session, setup, await this.view.factsReader(), judged))
        this.left.relay = true;
    }
    this.left.judge = false;
    return true;
  }

  /** When the removals that the guard holds were last worked out; null where it holds none. */
  async heldSince(): Promise<string | null> {
    let latest: string | null = null;
    for (const setup of this.started)
      for (const { kind, since } of (await setup.stagedRemovals()).values())
        if (kind === 'held' && (latest === null || since > latest)) latest = since;
    return latest;
  }

  async relay(): Promise<void> {
    this.left.relay = (await relayOutbox(this.session)) === 'maybeMore';
  }

  /** Removes the people of a setup that is being removed, so that the product is told. */
  async removeBucket(setupId: string, bucket: number): Promise<void> {
    const setup = this.setups.find((one) => one.setupId === setupId);
    if (setup === undefined) return;
    this.left.relay = true;
    await removePeople(this.session, setup, bucket, this.cause('The setup was removed.'));
  }

  /** False where the budget ended before everything was published. */
  async isPublished(): Promise<boolean> {
    if (this.left.relay) await this.relay();
    return !this.left.relay;
  }

  async clearBucket(setupId: string, bucket: number): Promise<void> {
    await clearPeople(this.session, setupId, bucket);
  }

  async removeSetup(setupId: string): Promise<void> {
    await clearSetup(this.session, setupId);
    this.setups = this.setups.filter((setup) => setup.setupId !== setupId);
  }

  private async mirrorIsAhead(): Promise<boolean> {
    if (!this.isActive) return false;
    const marks = await this.session.ports.marks.list(this.session.tenantId, MARKS_AT_ONCE);
    return marks.some(({ mark }) => mark.kind !== 'setup');
  }

  /** Once in a job, at once where a run was asked for. */
  private async readRoles(): Promise<void> {
    if (this.rolesAreFresh) return;
    this.roles = await refreshRoles(this.session, this.started, this.setups, this.runId !== null);
    this.rolesAreFresh = true;
    if (this.roles !== null) await holdersRead(this.session);
  }

  private async wantAttributes(): Promise<void> {
    const { ports, tenantId, states } = this.session;
    const want = (resource: Resource) =>
      ports.syncStates.want(tenantId, resource, { full: true, since: this.session.now() });
    if (wantsAttributes(states.users, this.attributesWanted())) await want('users');
    // Of groups only a new version of the product asks for more; a first round selects it anyway.
    if (states.groups.deltaLink !== null && wantsAttributes(states.groups, selectionOf('groups', [])))
      await want('groups');
  }

  private attributesWanted(): readonly string[] {
    return [...this.started, ...this.reviewed.all].flatMap(({ attributes }) => attributes);
  }

  private derivationBy(view: MirrorView): Derivation {
    return new Derivation(this.session, view, this.left, this.isOverruled);
  }

  private cause(reason: string): ChangeCause {
    return { runId: this.runId, reason, at: this.session.now() };
  }
}

function standing(setups: readonly Setup[]): string {
  return JSON.stringify(setups.map(({ setupId, state, version }) => [setupId, state, version]));
}
