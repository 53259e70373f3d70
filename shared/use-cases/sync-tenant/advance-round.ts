import { CursorExpired, RequestRefused } from '../../core/failures.js';
import { touchesNothing, type Mark } from '../../core/mark.js';
import type { Resource } from '../../core/resource.js';
import { addCounts, hasChanges, type ResourceState, type Round, type Warning } from '../../core/round.js';
import {
  afterDeltaLink,
  beginRound,
  chunkApplied,
  completeRound,
  confirming,
  followingMembers,
  MOST_PAGES,
  MOST_RESTARTS,
  restartRound,
} from '../../core/round-steps.js';
import { seenFromElements } from '../../core/seen-from-elements.js';
import type { Want } from '../../ports/sync-state.js';
import type { ActiveRuns } from './active-runs.js';
import type { PeopleWork } from './people/people-work.js';
import { applyGroups } from './apply-groups.js';
import { applyUsers, type MarkChunk } from './apply-users.js';
import { dropOthers } from './group-members/drop-members.js';
import { clearChains, enterMembers } from './group-members/enter-members.js';
import { MembersFollower } from './group-members/follow-members.js';
import { followGrant, saveCompleted } from './follow-hidden-sight.js';
import { proveRound } from './prove-round.js';
import { ChunkReader, type Chunk } from './read-chunk.js';
import type { Session, StateWithRound } from './session.js';
import { setAsideElements } from './set-aside.js';
import { sweep } from './sweep.js';

/** What one step of a round came to. */
export type Advance =
  | { readonly kind: 'goesOn' }
  /** `attended`: whether a run was attached to the round. */
  | { readonly kind: 'completed'; readonly state: ResourceState; readonly attended: boolean };

/** Drives the round of one resource, a chunk at a time, from its beginning to its completion. */
export class RoundDriver {
  private readonly reader: ChunkReader;
  private readonly members: MembersFollower;
  private marked: string | null = null;

  constructor(
    private readonly session: Session,
    private readonly runs: ActiveRuns,
    private readonly people: PeopleWork,
    private readonly resource: Resource,
  ) {
    const { directory, clock } = session.ports;
    const read = (link: string | null) =>
      directory.readDelta(
        session.connection,
        resource,
        link,
        this.current().round.attributes,
        this.current().round.references,
      );
    this.reader = new ChunkReader((link) => session.ask(() => read(link)), clock, session.settings.chunk);
    this.members = new MembersFollower(session, (markId) =>
      this.marker(this.current().round.kind === 'full', markId),
    );
  }

  async step(): Promise<Advance> {
    const state = await this.underWay();
    try {
      return await this.goOn(state);
    } catch (failure) {
      if (!(failure instanceof CursorExpired)) throw failure;
      await this.restart(this.current(), failure);
      return { kind: 'goesOn' };
    }
  }

  /** Waits for a page that is still being read ahead. */
  async settle(): Promise<void> {
    await this.reader.settle();
    await this.members.settle();
  }

  private goOn(state: StateWithRound): Promise<Advance> {
    switch (state.round.stage) {
      case 'reading':
      case 'confirming':
        return this.readOn(state);
      case 'sweeping':
        return this.sweepOn(state);
      case 'members':
        return this.followOn(state);
    }
  }

  private current(): StateWithRound {
    const state = this.session.states[this.resource];
    if (state.round === null) throw new Error(`No round of ${this.resource} is under way.`);
    return { ...state, round: state.round };
  }

  /** The round under way, or a new one, with everybody attached whom it can serve. */
  private async underWay(): Promise<StateWithRound> {
    const { session, resource } = this;
    const state = session.states[resource];
    if (state.round === null) return this.begin();
    if (state.round.halted && (await this.everythingIsWanted())) return this.begin();
    await this.markOnce(state.round);
    const round = { ...state.round, halted: false };
    // From here on it does not read again what it has read, so it serves nobody who asks only now.
    const isPast = round.stage === 'sweeping' || round.stage === 'members';
    const waiting = isPast ? [] : this.runs.waitingFor(resource, round);
    if (waiting.length === 0) return { ...state, round };
    const forRuns = [...round.forRuns, ...waiting];
    const joined = { ...round, resumed: true, wantTag: (await this.want())?.tag ?? null, forRuns };
    const saved = await session.saveState({ ...state, round: joined });
    await this.runs.attach(resource, joined, session.now());
    return saved;
  }

  private async everythingIsWanted(): Promise<boolean> {
    return (await this.want())?.full === true || this.runs.wantsFull(this.resource);
  }

