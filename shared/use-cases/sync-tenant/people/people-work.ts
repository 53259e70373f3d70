import { selectionOf, wantsAttributes } from '../../../core/selection.js';
import type { Touched } from '../../../core/mark.js';
import type { Resource } from '../../../core/resource.js';
import type { Setup } from '../../../core/setup/setup.js';
import type { MirrorUser } from '../../../core/mirror-rows.js';
import type { PersonFacts } from '../../../core/people/facts.js';
import type { ChangeCause } from '../../../core/people/person-change.js';
import type { Host, Person } from '../../../core/people/person.js';
import { FactsReader } from '../../../ports/read-facts.js';
import { allOf } from '../all-of.js';
import type { Session } from '../session.js';
import { applyDecisions } from './apply-decisions.js';
import { concernedBy } from './concerned.js';
import { derivePeople } from './derive-people.js';
import { judgeSetup } from './judge-setup.js';
import { relayOutbox } from './relay-outbox.js';
import { StartedSetup } from './started-setup.js';
import { WholeGraph } from '../../../ports/whole-graph.js';

const PEOPLE_AT_ONCE = 200;
/** Of a bucket's share of the tenant: where a page concerns more people, going through everybody is cheaper. */
const CONCERNED_PER_BUCKET = 60;

/** The people of a tenant's started setups, as one job derives them from the mirror. */
export class PeopleWork {
  private setups: readonly Setup[] = [];
  private started: readonly StartedSetup[] = [];
  private graph: WholeGraph | null = null;
  private reader: FactsReader | null = null;
  private toRelay = false;
  private toJudge = false;
  /** Whether the guard held removals in this job. */
  heldRemovals = false;
  /** The run that makes this job look. */
  runId: string | null = null;

  constructor(private readonly session: Session) {}

  get isActive(): boolean {
    return this.started.length > 0;
  }

  get outboxLeft(): boolean {
    return this.toRelay;
  }

  get removalsToJudge(): boolean {
    return this.toJudge;
  }

  /** Reads the setups anew; where none is started this is all that people cost. */
  async load(): Promise<void> {
    const { ports, tenantId } = this.session;
    this.setups = await ports.setups.all(tenantId);
    const started = this.setups.filter(({ state }) => state === 'started');
    const progresses = this.setups.length === 0 ? [] : await ports.setupProgresses.all(tenantId);
    const progressOf = new Map(progresses.map((progress) => [progress.setupId, progress]));
    const organizations = [...new Set(started.map(({ document }) => document.organizationId))];
    const catalogs = new Map(
      await Promise.all(organizations.map(async (id) => [id, await ports.catalogEntries.whole(id)] as const)),
    );
    this.started = started.flatMap((setup) => {
      const catalog = catalogs.get(setup.document.organizationId);
      const progress = progressOf.get(setup.setupId) ?? null;
      return catalog === undefined ? [] : new StartedSetup(this.session, setup, catalog, progress);
    });
    // Who is not started any more is derived anew once it is again.
    for (const { setupId, state } of this.setups) {
      const progress = progressOf.get(setupId);
      if (state === 'removing') await this.markSetup(setupId);
      else if (state !== 'started' && progress !== undefined && progress.basis !== null)
        await ports.setupProgresses.save(this.session.fence, { ...progress, basis: null });
    }
    this.reader = null;
    this.toRelay = this.setups.length > 0;
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
    const now = this.session.now();
    for (const setup of this.started) {
      setup.judgeReadiness();
      const { dueAt } = setup.progress;
      const isDue = dueAt !== null && dueAt <= now;
      const basis = setup.basis();
      if (basis === setup.progress.basis && !isDue) continue;
      if (setup.readiness !== 'waiting') await this.markSetup(setup.id);
      await setup.save({ basis, readiness: setup.readiness, ...(isDue ? { dueAt: null } : {}) });
    }
  }

  /** Derives whom pages concern. `tooMany`: nothing was derived, everybody is to be gone through. */
  async derivePages(touched: Touched): Promise<'done' | 'tooMany' | 'budgetSpent'> {
    if (!this.isActive) return 'done';
    await this.lookForGroups(touched.groupPresence);
    const most = CONCERNED_PER_BUCKET * this.session.fence.bucketCount;
    const concerned = await concernedBy(this.session, touched, most);
    if (concerned === 'tooMany') return 'tooMany';
    const cause = this.cause('The directory changed.');
    return (await this.deriveThese(this.started, concerned, cause)) ? 'done' : 'budgetSpent';
  }

  /** Users of a first round, before anything else is known: only where groups decide nothing. */
  async deriveEarly(userIds: readonly string[]): Promise<void> {
    for (const setup of this.started) setup.judgeReadiness();
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
    const why = setupId === null ? 'The directory was read anew.' : 'The setup changed.';
    await allOf(buckets.map((bucket) => this.deriveBucket(graph, able, bucket, this.cause(why))));
  }

  /** The state of a setup that a mark is of; null where it is no more. */
  stateOf(setupId: string): Setup['state'] | null {
    return this.setups.find((setup) => setup.setupId === setupId)?.state ?? null;
  }

