import type { PersonFacts } from '../../../core/people/facts.js';
import type { ChangeCause } from '../../../core/people/person-change.js';
import type { WholeGraph } from '../../../ports/whole-graph.js';
import { allOf } from '../all-of.js';
import type { Session } from '../session.js';
import { derivePeople, type Known } from './derive-people.js';
import { enterReports } from './enter-reports.js';
import type { MirrorView } from './mirror-view.js';
import { readBucket, readStored } from './read-bucket.js';
import type { StartedSetup } from './started-setup.js';

const PEOPLE_AT_ONCE = 200;

/** What people that were derived leave to do in a job. */
export interface LeftToDo {
  /** What came to people may not be in the journal yet. */
  relay: boolean;
  /** Removals may be staged that the guard has not judged. */
  judge: boolean;
}

/** Derives people of setups from the mirror: some by their ids, or everybody in buckets. */
export class Derivation {
  constructor(
    private readonly session: Session,
    private readonly view: MirrorView,
    private readonly left: LeftToDo,
    /** Asked between stretches of people. */
    private readonly isOverruled: () => Promise<boolean>,
  ) {}

  /** False where the budget ended first, or somebody paused or changed a setup. */
  async these(
    setups: readonly StartedSetup[],
    directoryIds: readonly string[],
    cause: ChangeCause,
  ): Promise<boolean> {
    const reader = await this.view.factsReader();
    for (let at = 0; at < directoryIds.length; at += PEOPLE_AT_ONCE) {
      if (this.session.budgetSpent || (at > 0 && (await this.isOverruled()))) return false;
      await this.session.keeper.renewIfDue();
      const facts = await reader.read(directoryIds.slice(at, at + PEOPLE_AT_ONCE));
      await enterReports(this.session, facts);
      for (const setup of setups) await this.derive(setup, facts, cause);
    }
    return true;
  }

  async buckets(
    setups: readonly StartedSetup[],
    buckets: readonly number[],
    cause: ChangeCause,
  ): Promise<void> {
    const graph = await this.view.wholeGraph();
    await allOf(buckets.map((bucket) => this.bucket(graph, setups, bucket, cause)));
  }

  private async bucket(
    graph: WholeGraph,
    setups: readonly StartedSetup[],
    bucket: number,
    cause: ChangeCause,
  ): Promise<void> {
    const stored = await Promise.all(setups.map(({ id }) => readStored(this.session, id, bucket)));
    const known = stored.flatMap(({ people, hosts }) => [...people.keys(), ...hosts.keys()]);
    const facts = await readBucket(this.session, graph, bucket, known);
    await enterReports(
      this.session,
      facts,
      stored.map(({ people }) => people),
    );
    for (const [index, setup] of setups.entries())
      await this.derive(setup, facts, cause, { ...stored[index], isMatched: true });
  }

  private async derive(
    setup: StartedSetup,
    facts: readonly PersonFacts[],
    cause: ChangeCause,
    known: Known = {},
  ): Promise<void> {
    await this.session.keeper.renewIfDue();
    this.left.judge = true;
    if (await derivePeople(this.session, setup, facts, cause, known)) this.left.relay = true;
  }
}