  private async begin(): Promise<StateWithRound> {
    const { session, resource } = this;
    const state = session.states[resource];
    for (const over of [state.round, state.last]) {
      if (over?.kind === 'full') await session.ports.seen.discard(session.fence, resource, over.roundId);
    }
    const want = await this.want();
    const begun = beginRound(state, {
      roundId: session.ports.chance.newId(),
      full: await this.everythingIsWanted(),
      wantTag: want?.tag ?? null,
      forRuns: [],
      now: session.now(),
      attributes: this.people.selection(resource),
      references: resource === 'users' || session.demand.all,
    });
    const round = { ...begun.round, forRuns: this.runs.waitingFor(resource, begun.round) };
    const saved = await this.saveBegun({ ...begun, round });
    await this.runs.attach(resource, saved.round, session.now());
    return saved;
  }

  private async want(): Promise<Want | undefined> {
    const wants = await this.session.ports.syncStates.wants(this.session.tenantId);
    return wants.find((want) => want.resource === this.resource);
  }

  /**
   * A full round marks the whole resource before anything of it is written, and again by each job that goes on
   * with it, since its mark may have been consumed while it lay idle.
   */
  private async markOnce(round: Round): Promise<void> {
    if (round.kind !== 'full' || this.marked === round.roundId) return;
    const { session } = this;
    await session.ports.marks.put(session.fence, { kind: 'whole', markId: 'whole', position: 0 });
    this.marked = round.roundId;
  }

  private async saveBegun(begun: StateWithRound): Promise<StateWithRound> {
    const { session, resource } = this;
    if (begun.round.kind === 'increment') return session.saveState(begun);
    await this.markOnce(begun.round);
    const { directory } = session.ports;
    const estimate = await session.ask(() => directory.count(session.connection, resource));
    return session.saveState({ ...begun, round: { ...begun.round, estimate } });
  }

  private async readOn(state: StateWithRound): Promise<Advance> {
    if (state.round.pages > MOST_PAGES) throw new CursorExpired('The chain of pages does not end.', null);
    const chunk = await this.reader.next(state.round.link);
    const applied = await this.apply(state, chunk);
    this.people.mirrorChanged();
    if (state.round.fresh && this.resource === 'users') await this.people.deriveEarly(usersIn(chunk));
    if (state.round.fresh && this.resource === 'groups') await this.people.deriveSoFar();
    this.session.progressed = true;
    await this.runs.progress(this.resource, applied.round);
    if (chunk.link.kind === 'next') return { kind: 'goesOn' };
    return this.deltaLinkArrived(applied);
  }

  /** Marks, then edges and rows, and only then the cursor. */
  private async apply(state: StateWithRound, chunk: Chunk): Promise<StateWithRound> {
    const { session, resource } = this;
    const { round } = state;
    const full = round.kind === 'full';
    await session.keeper.renewIfDue();
    if (full && chunk.elements.length > 0) {
      const seen = seenFromElements(chunk.elements);
      await session.ports.seen.put(session.fence, resource, round.roundId, round.seenChunks, seen);
    }
    const chunkId = `${resource}-${round.roundId}-${round.pages}`;
    const mark = this.marker(full, chunkId);
    const apply = resource === 'users' ? applyUsers : applyGroups;
    const applied = await apply(session, round, chunk.elements, mark);
    const unusable = await this.setAside(chunk, chunkId);
    const next = chunkApplied(round, {
      link: chunk.link,
      pages: chunk.pages,
      objects: new Set(chunk.elements.map((element) => element.id)).size,
      counts: applied.counts,
      warnings: [...applied.warnings, ...unusable],
      seenWritten: full && chunk.elements.length > 0,
      seesHidden: chunk.seesHidden,
    });
    return session.saveState({ ...state, round: next });
  }

  private marker(full: boolean, markId: string): MarkChunk {
    const { session } = this;
    return async (touched) => {
      if (full || touchesNothing(touched)) return;
      const mark: Mark = { kind: 'page', markId, ...touched };
      await session.ports.marks.put(session.fence, mark);
    };
  }

  private async setAside(chunk: Chunk, idPrefix: string): Promise<readonly Warning[]> {
    if (chunk.unusable.length === 0) return [];
    await setAsideElements(this.session, this.resource, idPrefix, chunk.unusable);
    const message = `Elements without a usable id; the first of each stretch are among the dead letters.`;
    return [{ code: 'UnusableElement', message, count: chunk.unusable.length }];
  }

