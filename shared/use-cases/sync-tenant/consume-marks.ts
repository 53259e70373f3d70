import { joinTouched, NOTHING_TOUCHED, removalMarkId, type LongMark, type Touched } from '../../core/mark.js';
import type { StoredMark } from '../../ports/sync-state.js';
import { allOf } from './all-of.js';
import { EveryGroup } from './count-every-group.js';
import { GroupCounter, withAncestors, writeChangedCounts } from './count-groups.js';
import type { PeopleWork } from './people/people-work.js';
import type { Session } from './session.js';

const MARKS_AT_ONCE = 50;
const BUCKETS_AT_ONCE = 4;
/** So many groups are counted side by side; between them the lease is looked after. */
const COUNTS_AT_ONCE = 16;

/**
 * Consumes marks: counts the distinct users of every group that a mark concerns, and derives the people. A mark goes
 * once what depends on it was written, and only if nobody widened it meanwhile. Answers whether marks may be left.
 *
 * @param isCalled whether somebody signalled that the job should look up, as whoever pauses does: asked between
 *   stretches, since all of a large tenant takes minutes
 */
export async function consumeMarks(
  session: Session,
  people: PeopleWork,
  isCalled: () => Promise<boolean>,
): Promise<'none' | 'maybeMore'> {
  await people.prepare();
  const stored = await session.ports.marks.list(session.tenantId, MARKS_AT_ONCE);
  if (stored.length === 0) return people.recordsLeft ? 'maybeMore' : 'none';
  const pages = stored.filter(({ mark }) => mark.kind === 'page');
  const whole = stored.find(({ mark }) => mark.kind === 'whole');
  const [first] = stored;
  const stretched = { session, people, isCalled };
  if (whole !== undefined) await consumeWhole(stretched, whole);
  else if (pages.length > 0) await consumePages(session, people, pages, 4 * session.fence.bucketCount);
  else if (first?.mark.kind === 'setup') await consumeSetupMark(stretched, first, first.mark.setupId);
  session.progressed = true;
  return 'maybeMore';
}

/** The marks of increments alone, while a full round that has marked everything is still being read. */
export async function consumePageMarks(session: Session, people: PeopleWork): Promise<void> {
  await people.prepare();
  const stored = await session.ports.marks.list(session.tenantId, MARKS_AT_ONCE);
  const pages = stored.filter(({ mark }) => mark.kind === 'page');
  if (pages.length > 0) await consumePages(session, people, pages, Infinity);
}

/**
 * A group by itself costs a few queries, all groups together two or three for each bucket: where more than `most`
 * groups are concerned, a whole mark takes the place of these; where only too many people are, one whose groups are
 * counted already.
 */
async function consumePages(
  session: Session,
  people: PeopleWork,
  stored: readonly StoredMark[],
  most: number,
): Promise<void> {
  const touched = touchedBy(stored);
  const concerned = await groupsConcerned(session, touched, most);
  if (concerned === 'tooMany') await putWhole(session, 0);
  else {
    await countAndWrite(session, new GroupCounter(session), concerned);
    const derived = await people.derivePages(touched);
    if (derived === 'interrupted') return;
    if (derived === 'tooMany') await putWhole(session, 2 * session.fence.bucketCount);
  }
  for (const mark of stored) await session.ports.marks.consume(session.fence, mark);
}

/** What goes through long marks, stretch by stretch. */
interface Stretched {
  readonly session: Session;
  readonly people: PeopleWork;
  readonly isCalled: () => Promise<boolean>;
}

async function putWhole(session: Session, position: number): Promise<void> {
  await session.ports.marks.put(session.fence, { kind: 'whole', markId: 'whole', position });
}

function touchedBy(stored: readonly StoredMark[]): Touched {
  return stored.reduce<Touched>(
    (touched, { mark }) => (mark.kind === 'page' ? joinTouched(touched, mark) : touched),
    NOTHING_TOUCHED,
  );
}

