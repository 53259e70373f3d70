import { NOTHING_HEARD, type Hearing } from './hearing.js';
import type { Resource } from './resource.js';
import { SEARCH_INDEX_BUILT, type SearchIndexState } from './search-index.js';

/** What a round changed, counted per object (users or groups; edge changes count as updates of their group). */
export interface ChangeCounts {
  readonly created: number;
  readonly updated: number;
  readonly softDeleted: number;
  readonly restored: number;
  readonly deleted: number;
}

export const NO_CHANGES: ChangeCounts = { created: 0, updated: 0, softDeleted: 0, restored: 0, deleted: 0 };

export function addCounts(a: ChangeCounts, b: ChangeCounts): ChangeCounts {
  return {
    created: a.created + b.created,
    updated: a.updated + b.updated,
    softDeleted: a.softDeleted + b.softDeleted,
    restored: a.restored + b.restored,
    deleted: a.deleted + b.deleted,
  };
}

export function hasChanges(counts: ChangeCounts): boolean {
  return Object.values(counts).some((count: number) => count > 0);
}

export interface Warning {
  readonly code: string;
  readonly message: string;
  readonly count: number;
}

/** Where a round stands. `full` reads everything and proves itself; `increment` continues from a delta link. */
export interface Round {
  readonly roundId: string;
  readonly kind: 'full' | 'increment';
  /**
   * reading: following next links; confirming: the delta link arrived and one more delta is asked from it (the
   * round was resumed, or the count did not agree); sweeping: proven, rows not seen are being judged; members: the
   * chains that tell the members of needed groups are followed, where its own pages tell none.
   */
  readonly stage: 'reading' | 'confirming' | 'sweeping' | 'members';
  /** Next bucket that the sweep looks at, or once members were followed, what drops those of other groups. */
  readonly sweepBucket: number;
  /** True where it was given up on: it goes on from here once somebody wants it again, not by itself. */
  readonly halted: boolean;
  /** How often this round had to begin anew since it was last wanted. */
  readonly restarts: number;
  /** True where the mirror held nothing of this resource when the round began: rows are inserted unread. */
  readonly fresh: boolean;
  /** False only where nothing can be left to sweep: the mirror was empty and no job died under the round. */
  readonly sweeps: boolean;
  /** What its pages carry: the `$select` of the request that the chain of links began with. */
  readonly attributes: readonly string[];
  /** Whether its pages carry members or managers; false only for groups where members are read by need. */
  readonly references: boolean;
  /** Whether each of its pages so far was read with the permission to see hidden memberships. */
  readonly seesHidden: boolean;
  /** The address of the next request; null asks for a fresh start (no token). */
  readonly link: string | null;
  /** ETag of the want that this round serves; null where none stood. */
  readonly wantTag: string | null;
  /** The runs that this round serves; where all of them were cancelled, a full round is abandoned. */
  readonly forRuns: readonly string[];
  /** True once the round was taken up by a job other than the one that began it. */
  readonly resumed: boolean;
  /** How often the count of a full round was compared and did not agree. */
  readonly disagreements: number;
  /** Whether the directory served its own count when the round proved itself. */
  readonly countServed: boolean;
  /** Whether a full round has proven itself, while members are still followed. */
  readonly proven: boolean;
  readonly beganAt: string;
  readonly pages: number;
  readonly objects: number;
  readonly estimate: number | null;
  /** Number of seen-chunks written by a full round. */
  readonly seenChunks: number;
  readonly counts: ChangeCounts;
  readonly warnings: readonly Warning[];
}

/** What a completed round left behind. */
export interface CompletedRound {
  readonly roundId: string;
  readonly kind: 'full' | 'increment';
  readonly beganAt: string;
  readonly completedAt: string;
  readonly pages: number;
  readonly objects: number;
  readonly counts: ChangeCounts;
  readonly warnings: readonly Warning[];
}

/** State of one resource of one tenant: one row, written in one piece by the lease holder. */
export interface ResourceState {
  readonly resource: Resource;
  /** True until the first round of this resource began: then there is nothing to compare with or to sweep. */
  readonly pristine: boolean;
  readonly deltaLink: string | null;
  /** What the full round behind the delta link selected; empty until one has completed. */
  readonly attributes: readonly string[];
  /** Whether the mirror holds the members of all groups; false where chains tell those of needed ones. */
  readonly references: boolean;
  /**
   * Whether the memberships that groups hide are in the mirror: a full round read them, and each round since could.
   */
  readonly seesHidden: boolean;
  readonly round: Round | null;
  readonly last: CompletedRound | null;
  /** ISO instant at which a full round last proved itself; null before. */
  readonly provenAt: string | null;
  /** How its notifications come. */
  readonly hearing: Hearing;
  /** Of users: how far they and the people are in the search index. Groups have none. */
  readonly searchIndex: SearchIndexState;
}

export function emptyResourceState(resource: Resource): ResourceState {
  return {
    resource,
    pristine: true,
    deltaLink: null,
    attributes: [],
    references: true,
    seesHidden: false,
    round: null,
    last: null,
    provenAt: null,
    hearing: NOTHING_HEARD,
    searchIndex: SEARCH_INDEX_BUILT,
  };
}
