import type { DeadLetter } from '../core/dead-letter.js';
import type { Mark } from '../core/mark.js';
import type { Resource } from '../core/resource.js';
import type { ResourceState } from '../core/round.js';
import type { SeenChunk } from '../core/seen.js';
import type { ListPage, ListRequest } from './mirror.js';
import type { Fence } from './scope.js';

/** A round that somebody wants. `tag` changes with every new want, so that only what was served is cleared. */
export interface Want {
  readonly resource: Resource;
  readonly full: boolean;
  readonly tag: string;
  /** ISO 8601 UTC; informative. */
  readonly since: string;
}

/** Cursors, rounds under way and rounds wanted, per tenant and resource. */
export interface SyncStates {
  /** The state of every resource; those never written come as empty ones. */
  read(tenantId: string): Promise<Record<Resource, ResourceState>>;
  /** One write in one piece. */
  save(fence: Fence, state: ResourceState): Promise<void>;

  wants(tenantId: string): Promise<readonly Want[]>;
  /** Asks for a round that begins after this call. `full` sticks until a full round has served it. */
  want(
    tenantId: string,
    resource: Resource,
    options: { readonly full: boolean; readonly since: string },
  ): Promise<void>;
  /** Clears the want if nobody asked again since `tag` was read; answers whether it did. */
  clearWant(tenantId: string, resource: Resource, tag: string): Promise<boolean>;
}

/** What a full round has seen so far, chunk by chunk. */
export interface SeenRecords {
  /** Idempotent under the chunk's number. */
  put(fence: Fence, resource: Resource, roundId: string, chunk: number, seen: SeenChunk): Promise<void>;
  /** In the order of the chunk numbers below `chunks`. */
  read(tenantId: string, resource: Resource, roundId: string, chunks: number): AsyncIterable<SeenChunk>;
  discard(fence: Fence, resource: Resource, roundId: string): Promise<void>;
  /** The rounds of a tenant of which something is kept. */
  rounds(tenantId: string): Promise<readonly { readonly resource: Resource; readonly roundId: string }[]>;
}

export interface StoredMark {
  readonly mark: Mark;
  readonly tag: string;
}

export interface Marks {
  /** Durable before any row it covers is written. A mark under the same id is joined, never narrowed. */
  put(fence: Fence, mark: Mark): Promise<void>;
  /** The same, but one that is there already is left as it is, its position included. */
  ensure(fence: Fence, mark: Mark): Promise<void>;
  /** The oldest marks first, at most `limit`. */
  list(tenantId: string, limit: number): Promise<readonly StoredMark[]>;
  /** Saves how far a long mark is consumed; answers its new tag, or null where the mark was changed meanwhile. */
  savePosition(fence: Fence, stored: StoredMark, position: number): Promise<StoredMark | null>;
  /** Removes the mark unless it was changed since it was read; answers whether it did. */
  consume(fence: Fence, stored: StoredMark): Promise<boolean>;
}

/** One row per tenant that others touch when the lease holder should look up from its work. */
export interface AttentionRows {
  signal(tenantId: string, reason: string): Promise<void>;
  /** Changes whenever somebody signalled; null where nobody ever did. */
  look(tenantId: string): Promise<string | null>;
}

export type LeaseAttempt =
  | { readonly kind: 'taken'; readonly lease: HeldLease }
  /** Somebody else writes, or nobody is to: `leftMs` milliseconds from now it may be asked for again. */
  | { readonly kind: 'held'; readonly leftMs: number };

export interface HeldLease {
  readonly tenantId: string;
  readonly owner: string;
  readonly epoch: number;
  /** How many holders before, one after the other, ended without giving it back. */
  readonly endedHolders: number;
  readonly tag: string;
}

/** What the clock of the one who asks for a lease says. */
export interface LeaseTimes {
  /** Epoch milliseconds. */
  readonly now: number;
  /** For how many more milliseconds the lease of this tag has to stand still before it may be taken from its holder. */
  readonly leftMs: (tag: string) => number;
}

/** One writer per tenant: a row taken and renewed with If-Match. */
export interface Leases {
  take(tenantId: string, owner: string, lengthMs: number, times: LeaseTimes): Promise<LeaseAttempt>;
  /** @throws LeaseLost where it was taken over */
  renew(lease: HeldLease, lengthMs: number, now: number): Promise<HeldLease>;
  /**
   * A lease that was taken over meanwhile is left alone.
   * @param rest for how long nobody is to take it; absent for not at all
   */
  release(lease: HeldLease, rest?: { readonly now: number; readonly lengthMs: number }): Promise<void>;
  /** Removes the row, epoch and all, for a tenant that is no more; one that was taken over meanwhile is left alone. */
  end(lease: HeldLease): Promise<void>;
}

/** So many dead letters of a tenant are counted, and no more. */
export const MOST_COUNTED = 10_000;

export interface DeadLetters {
  put(letter: DeadLetter): Promise<void>;
  /** Of one tenant, or those that name no tenant. */
  list(tenantId: string | null, request: ListRequest): Promise<ListPage<DeadLetter>>;
  /** Over all tenants. */
  listAll(request: ListRequest): Promise<ListPage<DeadLetter>>;
  find(id: string): Promise<DeadLetter | null>;
  /** How many there are of one tenant; at most `MOST_COUNTED` are counted. */
  count(tenantId: string): Promise<number>;
  /** How many there are, by tenant; none of those that name no tenant. */
  countAll(): Promise<ReadonlyMap<string, number>>;
  remove(letter: DeadLetter): Promise<void>;
}
