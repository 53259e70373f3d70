import type { StoredMark } from '../../ports/sync-state.js';
import { allOf } from './all-of.js';
import { EveryGroup } from './count-every-group.js';
import { GroupCounter, withAncestors, writeChangedCounts } from './count-groups.js';
import type { Session } from './session.js';

const WHOLE = { kind: 'whole', markId: 'whole', position: 0 } as const;
const MARKS_AT_ONCE = 50;
const BUCKETS_AT_ONCE = 4;
/** So many groups are counted side by side; between them the lease is looked after. */
const COUNTS_AT_ONCE = 16;

/**
 * The first consumer of marks: the distinct users of every group that a mark concerns. A mark goes once what
 * depends on it was written, and only if nobody widened it meanwhile. Answers whether marks may be left.
 */
export async function consumeMarks(session: Session): Promise<'none' | 'maybeMore'> {
  const stored = await session.ports.marks.list(session.tenantId, MARKS_AT_ONCE);
  if (stored.length === 0) return 'none';
  const whole = stored.find(({ mark }) => mark.kind === 'whole');
  if (whole !== undefined) await consumeWhole(session, whole);
  else await consumePages(session, stored, 4 * session.fence.bucketCount);
  session.progressed = true;
  return 'maybeMore';
}

/** The marks of increments alone, while a full round that has marked everything is still being read. */
export async function consumePageMarks(session: Session): Promise<void> {
  const stored = await session.ports.marks.list(session.tenantId, MARKS_AT_ONCE);
  const pages = stored.filter(({ mark }) => mark.kind === 'page');
  if (pages.length > 0) await consumePages(session, pages, Infinity);
}

/**
 * A group by itself costs a few queries, all groups together two or three for each bucket: where more than `most`
 * groups are concerned, a whole mark takes the place of these.
 */
async function consumePages(session: Session, stored: readonly StoredMark[], most: number): Promise<void> {
  const concerned = await groupsConcerned(session, stored, most);
  if (concerned === 'tooMany') await session.ports.marks.put(session.fence, WHOLE);
  else await countAndWrite(session, new GroupCounter(session), concerned);
  for (const mark of stored) await session.ports.marks.consume(session.fence, mark);
}

async function groupsConcerned(
  session: Session,
  stored: readonly StoredMark[],
  most: number,
): Promise<readonly string[] | 'tooMany'> {
  const groups = new Set<string>();
  const presence = new Set<string>();
  for (const { mark } of stored) {
    if (mark.kind === 'whole') continue;
    for (const id of mark.groups) groups.add(id);
    for (const id of mark.presence) presence.add(id);
  }
  if (groups.size > most) return 'tooMany';
  const edges = await session.ports.mirror.groupsOf(session.fence, [...presence]);
  for (const { groupId } of edges) groups.add(groupId);
  const concerned = groups.size > most ? groups : await withAncestors(session, [...groups]);
  return concerned.size > most ? 'tooMany' : [...concerned];
}

async function countAndWrite(
  session: Session,
  counter: GroupCounter,
  groupIds: readonly string[],
): Promise<void> {
  for (let at = 0; at < groupIds.length; at += COUNTS_AT_ONCE) {
    const some = groupIds.slice(at, at + COUNTS_AT_ONCE);
    const counts = new Map<string, number>();
    await session.keeper.renewIfDue();
    await allOf(some.map(async (id) => void counts.set(id, await counter.count(id))));
    await writeChangedCounts(session, counts, await session.ports.groupCounts.read(session.fence, some));
  }
}

/** Goes through all groups some buckets at a time and saves its place, so that a budget that ends costs little. */
async function consumeWhole(session: Session, whole: StoredMark): Promise<void> {
  const every = new EveryGroup(session);
  let current: StoredMark | null = whole;
  for (let first = positionOf(whole); first < every.positions;) {
    await session.keeper.renewIfDue();
    const next = every.endOfStretch(first, BUCKETS_AT_ONCE);
    const stretch = Array.from({ length: next - first }, (_, index) => first + index);
    await allOf(stretch.map((position) => every.countAt(position)));
    current = await session.ports.marks.savePosition(session.fence, current, next);
    if (current === null || session.budgetSpent) return;
    first = next;
  }
  await session.ports.marks.consume(session.fence, current);
}

function positionOf({ mark }: StoredMark): number {
  return mark.kind === 'whole' ? mark.position : 0;
}
