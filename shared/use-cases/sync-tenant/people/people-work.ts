import { selectionOf, wantsAttributes } from '../../../core/selection.js';
import type { Touched } from '../../../core/mark.js';
import type { Resource } from '../../../core/resource.js';
import type { Setup } from '../../../core/setup/setup.js';
import type { PersonFacts } from '../../../core/people/facts.js';
import type { ChangeCause } from '../../../core/people/person-change.js';
import type { Person } from '../../../core/people/person.js';
import type { RoleListState } from '../../../core/role-assignment.js';
import { FactsReader } from '../../../ports/read-facts.js';
import { WholeGraph } from '../../../ports/whole-graph.js';
import { allOf } from '../all-of.js';
import type { Session } from '../session.js';
import { applyDecisions } from './apply-decisions.js';
import { concernedBy } from './concerned.js';
import { derivePeople, type Known } from './derive-people.js';
import { judgeSetup } from './judge-setup.js';
import { loadSetups, markSetup } from './load-setups.js';
import { matchEverybody, takeOverRecords } from './match-setup.js';
import { lookForGroups, noteMissing } from './missing-groups.js';
import { readBucket, readStored } from './read-bucket.js';
import { refreshRoles } from './refresh-roles.js';
import { relayOutbox } from './relay-outbox.js';
import { clearPeople, clearSetup, removePeople } from './remove-people.js';
import type { StartedSetup } from './started-setup.js';

const PEOPLE_AT_ONCE = 200;
const MARKS_AT_ONCE = 50;
/** Of a bucket's share of the tenant: where a page concerns more people, going through everybody is cheaper. */
const CONCERNED_PER_BUCKET = 60;

/** The people of a tenant's started setups, as one job derives them from the mirror. */
export class PeopleWork {
  private setups: readonly Setup[] = [];
  private started: readonly StartedSetup[] = [];
  private graph: WholeGraph | null = null;
  private reader: FactsReader | null = null;
  private roles: ReadonlyMap<string, RoleListState> | null = null;
  private rolesAreFresh = false;
  private toRelay = false;
  private toJudge = false;
  /** The run that makes this job look. */
  runId: string | null = null;

  constructor(private readonly session: Session) {}

  get isActive(): boolean {
    return this.started.length > 0;
  }

  /** As this job works with them. */
  get startedSetups(): readonly StartedSetup[] {
    return this.started;
  }

  get outboxLeft(): boolean {
    return this.toRelay;
  }

  get removalsToJudge(): boolean {
    return this.toJudge;
  }

  /** Reads the setups anew; where there is none this is all that people cost. */
  async load(): Promise<void> {
    const { setups, started } = await loadSetups(this.session);
    this.setups = setups;
    this.started = started;
    // Both know only the groups that mattered to the setups as they were.
    this.graph = null;
    this.reader = null;
    this.rolesAreFresh = false;
    this.toRelay = setups.length > 0;
    this.toJudge = this.isActive;
    await this.wantAttributes();
  }

  /** What a full round of this resource is to select. */
  selection(resource: Resource): readonly string[] {
    return selectionOf(
      resource,
      resource === 'users' ? this.started.flatMap((setup) => setup.attributes) : [],
    );
  }

  /** What was known of the mirror is no more. */
  mirrorChanged(): void {
    this.graph = null;
    this.reader = null;
  }

  /** Before marks are consumed: a setup whose basis is another than before has everybody derived anew. */
  async prepare(): Promise<void> {
    await this.readRoles();
    const now = this.session.now();
    for (const setup of this.started) {
      setup.judgeReadiness(this.roles);
      const { dueAt } = setup.progress;
      const isDue = dueAt !== null && dueAt <= now;
      const basis = setup.basis();
      if (basis !== setup.progress.basis || isDue) {
        if (setup.readiness !== 'waiting') await markSetup(this.session, setup.id);
        await setup.save({ basis, readiness: setup.readiness, ...(isDue ? { dueAt: null } : {}) });
      }
      if (setup.readiness !== 'waiting') await takeOverRecords(this.session, setup, () => this.wholeGraph());
    }
  }

