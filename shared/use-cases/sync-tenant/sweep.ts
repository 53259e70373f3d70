import type { DeltaElement } from '../../core/delta-page.js';
import type { IdFlags } from '../../core/id-flags.js';
import type { ChangeCounts } from '../../core/round.js';
import { addCounts, NO_CHANGES } from '../../core/round.js';
import { applyGroups } from './apply-groups.js';
import { applyUsers, type MarkChunk } from './apply-users.js';
import { UnseenJudge } from './judge-unseen.js';
import { seenObjects } from './prove-round.js';
import type { Session, StateWithRound } from './session.js';
import { seenReferences, sweepReferences } from './sweep-references.js';

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
  // Where its pages tell no members, what chains tell is compared by itself.
  const references = begun.round.references ? await seenReferences(session, begun) : null;
  let state = begun;
  while (state.round.sweepBucket < session.fence.bucketCount && !session.budgetSpent) {
    const bucket = state.round.sweepBucket;
    await session.keeper.renewIfDue();
    const rows = await sweepRows(session, state, bucket, seen, judge);
    const updated = references === null ? 0 : await sweepReferences(session, resource, bucket, references);
    const counts = addCounts(addCounts(state.round.counts, rows), { ...NO_CHANGES, updated });
    const round = { ...state.round, sweepBucket: bucket + 1, counts };
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
    const applied = await apply(session, { ...state.round, fresh: false }, elements, markedAlready);
    counts = addCounts(counts, applied.counts);
  }
  return counts;
}
