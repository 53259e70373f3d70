import { FactsReader } from '../../../ports/read-facts.js';
import { WholeGraph } from '../../../ports/whole-graph.js';
import type { Session } from '../session.js';
import { lookForGroups, noteGroups } from './missing-groups.js';
import type { StartedSetup } from './started-setup.js';

/** The mirror as the derivation reads it: some people by their ids, or all of the groups that matter at once. */
export class MirrorView {
  private whole: WholeGraph | null = null;
  private reader: FactsReader | null = null;

  constructor(
    private readonly session: Session,
    /** Whose groups matter. */
    private readonly started: readonly StartedSetup[],
  ) {}

  /** What was known of the mirror is no more. */
  forget(): void {
    this.whole = null;
    this.reader = null;
  }

  /** What was known of the groups that decide about everybody is no more. */
  forgetGroups(): void {
    this.reader = null;
  }

  /**
   * With it comes which groups that decide about everybody are gone: a full round hides some without a mark that
   * names them.
   */
  async factsReader(): Promise<FactsReader> {
    if (this.reader !== null) return this.reader;
    for (const setup of this.started) await lookForGroups(this.session, setup, setup.decisiveGroups);
    this.reader = new FactsReader(this.source(), this.session.fence, this.groupsThatMatter());
    return this.reader;
  }

  async wholeGraph(): Promise<WholeGraph> {
    if (this.whole !== null) return this.whole;
    const { fence, keeper } = this.session;
    this.whole = await WholeGraph.read({ ports: this.source(), fence, keeper }, this.groupsThatMatter());
    for (const setup of this.started) await noteGroups(this.session, setup, this.whole);
    return this.whole;
  }

  private source() {
    const { mirror, roleAssignments } = this.session.ports;
    const namesRoles = this.started.some(({ roleLists }) => roleLists.length > 0);
    return { mirror, roleAssignments: namesRoles ? roleAssignments : null };
  }

  private groupsThatMatter(): ReadonlySet<string> | null {
    if (this.started.some(({ compiled }) => compiled.grants.everyGroupIsSegment)) return null;
    return new Set(this.started.flatMap(({ namedGroups }) => [...namedGroups]));
  }
}
