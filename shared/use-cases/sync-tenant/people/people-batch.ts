import { inputHashOf, isOfOtherVersion, overrideHolds } from '../../../core/people/input-hash.js';
import type { PersonFacts } from '../../../core/people/facts.js';
import { fittingPerson } from '../../../core/people/fitting-person.js';
import { hostChanges } from '../../../core/people/host-changes.js';
import type { ChangeCause, PersonChange } from '../../../core/people/person-change.js';
import { hostTooLarge, type TooLarge } from '../../../core/people/person-size.js';
import type { Host, Person } from '../../../core/people/person.js';
import type { Presented } from '../../../core/people/presented.js';
import { readingOfUser } from '../../../core/people/unread-values.js';
import {
  keepGiven,
  lossByVanishing,
  lostGrants,
  type GrantLoss,
} from '../../../core/people/vanished-grants.js';
import type { DoubtfulGivers } from '../../../ports/doubtful-givers.js';
import type { OversizedPerson } from '../../../ports/oversized-people.js';
import type { PresentedFacts } from '../../../ports/present-each.js';
import type { MatchStandings } from '../../../ports/record-matching.js';
import type { Override, StagedRemoval } from '../../../ports/removals.js';
import type { Session } from '../session.js';
import { RemovalBatch } from './removal-batch.js';
import type { StartedSetup } from './started-setup.js';

/** What is known of people when they are derived. */
export interface Gathered {
  readonly people: ReadonlyMap<string, Person>;
  readonly hosts: ReadonlyMap<string, readonly Host[]>;
  readonly standings: MatchStandings;
  readonly awaitsRecords: boolean;
  readonly removals: Map<string, StagedRemoval>;
  readonly overrides: Map<string, Override>;
  readonly oversized: Map<string, OversizedPerson>;
  readonly givers: DoubtfulGivers;
  /** The highest version of people who have no row any more. */
  readonly lastVersion: number;
}

/** What comes of some people of one setup, gathered so that it is written together. */
export class PeopleBatch {
  private readonly changes: PersonChange[] = [];
  private readonly added: Host[] = [];
  private readonly removed: Host[] = [];
  private readonly released: string[] = [];
  private readonly rehashed: Override[] = [];
  private readonly forgotten: string[] = [];
  private readonly tooLarge = new Map<string, TooLarge>();
  private readonly looked: string[] = [];
  private readonly removals: RemovalBatch;
  private dueAt: string | null = null;

  constructor(
    private readonly setup: StartedSetup,
    private readonly known: Gathered,
    private readonly cause: ChangeCause,
    private readonly asOf: string | null,
  ) {
    this.removals = new RemovalBatch(setup, known.removals, cause.at);
  }

  derive({ facts, presented: made }: PresentedFacts): void {
    const { compiled, attributes } = this.setup;
    const { directoryId } = facts;
    const { presented: visible, unread, isUndecided } = readingOfUser(made, facts, attributes);
    this.looked.push(directoryId);
    if (isUndecided) this.tooLarge.set(directoryId, { what: unread.join(', '), bytes: null });
    const { ties, inConflict, recordErrors, withoutTheirRecord } = this.known.standings;
    const previous = this.known.people.get(directoryId) ?? null;
    const read = this.withHidden(visible, directoryId, previous);
    // Whether somebody new is a record or not is an operator's to say first, or that of records that wait.
    const isUntied = this.known.awaitsRecords && !ties.has(directoryId);
    const isThere = previous !== null && previous.status !== 'removed';
    const isOpen = (inConflict.has(directoryId) || isUntied) && !isThere;
    const mayRemove = isUndecided ? 'no' : this.removals.mayRemove(read, directoryId);
    const isKept = !isUndecided && this.isKept(facts);
    const loss = this.lossOf(read, directoryId, { previous, isKept });
    const isTaken =
      loss !== null && !isKept && mayRemove !== 'no' && this.removals.mayTake(directoryId, loss);
    const heldBack = isTaken ? null : loss;
    const presented = heldBack?.kept ?? read;
    if (isOpen || this.isWithheld(presented, previous)) {
      if (heldBack !== null && !isKept) this.removals.keep(directoryId, heldBack, mayRemove);
      else this.removals.follow(directoryId, null, { mayRemove: 'no', isOver: false, wasRemoved: false });
      this.deriveHosts(presented, directoryId, previous, mayRemove !== 'no');
      return;
    }
    const fitting = fittingPerson(compiled, presented, {
      directoryId,
      previous,
      tie: ties.get(directoryId) ?? null,
      hasLostRecord: withoutTheirRecord.has(directoryId),
      mayRemove,
      isKept,
      ...(recordErrors.has(directoryId) && { recordError: recordErrors.get(directoryId) ?? null }),
      lastVersion: this.known.lastVersion,
      now: this.cause.at,
      ...(this.asOf !== null && { asOf: this.asOf }),
    });
    const { next, tooLarge } = fitting;
    // Of who is out nothing new is shown anyway.
    if (tooLarge !== null && presented.kind === 'in') this.tooLarge.set(directoryId, tooLarge);
    const after = next.kind === 'write' ? next.change.after : previous;
    if (next.kind === 'write') this.changes.push(next.change);
    const isOver = facts.user === null && (after === null || after.status === 'removed');
    if (isOver && this.known.standings.remembered.has(directoryId)) this.forgotten.push(directoryId);
    if (heldBack !== null && !isKept) this.removals.keep(directoryId, heldBack, mayRemove);
    else
      this.removals.follow(directoryId, next.kind === 'stageRemoval' ? next.reason : null, {
        mayRemove,
        isOver: presented.kind === 'in' || isKept || after?.removalHeld !== true,
        wasRemoved: isTaken || (presented.kind === 'out' && !isKept && next.kind === 'write'),
      });
    this.noteDue(after);
    this.deriveHosts(fitting.presented, directoryId, after, mayRemove !== 'no');
  }