async function groupsConcerned(
  session: Session,
  touched: Touched,
  most: number,
): Promise<readonly string[] | 'tooMany'> {
  const groups = new Set(touched.groups);
  if (groups.size > most) return 'tooMany';
  const edges = await session.ports.mirror.groupsOf(session.fence, touched.presence);
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

/**
 * Goes through all groups, then through all people that setups concern, some buckets at a time, and saves its
 * place, so that a budget that ends costs little.
 */
async function consumeWhole(stretched: Stretched, whole: StoredMark): Promise<void> {
  const { session, people } = stretched;
  const every = new EveryGroup(session);
  const { bucketCount } = session.fence;
  await inStretches(
    stretched,
    whole,
    people.concernsEverybody ? every.positions + bucketCount : every.positions,
    {
      endOf: (first) =>
        first < every.positions
          ? every.endOfStretch(first, BUCKETS_AT_ONCE)
          : Math.min(first + BUCKETS_AT_ONCE, every.positions + bucketCount),
      work: async (positions) => {
        const [first = 0] = positions;
        if (first < every.positions) await allOf(positions.map((position) => every.countAt(position)));
        else
          await people.deriveBuckets(
            positions.map((position) => position - every.positions),
            null,
          );
      },
    },
  );
}

/**
 * Derives the people of a setup whose definition changed, or removes one with its people. Returns whether that was
 * done to its end.
 */
export async function consumeSetupMark(
  stretched: Stretched,
  stored: StoredMark,
  setupId: string,
): Promise<boolean> {
  const { session, people } = stretched;
  const { bucketCount } = session.fence;
  const isBeingRemoved = people.stateOf(setupId) === 'removing';
  const isOfRemoval = stored.mark.markId === removalMarkId(setupId);
  if (isOfRemoval && isBeingRemoved) return removeSetup(stretched, stored, setupId);
  // Nobody of a setup that is being removed is derived any more, and one made again under its name is not removed.
  if (isOfRemoval || isBeingRemoved) return session.ports.marks.consume(session.fence, stored);
  return inStretches(stretched, stored, bucketCount, {
    endOf: (first) => Math.min(first + BUCKETS_AT_ONCE, bucketCount),
    work: (buckets) => people.deriveBuckets(buckets, setupId),
  });
}

/** Goes through the buckets twice: first everybody is removed, and once that was published their rows are cleared. */
async function removeSetup(stretched: Stretched, stored: StoredMark, setupId: string): Promise<boolean> {
  const { session, people } = stretched;
  const { bucketCount } = session.fence;
  const ended = await inStretches(stretched, stored, 2 * bucketCount, {
    endOf: (first) => Math.min(first + BUCKETS_AT_ONCE, first < bucketCount ? bucketCount : 2 * bucketCount),
    mayBegin: async (first) => first < bucketCount || (await people.isPublished()),
    work: async (positions) => {
      const [first = 0] = positions;
      if (first < bucketCount) await allOf(positions.map((bucket) => people.removeBucket(setupId, bucket)));
      else await allOf(positions.map((position) => people.clearBucket(setupId, position - bucketCount)));
    },
    atEnd: () => people.removeSetup(setupId),
  });
  if (ended) session.progressed = true;
  return ended;
}

async function inStretches(
  { session, isCalled }: Stretched,
  stored: StoredMark,
  end: number,
  stretches: {
    readonly endOf: (first: number) => number;
    /** Asked before each stretch; false leaves the rest for later. */
    readonly mayBegin?: (first: number) => Promise<boolean>;
    readonly work: (positions: readonly number[]) => Promise<void>;
    readonly atEnd?: () => Promise<void>;
  },
): Promise<boolean> {
  let current: StoredMark | null = stored;
  for (let first = positionOf(stored); first < end;) {
    await session.keeper.renewIfDue();
    if ((await stretches.mayBegin?.(first)) === false) return false;
    const next = stretches.endOf(first);
    await stretches.work(Array.from({ length: next - first }, (_, index) => first + index));
    current = await session.ports.marks.savePosition(session.fence, current, next);
    if (current === null) return false;
    if (next < end && (session.budgetSpent || (await isCalled()))) return false;
    first = next;
  }
  await stretches.atEnd?.();
  return session.ports.marks.consume(session.fence, current);
}

function positionOf({ mark }: StoredMark): number {
  return (mark as LongMark).position;
}
