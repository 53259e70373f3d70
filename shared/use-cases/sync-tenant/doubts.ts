import { deniedTwice, mayBeAskedAgain, type EdgeDoubt } from '../../core/edge-doubt.js';
import { JOB_VERSION } from '../../core/job.js';
import type { Edge } from '../../core/mirror-rows.js';
import { groupsIn, membersIn } from './ends-of-edges.js';
import { askGroupsOf, askMembersOf, type EdgeDifference } from './replace-memberships.js';
import { scheduleAgain } from './schedule.js';
import type { Session } from './session.js';

const DOUBTS_AT_ONCE = 50;

/**
 * Memberships that an answer did not name stay, and are asked for again after the longest lag of a replica. To be
 * called before the rows are written that the answer was asked for: a crash in between repeats both.
 */
export async function doubtLater(session: Session, doubts: readonly EdgeDoubt[]): Promise<void> {
  const { ports, settings, fence, tenantId } = session;
  if (doubts.length === 0) return;
  await session.keeper.renewIfDue();
  await ports.edgeDoubts.put(fence, doubts);
  const job = { version: JOB_VERSION, tenantId, attempt: 0, kind: 'continue', reason: 'doubts' } as const;
  await scheduleAgain(ports, job, 0, settings.replicaLagMs);
}

/** What is to be asked again of an answer: nothing, if it denied nothing. */
export function doubtsOf(
  session: Session,
  question: Pick<EdgeDoubt, 'asked' | 'id'>,
  { absent }: EdgeDifference,
): readonly EdgeDoubt[] {
  return absent.length === 0 ? [] : [{ ...question, denied: absent, since: session.now() }];
}

/**
 * Asks again for memberships that an answer did not name, and removes those that are still not named. Answers whether
 * more may be due.
 */
export async function resolveDoubts(session: Session): Promise<'none' | 'maybeMore'> {
  const { ports, settings, fence } = session;
  const all = await ports.edgeDoubts.list(session.tenantId);
  const now = ports.clock.now();
  const due = all.filter((doubt) => mayBeAskedAgain(doubt, now, settings.replicaLagMs));
  const some = due.slice(0, DOUBTS_AT_ONCE);
  if (some.length === 0) return 'none';
  const present: Edge[] = [];
  const absent: Edge[] = [];
  for (const doubt of some) {
    const difference = await askAgain(session, doubt);
    present.push(...difference.present);
    absent.push(...deniedTwice(doubt, difference.absent));
  }
  await apply(session, { present, absent }, `doubts:${session.now()}`);
  await ports.edgeDoubts.remove(fence, some);
  session.progressed = true;
  return due.length > some.length ? 'maybeMore' : 'none';
}

async function askAgain(session: Session, { asked, id }: EdgeDoubt): Promise<EdgeDifference> {
  switch (asked) {
    case 'groupsOfUser':
      return askGroupsOf(session, { kind: 'user', id });
    case 'groupsOfGroup':
      return askGroupsOf(session, { kind: 'group', id });
    case 'membersOfGroup':
      return session.holdsMembersOf(id) ? askMembersOf(session, id) : { present: [], absent: [] };
  }
}

async function apply(session: Session, { present, absent }: EdgeDifference, markId: string): Promise<void> {
  const { ports, fence } = session;
  const edges = [...present, ...absent];
  if (edges.length === 0) return;
  await session.chains.noteNested(present);
  await session.keeper.renewIfDue();
  await ports.marks.put(fence, {
    ...{ kind: 'page', markId, users: [], presence: [], groupPresence: [] },
    ...{ groups: groupsIn(edges), ...membersIn(edges) },
  });
  await ports.mirror.createEdges(fence, present);
  await ports.mirror.removeEdges(fence, absent);
}
