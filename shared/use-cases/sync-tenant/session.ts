import type { Resource } from '../../core/resource.js';
import type { ResourceState, Round } from '../../core/round.js';
import type { Connection } from '../../ports/directory.js';
import type { Fence } from '../../ports/scope.js';
import type { LeaseKeeper } from './lease-keeper.js';
import { patiently } from './patience.js';
import type { SyncPorts, SyncSettings } from './ports.js';

export type StateWithRound = ResourceState & { readonly round: Round };

/** One job's time with one tenant: what it holds and what it knows, from taking the lease to giving it back. */
export class Session {
  /** True once something durable was achieved: then the next try counts from nothing. */
  progressed = false;

  constructor(
    readonly ports: SyncPorts,
    readonly settings: SyncSettings,
    readonly connection: Connection,
    readonly keeper: LeaseKeeper,
    readonly fence: Fence,
    readonly states: Record<Resource, ResourceState>,
    /** By the monotonic clock. */
    readonly deadline: number,
  ) {}

  get tenantId(): string {
    return this.connection.tenantId;
  }

  get budgetSpent(): boolean {
    return this.ports.clock.monotonic() >= this.deadline;
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

  /** Asks Graph, with the patience that is worth it at once. */
  ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    return patiently(this.ports, this.settings, this.keeper, question);
  }
}
