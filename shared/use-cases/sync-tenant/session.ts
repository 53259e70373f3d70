import type { Resource } from '../../core/resource.js';
import type { ResourceState, Round } from '../../core/round.js';
import { BadPage } from '../../core/failures.js';
import { holdsNeededOnly } from '../../core/needed-groups.js';
import type { Connection, ListedPage } from '../../ports/directory.js';
import type { Fence } from '../../ports/scope.js';
import type { ChainBook } from './group-members/chain-book.js';
import { EVERY_MEMBER, type MembersDemand } from './group-members/members-demand.js';
import type { LeaseKeeper } from './lease-keeper.js';
import { patiently, type Pace } from './patience.js';
import type { SyncPorts, SyncSettings } from './ports.js';

export type StateWithRound = ResourceState & { readonly round: Round };

/** One job's time with one tenant: what it holds and what it knows, from taking the lease to giving it back. */
export class Session {
  /** True once something durable was achieved: then the next try counts from nothing. */
  progressed = false;
  /** The members of which groups are asked for, as the job last looked it up. */
  demand: MembersDemand = EVERY_MEMBER;
  private readonly pace: Pace = { notBefore: 0 };

  constructor(
    readonly ports: SyncPorts,
    readonly settings: SyncSettings,
    readonly tenantId: string,
    /** Null if Graph is not asked: the tenant is parked, and only what the tables hold is worked on. */
    private readonly reached: Connection | null,
    readonly keeper: LeaseKeeper,
    readonly fence: Fence,
    readonly states: Record<Resource, ResourceState>,
    readonly chains: ChainBook,
    /** By the monotonic clock. */
    readonly deadline: number,
  ) {}

  get isOffline(): boolean {
    return this.reached === null;
  }

  get connection(): Connection {
    if (this.reached === null)
      throw new Error(`Graph is not to be asked for the parked tenant ${this.tenantId}.`);
    return this.reached;
  }

  get budgetSpent(): boolean {
    return this.ports.clock.monotonic() >= this.deadline;
  }

  /** Whether the mirror holds who the members of this group are. */
  holdsMembersOf(groupId: string): boolean {
    return !holdsNeededOnly(this.states.groups) || this.chains.follows(groupId);
  }

  /** ISO 8601 UTC. */
  now(): string {
    return new Date(this.ports.clock.now()).toISOString();
  }

  /** Saves a resource's state in one piece; only then it is known here. */
  async saveState<State extends ResourceState>(state: State): Promise<State> {
    await this.keeper.renewIfDue();
    await this.ports.syncStates.save(this.fence, state);
    this.states[state.resource] = state;
    return state;
  }

  /** The pages of a plain list, each asked with patience of its own, so that a long list outlives a lease. */
  async *pages<Item>(
    read: (link: string | null) => Promise<ListedPage<Item>>,
  ): AsyncIterable<readonly Item[]> {
    const seen = new Set<string>();
    let link: string | null = null;
    do {
      const from: string | null = link;
      const page: ListedPage<Item> = await this.ask(() => read(from));
      yield page.items;
      link = page.next;
      if (link !== null && seen.has(link))
        throw new BadPage(link, 'the chain of next links leads back to it');
      if (link !== null) seen.add(link);
    } while (link !== null);
  }

  /** Asks Graph, with the patience that is worth it at once. */
  ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    return patiently(this.ports, this.settings, this.keeper, this.pace, question);
  }
}
