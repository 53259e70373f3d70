import type { MatchConflict } from '../core/matching/match-conflict.js';
import type { MatchUser, Tie } from '../core/matching/product-record.js';
import type { ListPage, ListRequest } from './mirror.js';
import type { Fence, TenantScope } from './scope.js';

/** What matching knows of one user of a setup. */
export interface MatchRow {
  readonly directoryId: string;
  /** Null for who is not in scope. */
  readonly user: MatchUser | null;
  /** In deleted items: the tie holds, since the user may be restored. */
  readonly isSoftDeleted: boolean;
  readonly tie: Tie | null;
  /** The record that a user out of scope was tied to last, as long as no other user is. It holds nothing. */
  readonly formerRecordId: string | null;
  readonly isInConflict: boolean;
  /** What was decided about the user, as a job has taken it over. */
  readonly decision: MatchDecision;
}

/** Every method may throw Unavailable or Throttled; fenced ones also LeaseLost. */
export interface Matches {
  read(
    scope: TenantScope,
    setupId: string,
    directoryIds: readonly string[],
  ): Promise<ReadonlyMap<string, MatchRow>>;
  /** All of a setup, bucket by bucket. */
  scan(scope: TenantScope, setupId: string): AsyncIterable<readonly MatchRow[]>;
  /** A row that says nothing is removed. */
  write(fence: Fence, setupId: string, rows: readonly MatchRow[]): Promise<void>;
}

/** A user or a record, under a text that it shares with others. */
export interface MatchIndexEntry {
  readonly value: string;
  readonly kind: 'user' | 'record';
  readonly id: string;
}

/**
 * Finds users and records by what they share. It may name some that do not share it any more, and others that never
 * did, but never misses one. Every method may throw Unavailable or Throttled; fenced ones also LeaseLost.
 */
export interface MatchIndex {
  find(
    tenantId: string,
    setupId: string,
    values: readonly string[],
  ): Promise<{ readonly directoryIds: ReadonlySet<string>; readonly recordIds: ReadonlySet<string> }>;
  add(fence: Fence, setupId: string, entries: readonly MatchIndexEntry[]): Promise<void>;
  /** Puts these in the place of everything. */
  replace(fence: Fence, setupId: string, entries: Iterable<MatchIndexEntry>): Promise<void>;
}

/** Every method may throw Unavailable or Throttled; fenced ones also LeaseLost. */
export interface MatchConflicts {
  /** By key and value. */
  list(tenantId: string, setupId: string, request: ListRequest): Promise<ListPage<MatchConflict>>;
  all(tenantId: string, setupId: string): AsyncIterable<readonly MatchConflict[]>;
  put(fence: Fence, setupId: string, conflicts: readonly MatchConflict[]): Promise<void>;
  /** Absent ones are no fault. */
  remove(
    fence: Fence,
    setupId: string,
    conflicts: readonly Pick<MatchConflict, 'key' | 'value' | 'directoryIds'>[],
  ): Promise<void>;
}

/** What an operator chose or the product answered for one user. */
export interface MatchDecision {
  readonly choice: { readonly recordId: string; readonly matchedBy: 'chosen' | 'created' } | null;
  /** Records that the user was released from: no key ties them again. */
  readonly apart: readonly string[];
  /** The record that was given to another user while this one was in deleted items. */
  readonly lost: string | null;
  /** Why the product refused the person. */
  readonly recordError: string | null;
}

export const NO_DECISION: MatchDecision = { choice: null, apart: [], lost: null, recordError: null };

/** What is decided about a user, in place of what was read. */
export interface DecisionChange {
  readonly directoryId: string;
  readonly stored: StoredDecision;
  readonly next: MatchDecision;
}

export interface StoredDecision {
  readonly decision: MatchDecision;
  /** Changes with every change; null where nothing was ever decided. */
  readonly tag: string | null;
}

/** What is decided about a user, and no job has taken over yet. */
export interface WaitingDecision {
  readonly directoryId: string;
  readonly decision: MatchDecision;
}

/**
 * Decisions, written at once by whoever decides, and news for the lease holder until it has taken them over. Every
 * method may throw Unavailable or Throttled.
 */
export interface MatchDecisions {
  read(tenantId: string, setupId: string, directoryId: string): Promise<StoredDecision>;
  /** The user whom a record was chosen or made for. */
  userOf(tenantId: string, setupId: string, recordId: string): Promise<string | null>;
  /**
   * Saves decisions about different users in one transaction, with their claims on records, and as news. A record that
   * one of them gives up may go to another.
   * @throws RowConflict if one was changed since it was read, or a user who is not among them has such a record
   */
  save(tenantId: string, setupId: string, changes: readonly DecisionChange[]): Promise<void>;
  /** Removes what was decided about users who are permanently deleted, and its claims; absent ones are no fault. */
  forget(fence: Fence, setupId: string, directoryIds: readonly string[]): Promise<void>;
  /** Users about whom there is news, at most `limit`. */
  news(tenantId: string, setupId: string, limit: number): Promise<readonly string[]>;
  /** Everything that is news, page by page, with what is decided about each user. */
  waiting(tenantId: string, setupId: string): AsyncIterable<readonly WaitingDecision[]>;
  /** After they were taken over as they were read; what was decided since stays news. */
  takenOver(
    fence: Fence,
    setupId: string,
    read: readonly { readonly directoryId: string; readonly tag: string | null }[],
  ): Promise<void>;
}

/** How far the matching of a setup is. */
export interface MatchingState {
  readonly setupId: string;
  /** Whether there is anything to match with; no user is kept for matching before. */
  readonly isActive: boolean;
  /** Whether every user in scope is kept: false until everybody was matched once. */
  readonly isComplete: boolean;
  /** What everybody was matched by last; null while that is under way, and for states of before it was kept. */
  readonly basis: string | null;
  /** In which the setup has claims on records; null before it has any. */
  readonly organizationId: string | null;
}

export interface MatchingStates {
  get(tenantId: string, setupId: string): Promise<MatchingState>;
  save(fence: Fence, state: MatchingState): Promise<void>;
  /** Everything about matching of a setup that is no more; repeatable. Answers whether there may be more. */
  clear(fence: Fence, setupId: string): Promise<void>;
}
