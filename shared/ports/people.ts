import type { PersonChange, ChangeCause } from '../core/people/person-change.js';
import type { Host, Person } from '../core/people/person.js';
import type { ListPage, ListRequest } from './mirror.js';
import type { Fence, TenantScope } from './scope.js';

/** What people are looked up by: exactly one grant, or a status. */
export type PeopleFilter =
  | { readonly kind: 'all' }
  | { readonly kind: 'status'; readonly status: Person['status'] }
  | { readonly kind: 'role'; readonly roleId: string }
  /** `{kind}:{id}`. */
  | { readonly kind: 'membership'; readonly membership: string }
  | { readonly kind: 'organizationalUnit'; readonly unitId: string }
  | { readonly kind: 'segment'; readonly segmentId: string }
  /** One of the person's words begins with each token (core/search-words.ts); at least one token. */
  | { readonly kind: 'search'; readonly tokens: readonly string[] };

/**
 * People as the product sees them. A person and the outbox row of its change are one transaction; the rows that find
 * people by grant or by name are written before and verified on reading. Every method may throw Unavailable or Throttled;
 * writes also LeaseLost.
 */
export interface People {
  /** Tombstones too. */
  read(
    scope: TenantScope,
    setupId: string,
    directoryIds: readonly string[],
  ): Promise<ReadonlyMap<string, Person>>;
  /** Idempotent under the version of the person: a repeated write leaves one outbox row. */
  write(fence: Fence, changes: readonly PersonChange[], cause: ChangeCause): Promise<void>;
  /** Enters rows of a setup, as they are stored, into the index that finds them by their words. Repeatable. */
  index(fence: Fence, setupId: string, people: readonly Person[]): Promise<void>;
  /** Number of those of one bucket of one setup who are in scope. */
  countInScope(scope: TenantScope, setupId: string, bucket: number): Promise<number>;
  /** All rows of one bucket of one setup, tombstones too, in key order. */
  scan(scope: TenantScope, setupId: string, bucket: number): AsyncIterable<readonly Person[]>;
  /** Tombstones only where the status `removed` is asked for. */
  list(
    scope: TenantScope,
    setupId: string,
    request: ListRequest & { readonly filter: PeopleFilter },
  ): Promise<ListPage<Person>>;
  /**
   * Number of people of a segment, from the rows that find them: after a crash it may count some too many, until the
   * next job has looked into the outbox.
   */
  countBySegment(scope: TenantScope, setupId: string, segmentId: string): Promise<number>;
  /** One user over the setups named, in their order; tombstones too. */
  ofUser(scope: TenantScope, setupIds: readonly string[], directoryId: string): Promise<readonly Person[]>;
  /** Removes tombstones, whose change is in the journal or the outbox; absent ones are no fault. */
  forget(fence: Fence, setupId: string, directoryIds: readonly string[]): Promise<void>;
  /**
   * Takes a setup's people out, outbox rows included, without a word to the journal; one bucket at a time, all of
   * the tenant's in any order. Repeatable.
   */
  clear(fence: Fence, setupId: string, bucket: number): Promise<void>;
}

/** Hosts of receptions. Every method may throw Unavailable or Throttled; writes also LeaseLost. */
export interface Hosts {
  /** What these directory ids are hosts of, by directory id; those of no reception are left out. */
  read(
    scope: TenantScope,
    setupId: string,
    directoryIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly Host[]>>;
  /**
   * Writes and removes, each with an outbox row in its transaction. Idempotent under host and instant; of two
   * changes of one host at the same instant the last is told.
   */
  write(
    fence: Fence,
    changes: { readonly added: readonly Host[]; readonly removed: readonly Host[] },
    cause: ChangeCause,
  ): Promise<void>;
  /** Of one reception, or all. */
  list(
    scope: TenantScope,
    setupId: string,
    request: ListRequest & { readonly receptionId: string | null },
  ): Promise<ListPage<Host>>;
  /** All of one bucket of one setup, in key order. */
  scan(scope: TenantScope, setupId: string, bucket: number): AsyncIterable<readonly Host[]>;
  /** As `People.clear`. */
  clear(fence: Fence, setupId: string, bucket: number): Promise<void>;
}
