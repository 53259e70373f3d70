import { asOfAll } from '../../../core/freshness/as-of.js';
import { subjectOf } from '../../../core/matching/match-subject.js';
import type { PersonFacts } from '../../../core/people/facts.js';
import { hostChanges } from '../../../core/people/host-changes.js';
import { overrideHolds } from '../../../core/people/input-hash.js';
import { nextPerson, type MayRemove } from '../../../core/people/next-person.js';
import type { ChangeCause, PersonChange } from '../../../core/people/person-change.js';
import type { Host, Person } from '../../../core/people/person.js';
import { present } from '../../../core/people/present.js';
import type { Presented } from '../../../core/people/presented.js';
import type { MatchStandings } from '../../../ports/record-matching.js';
import type { Override, StagedRemoval } from '../../../ports/removals.js';
import type { Session } from '../session.js';
import { matchingJob } from './match-setup.js';
import type { StartedSetup } from './started-setup.js';

/** What is known of people before they are derived; read by id where it is left out. */
export interface Known {
  readonly people?: ReadonlyMap<string, Person>;
  readonly hosts?: ReadonlyMap<string, readonly Host[]>;
  /** Everybody was matched already. */
  readonly isMatched?: boolean;
}

/** Derives people of one setup and writes what differs. Answers whether anything was written. */
export async function derivePeople(
  session: Session,
  setup: StartedSetup,
  facts: readonly PersonFacts[],
  cause: ChangeCause,
  known: Known = {},
): Promise<boolean> {
  if (setup.readiness === 'waiting' || facts.length === 0) return false;
  const presented = facts.map((one) => ({ facts: one, presented: present(setup.compiled, one) }));
  if (known.isMatched !== true) await match(session, setup, presented);
  const batch = new Batch(setup, await gather(session, setup, facts, known), cause, asOfAll(session.states));
  for (const one of presented) batch.derive(one);
  return batch.write(session);
}

interface PresentedFacts {
  readonly facts: PersonFacts;
  readonly presented: Presented;
}

/** Ties follow who is in scope; whoever else is concerned by that is marked. */
async function match(
  session: Session,
  setup: StartedSetup,
  presented: readonly PresentedFacts[],
): Promise<void> {
  const users = presented.map(({ facts, presented: now }) => subjectOf(facts, now));
  await session.ports.recordMatching.matchUsers(
    session.fence,
    setup.setup,
    users,
    matchingJob(session, setup),
  );
}

interface Gathered {
  readonly people: ReadonlyMap<string, Person>;
  readonly hosts: ReadonlyMap<string, readonly Host[]>;
  readonly standings: MatchStandings;
  readonly awaitsRecords: boolean;
  readonly removals: Map<string, StagedRemoval>;
  readonly overrides: Map<string, Override>;
}

async function gather(
  session: Session,
  setup: StartedSetup,
  facts: readonly PersonFacts[],
  known: Known,
): Promise<Gathered> {
  const { ports, fence } = session;
  const ids = facts.map(({ directoryId }) => directoryId);
  const people = known.people ?? (await ports.people.read(fence, setup.id, ids));
  const hostIds = ids.filter((id) => setup.givesHosts || (people.get(id)?.hostsOf.length ?? 0) > 0);
  const [hosts, standings, awaitsRecords, removals, overrides] = await Promise.all([
    known.hosts ??
      (hostIds.length > 0 ? ports.hosts.read(fence, setup.id, hostIds) : new Map<string, Host[]>()),
    ports.recordMatching.standingsOf(fence, setup.id, ids, recordsShown(people.values())),
    setup.awaitsRecords(),
    setup.stagedRemovals(),
    setup.keptPeople(),
  ]);
  return { people, hosts, standings, awaitsRecords, removals, overrides };
}

function recordsShown(people: Iterable<Person>): ReadonlyMap<string, string> {
  const shown = [...people].filter(({ status }) => status !== 'removed');
  return new Map(
    shown.flatMap(({ directoryId, recordId }) => (recordId === null ? [] : [[directoryId, recordId]])),
  );
}

/** What comes of some people of one setup, gathered so that it is written together. */
class Batch {
  private readonly changes: PersonChange[] = [];
  private readonly added: Host[] = [];
  private readonly removed: Host[] = [];
  private readonly staged: StagedRemoval[] = [];
  private readonly settled: string[] = [];
  private readonly released: string[] = [];
  private readonly forgotten: string[] = [];
  private readonly carriedOut: { directoryId: string; at: string }[] = [];
  private dueAt: string | null = null;

  constructor(
    private readonly setup: StartedSetup,
    private readonly known: Gathered,
    private readonly cause: ChangeCause,
    private readonly asOf: string | null,
  ) {}

