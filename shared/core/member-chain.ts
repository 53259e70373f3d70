/**
 * More ids than this a delta is not filtered on.
 * Source: https://learn.microsoft.com/graph/api/group-delta ("$filter").
 */
const MOST_IDS_IN_A_CHAIN = 50;

/**
 * A chain of deltas that tells the members of some groups only, where a tenant reads the members of those that its
 * setups need. The filter travels in its links, so a chain keeps the groups that it began with; what it tells of
 * others by now is passed over.
 */
export interface MemberChain {
  readonly chainId: string;
  readonly groupIds: readonly string[];
  /** Of these, the groups whose members were never read to the end. */
  readonly unread: readonly string[];
  /** Groups that are not needed any more, whose memberships are still to be dropped. */
  readonly leaving: readonly string[];
  /** Direct members that are groups: each that there is, and perhaps some that there were. */
  readonly nested: Readonly<Record<string, readonly string[]>>;
  /**
   * reading: from nothing, pages are remembered; comparing: everything came, and memberships that it did not name are
   * looked at; following: on from a link.
   */
  readonly stage: 'reading' | 'comparing' | 'following';
  /** The address of the next request; null asks for everything. */
  readonly link: string | null;
  /** Pages applied in all. */
  readonly pages: number;
  readonly seenChunks: number;
  /** The round in which it was told to begin from nothing. */
  readonly begunIn: string;
  /** The last round that it was followed to its end for. */
  readonly servedIn: string | null;
  /** How often it began anew since it was served. */
  readonly restarts: number;
}

/** New chains for these groups, in the order given. `isRead`: what is not takes part in nothing until it was. */
export function newChains(
  groupIds: readonly string[],
  round: { readonly roundId: string; readonly newId: () => string },
  known: {
    readonly isRead: (groupId: string) => boolean;
    readonly nestedIn: (groupId: string) => readonly string[];
  } = { isRead: () => false, nestedIn: () => [] },
): MemberChain[] {
  const chains: MemberChain[] = [];
  for (let first = 0; first < groupIds.length; first += MOST_IDS_IN_A_CHAIN) {
    const some = groupIds.slice(first, first + MOST_IDS_IN_A_CHAIN);
    const nested = some.map((id): [string, readonly string[]] => [id, known.nestedIn(id)]);
    chains.push({
      chainId: round.newId(),
      groupIds: some,
      unread: some.filter((id) => !known.isRead(id)),
      leaving: [],
      nested: Object.fromEntries(nested.filter(([, groups]) => groups.length > 0)),
      stage: 'reading',
      link: null,
      pages: 0,
      seenChunks: 0,
      begunIn: round.roundId,
      servedIn: null,
      restarts: 0,
    });
  }
  return chains;
}

export interface ChainChunk {
  readonly link: { readonly kind: 'next' | 'delta'; readonly url: string };
  readonly pages: number;
  readonly seenWritten: boolean;
  readonly present: readonly NestedEdge[];
  readonly absent: readonly NestedEdge[];
}

type NestedEdge = { readonly groupId: string; readonly memberId: string; readonly memberType: string };

/** What is saved once a chunk's marks and edges are durable. */
export function chainAfter(chain: MemberChain, chunk: ChainChunk, roundId: string): MemberChain {
  const ends = chunk.link.kind === 'delta';
  const next = {
    ...withNested(chain, chunk.present),
    link: chunk.link.url,
    pages: chain.pages + chunk.pages,
    seenChunks: chain.seenChunks + (chunk.seenWritten ? 1 : 0),
  };
  const { nested } = withoutNested(next, chunk.absent);
  if (!ends) return { ...next, nested };
  return chain.stage === 'reading'
    ? { ...next, nested, stage: 'comparing' }
    : { ...next, nested, servedIn: roundId, restarts: 0 };
}

/** Every membership of its groups was looked at; `nested` is what it found. */
export function chainCompared(
  chain: MemberChain,
  nested: MemberChain['nested'],
  roundId: string,
): MemberChain {
  return {
    ...chain,
    nested,
    unread: [],
    stage: 'following',
    seenChunks: 0,
    servedIn: roundId,
    restarts: 0,
  };
}

/** Its token died: it begins from nothing; what was read once stays known meanwhile. */
export function chainRestarted(chain: MemberChain, roundId: string): MemberChain {
  return {
    ...chain,
    stage: 'reading',
    link: null,
    seenChunks: 0,
    begunIn: roundId,
    servedIn: null,
    restarts: chain.restarts + 1,
  };
}

/** Groups that it is to follow no longer; `leave` where their memberships are to be dropped as well. */
export function chainWithout(
  chain: MemberChain,
  groupIds: ReadonlySet<string>,
  leave: 'leave' | 'keep',
): MemberChain {
  const goes = chain.groupIds.filter((id) => groupIds.has(id));
  if (goes.length === 0) return chain;
  const stays = (id: string): boolean => !groupIds.has(id);
  return {
    ...chain,
    groupIds: chain.groupIds.filter(stays),
    unread: chain.unread.filter(stays),
    leaving: leave === 'leave' ? [...chain.leaving, ...goes] : chain.leaving,
    nested: Object.fromEntries(Object.entries(chain.nested).filter(([id]) => stays(id))),
  };
}

/** Notes the nested groups among edges that are there from now on; edges of other groups are passed over. */
export function withNested(chain: MemberChain, edges: readonly NestedEdge[]): MemberChain {
  const nested = new Map(Object.entries(chain.nested));
  for (const { groupId, memberId, memberType } of edges) {
    if (memberType !== 'group' || !chain.groupIds.includes(groupId)) continue;
    const known = nested.get(groupId) ?? [];
    if (!known.includes(memberId)) nested.set(groupId, [...known, memberId]);
  }
  return { ...chain, nested: Object.fromEntries(nested) };
}

function withoutNested(chain: MemberChain, edges: readonly NestedEdge[]): MemberChain {
  const gone = new Set(edges.map(({ groupId, memberId }) => `${groupId} ${memberId}`));
  const left = Object.entries(chain.nested).map(([groupId, members]): [string, readonly string[]] => [
    groupId,
    members.filter((memberId) => !gone.has(`${groupId} ${memberId}`)),
  ]);
  return { ...chain, nested: Object.fromEntries(left.filter(([, members]) => members.length > 0)) };
}