  /** Derives whom pages concern. `tooMany`: nothing was derived, everybody is to be gone through. */
  async derivePages(touched: Touched): Promise<'done' | 'tooMany' | 'budgetSpent'> {
    if (!this.isActive) return 'done';
    for (const setup of this.started) await lookForGroups(this.session, setup, touched.groupPresence);
    const most = CONCERNED_PER_BUCKET * this.session.fence.bucketCount;
    const concerned = await concernedBy(this.session, touched, most);
    if (concerned === 'tooMany') return 'tooMany';
    const cause = this.cause('The directory changed.');
    return (await this.deriveThese(this.started, concerned, cause)) ? 'done' : 'budgetSpent';
  }

  /** Derives one person anew, of every started setup that is able to; false where the budget ended first. */
  deriveOne(directoryId: string): Promise<boolean> {
    return this.deriveThese(this.started, [directoryId], this.cause('Somebody asked for this person now.'));
  }

  /** Users of a first round, before anything else is known: only where groups decide nothing. */
  async deriveEarly(userIds: readonly string[]): Promise<void> {
    for (const setup of this.started) setup.judgeReadiness(this.roles);
    const able = this.started.filter(
      ({ readiness, setup }) => readiness === 'partial' && setup.document.scope.kind === 'directory',
    );
    if (able.length === 0) return;
    this.reader = null;
    await this.deriveThese(able, userIds, this.cause('The directory is read for the first time.'));
  }

  /** Derives everybody in these buckets: of every setup, or of one. */
  async deriveBuckets(buckets: readonly number[], setupId: string | null): Promise<void> {
    const setups = this.started.filter(({ id }) => setupId === null || id === setupId);
    const able = setups.filter(({ readiness }) => readiness !== 'waiting');
    if (able.length === 0) return;
    const graph = await this.wholeGraph();
    if (buckets[0] === 0) for (const setup of able) await matchEverybody(this.session, setup, graph);
    const why = setupId === null ? 'The directory was read anew.' : 'The setup changed.';
    await allOf(buckets.map((bucket) => this.deriveBucket(graph, able, bucket, this.cause(why))));
  }

  /** The state of a setup that a mark is of; null where it is no more. */
  stateOf(setupId: string): Setup['state'] | null {
    return this.setups.find((setup) => setup.setupId === setupId)?.state ?? null;
  }

  /**
   * Carries out what operators decided, and judges what was staged. Not while the mirror holds what nothing was
   * derived from yet: some of those staged may be out because of it alone. Answers whether it judged.
   */
  async judge(): Promise<boolean> {
    if (await this.mirrorIsAhead()) return false;
    for (const setup of this.started) {
      const decided = this.cause('An operator decided.');
      if (await applyDecisions(this.session, setup, await this.factsReader(), decided)) this.toRelay = true;
      const judged = this.cause('Removals were judged.');
      if (await judgeSetup(this.session, setup, await this.factsReader(), judged)) this.toRelay = true;
    }
    this.toJudge = false;
    return true;
  }

  /** Whether the guard held anything since this job began. */
  get heldSome(): boolean {
    return this.started.some((setup) => setup.heldSome);
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
    this.toRelay = (await relayOutbox(this.session)) === 'maybeMore';
  }

  /** Removes the people of a setup that is being removed, so that the product is told. */
  async removeBucket(setupId: string, bucket: number): Promise<void> {
    const setup = this.setups.find((one) => one.setupId === setupId);
    if (setup === undefined) return;
    this.toRelay = true;
    await removePeople(this.session, setup, bucket, this.cause('The setup was removed.'));
  }

  /** False where the budget ended before everything was published. */
  async isPublished(): Promise<boolean> {
    if (this.toRelay) await this.relay();
    return !this.toRelay;
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
    this.roles = await refreshRoles(this.session, this.started, this.runId !== null);
    this.rolesAreFresh = true;
  }