  derive({ facts, presented }: PresentedFacts): void {
    const { compiled } = this.setup;
    const { directoryId } = facts;
    const { ties, inConflict, recordErrors, withoutTheirRecord } = this.known.standings;
    const previous = this.known.people.get(directoryId) ?? null;
    // Whether somebody new is a record or not is an operator's to say first, or that of records that wait.
    const isUntied = this.known.awaitsRecords && !ties.has(directoryId);
    const isThere = previous !== null && previous.status !== 'removed';
    const isOpen = (inConflict.has(directoryId) || isUntied) && !isThere;
    const mayRemove = this.mayRemove(presented, directoryId);
    if (isOpen || this.isWithheld(presented, previous)) {
      this.followRemoval(facts, null, { mayRemove: 'no', isOver: false, wasRemoved: false });
      this.deriveHosts(presented, directoryId, previous, mayRemove !== 'no');
      return;
    }
    const isKept = this.isKept(facts);
    const next = nextPerson(compiled, presented, {
      directoryId,
      previous,
      tie: ties.get(directoryId) ?? null,
      hasLostRecord: withoutTheirRecord.has(directoryId),
      mayRemove,
      isKept,
      ...(recordErrors.has(directoryId) && { recordError: recordErrors.get(directoryId) ?? null }),
      now: this.cause.at,
      ...(this.asOf !== null && { asOf: this.asOf }),
    });
    const after = next.kind === 'write' ? next.change.after : previous;
    if (next.kind === 'write') this.changes.push(next.change);
    const isOver = facts.user === null && (after === null || after.status === 'removed');
    if (isOver && this.known.standings.remembered.has(directoryId)) this.forgotten.push(directoryId);
    this.followRemoval(facts, next.kind === 'stageRemoval' ? next.reason : null, {
      mayRemove,
      isOver: presented.kind === 'in' || isKept || after?.removalHeld !== true,
      wasRemoved: presented.kind === 'out' && !isKept && next.kind === 'write',
    });
    this.noteDue(after);
    this.deriveHosts(presented, directoryId, after, mayRemove !== 'no');
  }

  async write({ ports, fence }: Session): Promise<boolean> {
    const { setup, cause } = this;
    const { progress } = setup;
    if (this.dueAt !== null && (progress.dueAt === null || this.dueAt < progress.dueAt))
      await setup.save({ dueAt: this.dueAt });
    if (this.carriedOut.length > 0) await ports.removals.note(fence, setup.id, this.carriedOut);
    if (this.changes.length > 0) await ports.people.write(fence, this.changes, cause);
    const { added, removed } = this;
    const hosts = added.length + removed.length;
    if (hosts > 0) await ports.hosts.write(fence, { added, removed }, cause);
    if (this.released.length > 0) await ports.overrides.remove(fence, setup.id, this.released);
    await this.writeRemovals(ports, fence);
    await ports.recordMatching.forget(fence, setup.id, this.forgotten);
    return this.changes.length + hosts > 0;
  }

  private async writeRemovals(ports: Session['ports'], fence: Session['fence']): Promise<void> {
    const { staged, settled, known } = this;
    if (staged.length > 0) await ports.removals.stage(fence, staged);
    if (settled.length > 0) await ports.removals.drop(fence, this.setup.id, settled);
    for (const removal of staged) known.removals.set(removal.directoryId, removal);
    for (const id of settled) known.removals.delete(id);
    for (const id of this.released) known.overrides.delete(id);
  }

  private mayRemove(presented: Presented, directoryId: string): MayRemove {
    const { setup, known } = this;
    if (setup.readiness !== 'complete') return 'no';
    if (setup.scopeIsBroken && presented.kind === 'out' && presented.reason === 'outsideScope') return 'no';
    const removal = known.removals.get(directoryId);
    switch (removal?.kind) {
      case 'approved':
      case 'going':
        return 'yes';
      case 'held':
        return 'held';
      case 'staged':
      case undefined:
        return 'askGuard';
    }
  }

  /** Whether somebody new is excluded cannot be said while a group that excludes is gone. */
  private isWithheld(presented: Presented, previous: Person | null): boolean {
    return this.setup.exclusionIsBroken && presented.kind === 'in' && previous?.statusReason !== 'inScope';
  }

  /** An override whose person is derived from something else by now is over. */
  private isKept(facts: PersonFacts): boolean {
    const override = this.known.overrides.get(facts.directoryId);
    if (override === undefined) return false;
    const holds = overrideHolds(override, this.setup.compiled, facts);
    if (!holds) this.released.push(override.overrideId);
    return holds;
  }

  private followRemoval(
    { directoryId }: PersonFacts,
    staged: StagedRemoval['reason'] | null,
    end: { readonly mayRemove: MayRemove; readonly isOver: boolean; readonly wasRemoved: boolean },
  ): void {
    const { setup, known, cause } = this;
    const removal = known.removals.get(directoryId);
    if (staged !== null) {
      const since = removal?.since ?? cause.at;
      if (removal?.reason !== staged)
        this.staged.push({ setupId: setup.id, directoryId, kind: 'staged', reason: staged, since });
      return;
    }
    if (removal === undefined) return;
    if (end.mayRemove === 'no') {
      // Nobody asks for it now, so it counts in no judgement; what an operator has before them stays.
      if (removal.kind === 'staged' || removal.kind === 'going') this.settled.push(directoryId);
      return;
    }
    if (!end.isOver) return;
    this.settled.push(directoryId);
    // An operator who approves has judged: the guard counts what nobody looked at.
    if (removal.kind === 'going' && end.wasRemoved) this.carriedOut.push({ directoryId, at: removal.since });
  }

  /** Who is due by now and still there waits for what its setup lacks: once that is mended, everybody is derived. */
  private noteDue(person: Person | null): void {
    if (person?.status !== 'disabled' || person.deleteAfter === null) return;
    if (person.deleteAfter <= this.cause.at) return;
    if (this.dueAt === null || person.deleteAfter < this.dueAt) this.dueAt = person.deleteAfter;
  }

  private deriveHosts(
    presented: Presented,
    directoryId: string,
    person: Person | null,
    mayRemove: boolean,
  ): void {
    const previous = this.known.hosts.get(directoryId) ?? [];
    if (previous.length === 0 && !this.setup.givesHosts) return;
    const of = { directoryId, person, previous, mayRemove };
    const { added, removed } = hostChanges(this.setup.compiled, presented, of);
    const areNew = previous.length === 0 && person?.statusReason !== 'inScope';
    if (!(areNew && this.setup.exclusionIsBroken)) this.added.push(...added);
    this.removed.push(...removed);
  }
}
