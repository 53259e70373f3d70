import type { DeltaElement } from '../../core/delta-page.js';
import type { IdFlags } from '../../core/id-flags.js';
import type { Edge } from '../../core/mirror-rows.js';
import type { ChangeCounts } from '../../core/round.js';
import { addCounts, NO_CHANGES } from '../../core/round.js';
import { applyGroups } from './apply-groups.js';
import { applyUsers, groupsIn, type MarkChunk } from './apply-users.js';
import { UnseenJudge } from './judge-unseen.js';
import { seenObjects } from './prove-round.js';
import { askMembersOf } from './replace-memberships.js';
import type { Session, StateWithRound } from './session.js';

/** A full round has marked the whole resource before its first row, so its sweep need not mark again. */
const markedAlready: MarkChunk = () => Promise.resolve();

/**
 * Judges every row that a proven full round did not see, bucket by bucket, and saves its place, so that a sweep
 * that is cut short goes on where it was.
 */
export async function sweep(session: Session, begun: StateWithRound): Promise<StateWithRound> {
  const { resource } = begun;
  const judge = new UnseenJudge(session, resource, begun.round.countServed);
  const seen = await seenObjects(session, resource, begun.round);
  const seenEdges = resource === 'groups' ? await readSeenEdges(session, begun) : null;
  let state = begun;
  while (state.round.sweepBucket < session.fence.bucketCount && !session.budgetSpent) {
    const bucket = state.round.sweepBucket;
    await session.keeper.renewIfDue();
    const counts = await sweepRows(session, state, bucket, seen, judge);
    if (seenEdges !== null) await sweepEdges(session, bucket, seenEdges);
    const round = { ...state.round, sweepBucket: bucket + 1, counts: addCounts(state.round.counts, counts) };
    state = await session.saveState({ ...state, round });
  }
  return state;
}

async function sweepRows(
  session: Session,
  state: StateWithRound,
  bucket: number,
  seen: IdFlags,
  judge: UnseenJudge,
): Promise<ChangeCounts> {
  const { mirror } = session.ports;
  const { resource } = state;
  const scan =
    resource === 'users' ? mirror.scanUsers(session.fence, bucket) : mirror.scanGroups(session.fence, bucket);
  let counts = NO_CHANGES;
  for await (const rows of scan) {
    const elements: DeltaElement[] = [];
    for (const row of rows) {
      if (seen.has(row.id)) continue;
      const verdict = await judge.judge(row.id);
      if (verdict === 'live') continue;
      elements.push({ kind: 'removed', id: row.id, reason: verdict === 'gone' ? 'deleted' : 'changed' });
    }
    if (elements.length === 0) continue;
    const apply = resource === 'users' ? applyUsers : applyGroups;
    counts = addCounts(
      counts,
      await apply(session, { ...state.round, fresh: false }, elements, markedAlready),
    );
  }
  return counts;
}

/** Members per group at the round's end: what it saw and did not take back. */
type SeenEdges = ReadonlyMap<string, ReadonlySet<string>>;

async function readSeenEdges(session: Session, state: StateWithRound): Promise<SeenEdges> {
  const { round } = state;
  const edges = new Map<string, Set<string>>();
  const chunks = session.ports.seen.read(session.tenantId, 'groups', round.roundId, round.seenChunks);
  for await (const chunk of chunks) {
    for (const { groupId, memberId, present } of chunk.edges) {
      const members = edges.get(groupId) ?? new Set<string>();
      if (present) members.add(memberId);
      else members.delete(memberId);
      edges.set(groupId, members);
    }
  }
  return edges;
}

/**
 * An edge that the round did not see may belong to a soft-deleted member, or to one who came back while the round
 * was being read: only the group's own list of members decides.
 */
async function sweepEdges(session: Session, bucket: number, seen: SeenEdges): Promise<void> {
  const { mirror } = session.ports;
  const doubtful: Edge[] = [];
  for await (const edges of mirror.scanEdges(session.fence, bucket)) {
    doubtful.push(...edges.filter((edge) => seen.get(edge.groupId)?.has(edge.memberId) !== true));
  }
  const groups = await mirror.readGroups(session.fence, groupsIn(doubtful));
  for (const groupId of groupsIn(doubtful)) {
    if (groups.get(groupId)?.presence !== 'live') continue;
    const difference = await askMembersOf(session, groupId);
    await mirror.createEdges(session.fence, difference.present);
    await mirror.removeEdges(session.fence, difference.absent);
  }
}