  async write(session: Session): Promise<boolean> {
    const { ports, fence } = session;
    const { setup, cause } = this;
    if (this.dueAt !== null) await setup.noteDue(this.dueAt);
    await this.removals.note(session);
    if (this.changes.length > 0) await ports.people.write(fence, this.changes, cause);
    const { added, removed } = this;
    const hosts = added.length + removed.length;
    if (hosts > 0) await ports.hosts.write(fence, { added, removed }, cause);
    if (this.rehashed.length > 0) await ports.overrides.put(fence, this.rehashed);
    for (const override of this.rehashed) this.known.overrides.set(override.directoryId, override);
    if (this.released.length > 0) await ports.overrides.remove(fence, setup.id, this.released);
    await this.removals.write(session);
    for (const id of this.released) this.known.overrides.delete(id);
    await this.writeOversized(ports, fence);
    await ports.recordMatching.forget(fence, setup.id, this.forgotten);
    return this.changes.length + hosts > 0;
  }

  /** Who is too large now, and who is no more. */
  private async writeOversized(ports: Session['ports'], fence: Session['fence']): Promise<void> {
    const { setup, known, tooLarge } = this;
    const found = [...tooLarge].map(([directoryId, of]): OversizedPerson => {
      return { setupId: setup.id, directoryId, ...of };
    });
    const news = found.filter(({ directoryId, what, bytes }) => {
      const before = known.oversized.get(directoryId);
      return before?.what !== what || before.bytes !== bytes;
    });
    const over = this.looked.filter((id) => known.oversized.has(id) && !tooLarge.has(id));
    if (news.length > 0) await ports.oversizedPeople.put(fence, news);
    if (over.length > 0) await ports.oversizedPeople.remove(fence, setup.id, over);
    for (const one of news) known.oversized.set(one.directoryId, one);
    for (const id of over) known.oversized.delete(id);
  }

  /** What is not known takes nothing: what groups gave stays while they, or groups beneath, hide their members. */
  private withHidden(presented: Presented, directoryId: string, previous: Person | null): Presented {
    const { givers, hosts } = this.known;
    if (givers.hiding.size === 0) return presented;
    const lost = lostGrants(presented, { previous, hosts: hosts.get(directoryId) ?? [] });
    return keepGiven(this.setup.compiled.grants, presented, lost, givers.hiding);
  }

  private lossOf(
    presented: Presented,
    directoryId: string,
    { previous, isKept }: { readonly previous: Person | null; readonly isKept: boolean },
  ): GrantLoss | null {
    const { givers, hosts, removals } = this.known;
    // What waits for a decision, or was decided, does not end with the window of the guard.
    const isAsked = isKept || removals.get(directoryId)?.reason === 'groupsVanished';
    const vanished = isAsked ? givers.onceVanished : givers.vanished;
    if (vanished.size === 0) return null;
    const lost = lostGrants(presented, { previous, hosts: hosts.get(directoryId) ?? [] });
    return lossByVanishing(this.setup.compiled.grants, presented, lost, vanished);
  }

  /** Whether somebody new is excluded cannot be said while a group that excludes is gone. */
  private isWithheld(presented: Presented, previous: Person | null): boolean {
    return this.setup.exclusionIsBroken && presented.kind === 'in' && previous?.statusReason !== 'inScope';
  }

  /** An override whose person is derived from something else by now is over. */
  private isKept(facts: PersonFacts): boolean {
    const override = this.known.overrides.get(facts.directoryId);
    if (override === undefined) return false;
    const { compiled } = this.setup;
    const holds = overrideHolds(override, compiled, facts);
    if (!holds) this.released.push(override.overrideId);
    else if (isOfOtherVersion(override))
      this.rehashed.push({ ...override, inputHash: inputHashOf(compiled, facts) });
    return holds;
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
    const isHeldBack = areNew && this.setup.exclusionIsBroken;
    for (const host of isHeldBack ? [] : added) {
      const tooLarge = hostTooLarge(host);
      if (tooLarge === null) this.added.push(host);
      else this.tooLarge.set(directoryId, tooLarge);
    }
    this.removed.push(...removed);
  }
}