  private async deltaLinkArrived(state: StateWithRound): Promise<Advance> {
    const { session, resource } = this;
    switch (afterDeltaLink(state.round)) {
      case 'confirm':
        await session.saveState({
          ...state,
          round: { ...confirming(state.round), wantTag: (await this.want())?.tag ?? null },
        });
        return { kind: 'goesOn' };
      case 'complete':
        return this.conclude(state, false);
      case 'prove': {
        const { proof, countServed, seen } = await proveRound(session, resource, state.round);
        // A large group comes in slices: only now it is known how many objects they were.
        const proven = { ...state, round: { ...state.round, countServed, objects: seen } };
        if (proof === 'confirm') {
          await session.saveState({ ...proven, round: { ...confirming(state.round), disagreements: 1 } });
          return { kind: 'goesOn' };
        }
        if (proof === 'completeWithoutSweep') return this.completeUnproven(proven);
        if (!proven.round.sweeps) return this.conclude(proven, true);
        const round = { ...proven.round, stage: 'sweeping' as const };
        await session.saveState({ ...proven, round });
        return { kind: 'goesOn' };
      }
    }
  }

  private async sweepOn(state: StateWithRound): Promise<Advance> {
    const { session } = this;
    const swept = await sweep(session, state);
    this.people.mirrorChanged();
    session.progressed = true;
    if (swept.round.sweepBucket < session.fence.bucketCount) return { kind: 'goesOn' };
    return this.conclude(swept, true);
  }

  /** Where its own pages tell no members, those of needed groups are followed before it is over. */
  private async conclude(state: StateWithRound, proven: boolean): Promise<Advance> {
    if (state.round.references) return this.complete(state, proven);
    await enterMembers(this.session, this.session.demand.named, state);
    await this.session.saveState(followingMembers(state, proven));
    return { kind: 'goesOn' };
  }

  private async followOn(state: StateWithRound): Promise<Advance> {
    const { session } = this;
    const counts = await this.members.step(state.round, this.session.demand.named);
    this.people.mirrorChanged();
    session.progressed = true;
    const seesHidden = state.round.seesHidden && this.members.seesHidden;
    const round = { ...state.round, seesHidden };
    if (counts !== null) {
      const isNews = hasChanges(counts) || seesHidden !== state.round.seesHidden;
      if (isNews || session.states[this.resource].round?.halted === true)
        await session.saveState({ ...state, round: { ...round, counts: addCounts(round.counts, counts) } });
      return { kind: 'goesOn' };
    }
    if (round.kind !== 'full' || !round.sweeps || round.sweepBucket >= session.fence.bucketCount)
      return this.complete({ ...state, round }, round.proven);
    await dropOthers(session, round.sweepBucket);
    await session.saveState({ ...state, round: { ...round, sweepBucket: round.sweepBucket + 1 } });
    return { kind: 'goesOn' };
  }

  private completeUnproven(state: StateWithRound): Promise<Advance> {
    const message = `The directory's own count of ${this.resource} does not agree with what was read: nothing was swept.`;
    const warnings = [...state.round.warnings, { code: 'CountDisagrees', message, count: 1 }];
    return this.conclude({ ...state, round: { ...state.round, warnings } }, false);
  }

  private async complete(state: StateWithRound, proven: boolean): Promise<Advance> {
    const { session, resource } = this;
    const { round } = state;
    const next = completeRound(state, session.now(), proven);
    const completed = await saveCompleted(session, this.people, state, next);
    if (round.kind === 'full') await session.ports.seen.discard(session.fence, resource, round.roundId);
    if (resource === 'groups' && round.references) await clearChains(session);
    if (round.wantTag !== null)
      await session.ports.syncStates.clearWant(session.tenantId, resource, round.wantTag);
    if (resource === 'groups') await followGrant(session, round, completed);
    return { kind: 'completed', state: completed, attended: await this.runs.complete(completed) };
  }

  private async restart(state: StateWithRound, failure: CursorExpired): Promise<void> {
    const { session, resource } = this;
    if (state.round.restarts >= MOST_RESTARTS) {
      const message = `Began anew ${MOST_RESTARTS} times in vain: ${failure.message}`;
      throw new RequestRefused(message, 410, 'syncStateNotFound', { cause: failure });
    }
    await this.reader.settle();
    const restarted = restartRound(state, {
      roundId: session.ports.chance.newId(),
      everything: failure.scope === 'everything',
      restartLink: failure.restartLink,
      now: session.now(),
      attributes: this.people.selection(resource),
      references: resource === 'users' || session.demand.all,
    });
    session.ports.log.warn('The round begins anew', {
      tenantId: session.tenantId,
      resource,
      why: failure.message,
    });
    await this.saveBegun(restarted);
    await session.ports.seen.discard(session.fence, resource, state.round.roundId);
    await this.runs.follow(resource, state.round.roundId, restarted.round.roundId);
  }
}

function usersIn(chunk: Chunk): string[] {
  return [...new Set(chunk.elements.map((element) => element.id))];
}