  private async wantAttributes(): Promise<void> {
    const { ports, tenantId, states } = this.session;
    const wanted = this.started.flatMap(({ attributes }) => attributes);
    if (!wantsAttributes(states.users, wanted)) return;
    await ports.syncStates.want(tenantId, 'users', { full: true, since: this.session.now() });
  }

  private cause(reason: string): ChangeCause {
    return { runId: this.runId, reason, at: this.session.now() };
  }

  /** False where the budget ended first. */
  private async deriveThese(
    setups: readonly StartedSetup[],
    directoryIds: readonly string[],
    cause: ChangeCause,
  ): Promise<boolean> {
    const reader = await this.factsReader();
    for (let at = 0; at < directoryIds.length; at += PEOPLE_AT_ONCE) {
      if (this.session.budgetSpent) return false;
      await this.session.keeper.renewIfDue();
      const facts = await reader.read(directoryIds.slice(at, at + PEOPLE_AT_ONCE));
      await this.enterReports(facts);
      for (const setup of setups) await this.derive(setup, facts, cause);
    }
    return true;
  }

  private async derive(
    setup: StartedSetup,
    facts: readonly PersonFacts[],
    cause: ChangeCause,
    known: Known = {},
  ): Promise<void> {
    await this.session.keeper.renewIfDue();
    this.toJudge = true;
    if (await derivePeople(this.session, setup, facts, cause, known)) this.toRelay = true;
  }

  private async deriveBucket(
    graph: WholeGraph,
    setups: readonly StartedSetup[],
    bucket: number,
    cause: ChangeCause,
  ): Promise<void> {
    const stored = await Promise.all(setups.map(({ id }) => readStored(this.session, id, bucket)));
    const known = stored.flatMap(({ people, hosts }) => [...people.keys(), ...hosts.keys()]);
    const facts = await readBucket(this.session, graph, bucket, known);
    await this.enterReports(
      facts,
      stored.map(({ people }) => people),
    );
    for (const [index, setup] of setups.entries())
      await this.derive(setup, facts, cause, { ...stored[index], isMatched: true });
  }

  /** Before people are written who show their manager: who does so already was entered then. */
  private async enterReports(
    facts: readonly PersonFacts[],
    people: readonly ReadonlyMap<string, Person>[] = [],
  ): Promise<void> {
    const { ports, fence } = this.session;
    const reports = facts.flatMap(({ directoryId, user }) => {
      if (user?.managerId == null) return [];
      const { managerId } = user;
      const known = people.some((of) => of.get(directoryId)?.manager?.directoryId === managerId);
      return known ? [] : [{ managerId, reportId: directoryId }];
    });
    if (reports.length > 0) await ports.reports.enter(fence, reports);
  }

  /**
   * With it comes which groups that decide about everybody are gone: a full round hides some without a mark that
   * names them.
   */
  private async factsReader(): Promise<FactsReader> {
    if (this.reader !== null) return this.reader;
    for (const setup of this.started) await lookForGroups(this.session, setup, setup.decisiveGroups);
    this.reader = new FactsReader(this.source(), this.session.fence, this.groupsThatMatter());
    return this.reader;
  }

  private async wholeGraph(): Promise<WholeGraph> {
    if (this.graph !== null) return this.graph;
    const { fence, keeper } = this.session;
    this.graph = await WholeGraph.read({ ports: this.source(), fence, keeper }, this.groupsThatMatter());
    for (const setup of this.started)
      await noteMissing(this.session, setup, setup.namedGroups, this.graph.liveGroups);
    return this.graph;
  }

  private source() {
    const { mirror, roleAssignments } = this.session.ports;
    const namesRoles = this.started.some(({ roleLists }) => roleLists.length > 0);
    return { mirror, roleAssignments: namesRoles ? roleAssignments : null };
  }

  private groupsThatMatter(): ReadonlySet<string> | null {
    if (this.started.some(({ compiled }) => compiled.grants.everyGroupIsSegment)) return null;
    return new Set(this.started.flatMap(({ namedGroups }) => [...namedGroups]));
  }
}
