import { CursorExpired, RequestRefused } from '../../../core/failures.js';
import {
  chainAfter,
  chainRestarted,
  chainWithout,
  newChains,
  type MemberChain,
} from '../../../core/member-chain.js';
import { neededGroups, followedGroups, nesting } from '../../../core/needed-groups.js';
import { planMembers } from '../../../core/plan-members.js';
import { NO_CHANGES, type ChangeCounts, type Round } from '../../../core/round.js';
import { MOST_RESTARTS } from '../../../core/round-steps.js';
import { seenFromElements } from '../../../core/seen-from-elements.js';
import type { MarkerOf } from '../apply-users.js';
import { ChunkReader, type Chunk } from '../read-chunk.js';
import type { Session } from '../session.js';
import { carryOutMembers } from './carry-out-members.js';
import { compareMembers } from './compare-members.js';
import { dropLeaving } from './drop-members.js';

/**
 * Follows the members of the groups that are needed: what is needed is known only while it is read, since groups are
 * found beneath groups. Each step does so much that the lease holder may look up after it.
 */
export class MembersFollower {
  /** Whether each page so far was read with the permission to see hidden memberships. */
  seesHidden = true;
  private reading: { readonly chainId: string; readonly reader: ChunkReader } | null = null;

  constructor(
    private readonly session: Session,
    private readonly markerOf: MarkerOf,
  ) {}

  /**
   * One step for the round; null where every needed group is followed to the end of its chain, and no other is.
   * @param named the groups that setups name
   */
  async step(round: Round, named: ReadonlySet<string>): Promise<ChangeCounts | null> {
    const { chains } = this.session;
    const leaving = chains.all.find((chain) => chain.leaving.length > 0);
    if (leaving !== undefined) return dropLeaving(this.session, leaving, this.markerOf);
    if (round.kind === 'full') await this.beginAnew(round, named);
    const needed = neededGroups(named, chains.all);
    await this.follow(round, needed);
    const next = chains.all.find(({ servedIn }) => servedIn !== round.roundId);
    if (next !== undefined) return this.advance(next, round);
    return this.letGo(needed);
  }

  /** Waits for a page that is still being read ahead. */
  async settle(): Promise<void> {
    await this.reading?.reader.settle();
    this.reading = null;
  }

  /** A full round reads all of them from nothing, packed anew; what was read once stays known meanwhile. */
  private async beginAnew(round: Round, named: ReadonlySet<string>): Promise<void> {
    const { chains, ports } = this.session;
    const old = chains.all.filter(({ begunIn }) => begunIn !== round.roundId);
    if (old.length === 0) return;
    const needed = neededGroups(named, chains.all);
    const begun = followedGroups(chains.all.filter(({ begunIn }) => begunIn === round.roundId));
    const anew = [...followedGroups(old)].filter((id) => needed.has(id) && !begun.has(id)).sort();
    const unread = new Set(old.flatMap((chain) => chain.unread));
    const of = { roundId: round.roundId, newId: () => ports.chance.newId() };
    const known = { isRead: (id: string) => !unread.has(id), nestedIn: nesting(chains.all) };
    for (const chain of newChains(anew, of, known)) await chains.save(chain);
    for (const chain of old) await this.forget(chain);
  }

  /** Groups that came to be needed are read in chains of their own. */
  private async follow(round: Round, needed: ReadonlySet<string>): Promise<void> {
    const { chains, ports } = this.session;
    const followed = followedGroups(chains.all);
    const fresh = [...needed].filter((id) => !followed.has(id)).sort();
    const of = { roundId: round.roundId, newId: () => ports.chance.newId() };
    for (const chain of newChains(fresh, of)) await chains.save(chain);
  }

  private async advance(chain: MemberChain, round: Round): Promise<ChangeCounts> {
    const { session } = this;
    if (chain.groupIds.length === 0) {
      await this.forget(chain);
      return NO_CHANGES;
    }
    if (chain.stage === 'comparing') return compareMembers(session, chain, round.roundId, this.markerOf);
    try {
      return await this.apply(chain, await this.readerOf(chain).next(chain.link), round);
    } catch (failure) {
      if (!(failure instanceof CursorExpired)) throw failure;
      await this.restart(chain, round, failure);
      return NO_CHANGES;
    }
  }

  private readerOf(chain: MemberChain): ChunkReader {
    if (this.reading?.chainId === chain.chainId) return this.reading.reader;
    const { session } = this;
    const { directory, clock } = session.ports;
    const read = (link: string | null) =>
      directory.readMembersDelta(session.connection, chain.groupIds, link);
    const reader = new ChunkReader((link) => session.ask(() => read(link)), clock, session.settings.chunk);
    this.reading = { chainId: chain.chainId, reader };
    return reader;
  }

  /** What was seen and the marks, then edges, and only then where the chain stands. */
  private async apply(chain: MemberChain, chunk: Chunk, round: Round): Promise<ChangeCounts> {
    const { session } = this;
    const { ports, fence, chains } = session;
    const followed = new Set(chain.groupIds);
    const elements = chunk.elements.filter(({ id }) => followed.has(id));
    this.seesHidden &&= chunk.seesHidden;
    const seenWritten = chain.stage === 'reading' && elements.length > 0;
    await session.keeper.renewIfDue();
    if (seenWritten)
      await ports.seen.put(fence, 'groups', chain.chainId, chain.seenChunks, seenFromElements(elements));
    const rows = await ports.mirror.readGroups(fence, [...new Set(elements.map(({ id }) => id))]);
    const plan = planMembers(rows, elements);
    const mark = this.markerOf(`members-${chain.chainId}-${chain.pages}`);
    const updated = await carryOutMembers(session, plan, mark);
    await chains.save(
      chainAfter(chain, { link: chunk.link, pages: chunk.pages, seenWritten, ...plan }, round.roundId),
    );
    return { ...NO_CHANGES, updated };
  }

  /** Only this chain begins anew; what the others told stands. */
  private async restart(chain: MemberChain, round: Round, failure: CursorExpired): Promise<void> {
    const { session } = this;
    if (chain.restarts >= MOST_RESTARTS) {
      const words = `The members of groups began anew ${MOST_RESTARTS} times in vain: ${failure.message}`;
      throw new RequestRefused(words, 410, 'syncStateNotFound', { cause: failure });
    }
    await this.settle();
    session.ports.log.warn('A chain of members begins anew', {
      tenantId: session.tenantId,
      why: failure.message,
    });
    await session.chains.save(chainRestarted(chain, round.roundId));
  }

  /** Groups that are not needed any more: first it is saved that they leave, then their memberships go. */
  private async letGo(needed: ReadonlySet<string>): Promise<ChangeCounts | null> {
    const { chains } = this.session;
    let some = false;
    for (const chain of chains.all) {
      const superfluous = new Set(chain.groupIds.filter((id) => !needed.has(id)));
      const after = chainWithout(chain, superfluous, 'leave');
      if (after === chain) continue;
      await chains.save(after);
      some = true;
    }
    return some ? NO_CHANGES : null;
  }

  private async forget(chain: MemberChain): Promise<void> {
    const { ports, fence, chains } = this.session;
    if (chain.seenChunks > 0) await ports.seen.discard(fence, 'groups', chain.chainId);
    await chains.remove(chain);
  }
}
