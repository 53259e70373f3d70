import type { Edge, MirrorGroup, MirrorUser } from '../core/mirror-rows.js';
import type { Resource } from '../core/resource.js';
import type { Fence, TenantScope } from './scope.js';

export interface ListRequest {
  /** Continue behind this opaque position; null from the beginning. */
  readonly after: string | null;
  /** At most so many rows; a page may hold fewer, none even, and still continue. */
  readonly limit: number;
}

export interface ListPage<Row> {
  readonly rows: readonly Row[];
  /** Opaque position to continue from; null at the end. */
  readonly next: string | null;
}

/**
 * The directory exactly as Graph tells it. Writes travel in transactions per partition and are idempotent, but
 * not atomic across partitions: whoever calls repeats the whole page after a failure.
 * Every method may throw Unavailable or Throttled; writes also LeaseLost.
 */
export interface Mirror {
  readUsers(scope: TenantScope, ids: readonly string[]): Promise<Map<string, MirrorUser>>;
  /** Inserts; answers the ids that were there already, whose rows stay as they were. */
  createUsers(fence: Fence, users: readonly MirrorUser[]): Promise<string[]>;
  /** Replaces whole rows. */
  writeUsers(fence: Fence, users: readonly MirrorUser[]): Promise<void>;
  /** Enters rows, as they are stored, into the index that finds them by their words. Repeatable. */
  indexUsers(fence: Fence, users: readonly MirrorUser[]): Promise<void>;
  /** Absent ones are no fault. Edges are the caller's concern. */
  removeUsers(fence: Fence, ids: readonly string[]): Promise<void>;
  /** Ids of soft-deleted users, verified against their rows. */
  softDeletedUserIds(scope: TenantScope): Promise<Set<string>>;
  /** All user rows of one bucket, in key order, page by page. */
  scanUsers(scope: TenantScope, bucket: number): AsyncIterable<readonly MirrorUser[]>;
  listUsers(
    scope: TenantScope,
    request: ListRequest & { readonly deleted: boolean },
  ): Promise<ListPage<MirrorUser>>;
  /**
   * Users one of whose words begins with each of the tokens (core/search-words.ts), of which there is at least one.
   * Each is found once, in no order that means anything.
   */
  searchUsers(
    scope: TenantScope,
    request: ListRequest & { readonly deleted: boolean; readonly tokens: readonly string[] },
  ): Promise<ListPage<MirrorUser>>;

  /** How many live objects there are, counted row by row. */
  countLive(scope: TenantScope, resource: Resource): Promise<number>;

  readGroups(scope: TenantScope, ids: readonly string[]): Promise<Map<string, MirrorGroup>>;
  createGroups(fence: Fence, groups: readonly MirrorGroup[]): Promise<string[]>;
  writeGroups(fence: Fence, groups: readonly MirrorGroup[]): Promise<void>;
  removeGroups(fence: Fence, ids: readonly string[]): Promise<void>;
  scanGroups(scope: TenantScope, bucket: number): AsyncIterable<readonly MirrorGroup[]>;
  listGroups(scope: TenantScope, request: ListRequest): Promise<ListPage<MirrorGroup>>;

  /** Inserts; answers the edges that were there already. The index by member is written first. */
  createEdges(fence: Fence, edges: readonly Edge[]): Promise<Edge[]>;
  /** Answers the edges that were there and are gone now. The index by member is removed last. */
  removeEdges(fence: Fence, edges: readonly Edge[]): Promise<Edge[]>;
  /** Direct members of a group in key order, page by page. */
  membersOf(scope: TenantScope, groupId: string): AsyncIterable<readonly Edge[]>;
  listMembers(scope: TenantScope, groupId: string, request: ListRequest): Promise<ListPage<Edge>>;
  /**
   * Edges by member, from the index. After a crash it may name an edge that is gone already, never miss one.
   */
  groupsOf(scope: TenantScope, memberIds: readonly string[]): Promise<Edge[]>;
  /** Which of these edges there are: the word of the rows by group, which the index by member may lag behind. */
  existingEdges(scope: TenantScope, edges: readonly Edge[]): Promise<Edge[]>;
  /** All edges of one bucket of groups, ordered by group, page by page. */
  scanEdges(scope: TenantScope, bucket: number): AsyncIterable<readonly Edge[]>;
}

/** Distinct users of a group, directly or through groups: the first thing derived from the mirror. */
export interface GroupCounts {
  /** Groups without a row count 0 and are left out. */
  read(scope: TenantScope, groupIds: readonly string[]): Promise<Map<string, number>>;
  /** Writes the counts given; 0 removes the row. */
  write(fence: Fence, counts: ReadonlyMap<string, number>): Promise<void>;
  /** All stored counts of one bucket. */
  scan(scope: TenantScope, bucket: number): Promise<Map<string, number>>;
}