  async judge(): Promise<void> {
    for (const setup of this.started) {
      const cause = this.cause('An operator decided.');
      if (await applyDecisions(this.session, setup, this.factsReader(), cause)) this.toRelay = true;
      const { wrote, held } = await judgeSetup(
        this.session,
        setup,
        this.factsReader(),
        this.cause('Removals were judged.'),
      );
      if (wrote) this.toRelay = true;
      if (held) this.heldRemovals = true;
    }
    this.toJudge = false;
  }

  async relay(): Promise<void> {
    this.toRelay = (await relayOutbox(this.session)) === 'maybeMore';
  }

  /** Takes out the people of a setup that is being removed, and at the end the setup itself. */
  async clearBucket(setupId: string, bucket: number): Promise<void> {
    const { ports, fence } = this.session;
    await ports.people.clear(fence, setupId, bucket);
    await ports.hosts.clear(fence, setupId, bucket);
  }

  async removeSetup(setupId: string): Promise<void> {
    const { ports, fence, tenantId } = this.session;
    await ports.removals.clear(fence, setupId);
    await ports.overrides.clear(fence, setupId);
    await ports.removalDecisions.clear(fence, setupId);
    await ports.setupProgresses.remove(fence, setupId);
    const stored = await ports.setups.get(tenantId, setupId);
    if (stored?.value.state === 'removing') await ports.setups.remove(stored);
    this.setups = this.setups.filter((setup) => setup.setupId !== setupId);
  }

  private async markSetup(setupId: string): Promise<void> {
    const { ports, fence } = this.session;
    await ports.marks.put(fence, { kind: 'setup', markId: `setup:${setupId}`, setupId, position: 0 });
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
    const reader = this.factsReader();
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
    known: Parameters<typeof derivePeople>[4] = {},
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
    const { ports, fence } = this.session;
    const users = new Map<string, MirrorUser>();
    for await (const rows of ports.mirror.scanUsers(fence, bucket))
      for (const row of rows) users.set(row.id, row);
    const people = new Map<string, Map<string, Person>>();
    const hosts = new Map<string, Map<string, Host[]>>();
    const ids = new Set(users.keys());
    for (const { id } of setups) {
      const found = await this.peopleIn(id, bucket);
      const met = await this.hostsIn(id, bucket);
      for (const known of [...found.keys(), ...met.keys()]) ids.add(known);
      people.set(id, found);
      hosts.set(id, met);
    }
    const facts = await graph.factsOf([...ids], users);
    await this.enterReports(facts, [...people.values()]);
    for (const setup of setups) {
      const known = {
        people: people.get(setup.id) ?? new Map<string, Person>(),
        hosts: hosts.get(setup.id) ?? new Map<string, Host[]>(),
      };
      await this.derive(setup, facts, cause, known);
    }
  }

  private async peopleIn(setupId: string, bucket: number): Promise<Map<string, Person>> {
    const found = new Map<string, Person>();
    for await (const people of this.session.ports.people.scan(this.session.fence, setupId, bucket))
      for (const person of people) found.set(person.directoryId, person);
    return found;
  }

  private async hostsIn(setupId: string, bucket: number): Promise<Map<string, Host[]>> {
    const found = new Map<string, Host[]>();
    for await (const hosts of this.session.ports.hosts.scan(this.session.fence, setupId, bucket))
      for (const host of hosts) found.set(host.directoryId, [...(found.get(host.directoryId) ?? []), host]);
    return found;
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

  private factsReader(): FactsReader {
    this.reader ??= new FactsReader(this.session.ports, this.session.fence, this.groupsThatMatter());
    return this.reader;
  }

  private async wholeGraph(): Promise<WholeGraph> {
    if (this.graph !== null) return this.graph;
    this.graph = await WholeGraph.read(this.session, this.groupsThatMatter());
    for (const setup of this.started) await this.noteMissing(setup, setup.namedGroups, this.graph.liveGroups);
    return this.graph;
  }

  private groupsThatMatter(): ReadonlySet<string> | null {
    if (this.started.some(({ compiled }) => compiled.grants.everyGroupIsSegment)) return null;
    return new Set(this.started.flatMap(({ namedGroups }) => [...namedGroups]));
  }

  /** Whether groups that setups name came or went, of those whose presence changed. */
  private async lookForGroups(groupIds: readonly string[]): Promise<void> {
    for (const setup of this.started) {
      const named = groupIds.filter((id) => setup.namedGroups.has(id));
      if (named.length === 0) continue;
      const rows = await this.session.ports.mirror.readGroups(this.session.fence, named);
      const live = new Set(
        [...rows.values()].filter(({ presence }) => presence === 'live').map(({ id }) => id),
      );
      await this.noteMissing(setup, new Set(named), live);
    }
  }

  /** A group of the scope that went keeps its people; one that came back has everybody derived anew. */
  private async noteMissing(
    setup: StartedSetup,
    looked: ReadonlySet<string>,
    live: ReadonlySet<string>,
  ): Promise<void> {
    if (this.session.states.groups.deltaLink === null) return;
    const known = setup.progress.missingGroups;
    const missing = [
      ...known.filter((id) => setup.namedGroups.has(id) && !looked.has(id)),
      ...[...looked].filter((id) => !live.has(id)),
    ].sort();
    if (missing.join() === [...known].sort().join()) return;
    await setup.save({ missingGroups: missing });
    if (setup.basis() === setup.progress.basis) return;
    await this.markSetup(setup.id);
    await setup.save({ basis: setup.basis() });
  }
}
