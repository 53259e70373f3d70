import { FactsReader } from '../../../ports/read-facts.js';
import { WholeGraph } from '../../../ports/whole-graph.js';
import type { Session } from '../session.js';
import { matchUsers } from './derive-people.js';
import { matchEverybody, takeOverRecords } from './match-setup.js';
import type { StartedSetup } from './started-setup.js';

const USERS_AT_ONCE = 200;

/**
 * Setups with records that are not started yet, or paused: their users are matched, so that an operator can review
 * that before the start, but nobody is derived.
 */
export class ReviewedSetups {
  private whole: WholeGraph | null = null;
  /** Those whose users were all matched since the mirror or the setups changed last. */
  private readonly matched = new Set<string>();

  constructor(
    private readonly session: Session,
    readonly all: readonly StartedSetup[],
  ) {}

  get areSome(): boolean {
    return this.all.length > 0;
  }

  /** What was known of the mirror is no more. */
  forget(): void {
    this.whole = null;
    this.matched.clear();
  }

  /** @returns whether a list of records is taken over in part */
  async takeOver(mayGoOn: () => Promise<boolean>): Promise<boolean> {
    let isInterrupted = false;
    for (const setup of this.all) {
      setup.judgeReadiness(null);
      const taken = await takeOverRecords(this.session, setup, () => this.wholeGraph(), mayGoOn);
      if (taken === 'everybody') this.matched.add(setup.id);
      if (taken === 'interrupted') isInterrupted = true;
    }
    return isInterrupted;
  }

  /** Matches these users, who changed, and whom that concerns. */
  async matchThese(directoryIds: readonly string[]): Promise<void> {
    if (!this.areSome) return;
    const reader = new FactsReader(this.source(), this.session.fence, this.groupsThatMatter());
    for (let at = 0; at < directoryIds.length; at += USERS_AT_ONCE) {
      await this.session.keeper.renewIfDue();
      const facts = await reader.read(directoryIds.slice(at, at + USERS_AT_ONCE));
      for (const setup of this.all) if (setup.isScopeRead) await matchUsers(this.session, setup, facts);
    }
  }

  async matchEverybody(): Promise<void> {
    for (const setup of this.all)
      if (setup.isScopeRead && !this.matched.delete(setup.id))
        await matchEverybody(this.session, setup, await this.wholeGraph());
  }

  private async wholeGraph(): Promise<WholeGraph> {
    const { fence, keeper } = this.session;
    this.whole ??= await WholeGraph.read({ ports: this.source(), fence, keeper }, this.groupsThatMatter());
    return this.whole;
  }

  /** Roles decide nothing about who is in scope. */
  private source() {
    return { mirror: this.session.ports.mirror, roleAssignments: null };
  }

  private groupsThatMatter(): ReadonlySet<string> {
    return new Set(this.all.flatMap(({ decisiveGroups }) => decisiveGroups));
  }
}
