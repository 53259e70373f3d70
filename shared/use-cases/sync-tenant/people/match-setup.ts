import { subjectOf, type MatchSubject } from '../../../core/matching/match-subject.js';
import { NOTHING_TOUCHED } from '../../../core/mark.js';
import type { MatchingJob, RecordMatching } from '../../../ports/record-matching.js';
import type { WholeGraph } from '../../../ports/whole-graph.js';
import { presentEach } from '../../../ports/present-each.js';
import type { Session } from '../session.js';
import { markSetup } from './load-setups.js';
import { readBucket } from './read-bucket.js';
import type { StartedSetup } from './started-setup.js';

/**
 * Whose standing changes is derived anew: by a mark, as if a membership of theirs had changed. A setup that is not
 * started needs no mark: its start derives everybody.
 */
export function matchingJob(
  session: Session,
  setup: StartedSetup,
  mayGoOn: () => Promise<boolean> = () => Promise.resolve(true),
): MatchingJob {
  return {
    mark: (directoryIds) => {
      if (setup.setup.state !== 'started') return Promise.resolve();
      if (directoryIds === 'everybody') return markSetup(session, setup.id);
      const mark = { kind: 'page', markId: `matched:${setup.id}`, ...NOTHING_TOUCHED } as const;
      return session.ports.marks.put(session.fence, { ...mark, memberUsers: directoryIds });
    },
    mayGoOn,
    keepAlive: () => session.keeper.renewIfDue(),
  };
}

/**
 * Takes over what came for matching: uploads of records, and decisions of operators. Not before everybody who can be
 * in scope was read.
 * @param mayGoOn whether lists that are not taken over yet may be gone on with in this job
 * @returns nothing: none of it waits, or it has to wait; else as `RecordMatching.takeOver`
 */
export async function takeOverRecords(
  session: Session,
  setup: StartedSetup,
  graph: () => Promise<WholeGraph>,
  mayGoOn: () => Promise<boolean>,
): Promise<'nothing' | Awaited<ReturnType<RecordMatching['takeOver']>>> {
  const { recordMatching } = session.ports;
  if (!setup.isScopeRead) return 'nothing';
  if (!(await recordMatching.hasNews(setup.setup))) return 'nothing';
  const everybody = () => everyUser(session, setup, graph);
  const job = matchingJob(session, setup, mayGoOn);
  const taken = await recordMatching.takeOver(session.fence, setup.setup, everybody, job);
  setup.recordsWereTakenOver();
  session.progressed = true;
  return taken;
}

/** Before everybody of a setup is derived. */
export async function matchEverybody(
  session: Session,
  setup: StartedSetup,
  graph: WholeGraph,
): Promise<void> {
  const everybody = () => everyUser(session, setup, () => Promise.resolve(graph));
  const job = matchingJob(session, setup);
  await session.ports.recordMatching.matchEverybody(session.fence, setup.setup, everybody, job);
}

async function* everyUser(
  session: Session,
  { compiled }: StartedSetup,
  graph: () => Promise<WholeGraph>,
): AsyncIterable<readonly MatchSubject[]> {
  const whole = await graph();
  for (let bucket = 0; bucket < session.fence.bucketCount; bucket += 1) {
    await session.keeper.renewIfDue();
    const facts = await readBucket(session, whole, bucket);
    const made = await presentEach(session.ports.clock, compiled, facts);
    yield made.map((one) => subjectOf(one.facts, one.presented));
  }
}
