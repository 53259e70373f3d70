import type { Fence } from './scope.js';
import type { ListPage, ListRequest } from './mirror.js';

/** A removal that was worked out and is not carried out yet. Instants are ISO 8601 UTC. */
export interface StagedRemoval {
  readonly setupId: string;
  readonly directoryId: string;
  /**
   * staged: not judged yet; held: waits for an operator; approved, by an operator, and going, by the guard: goes the
   * next time it is derived.
   */
  readonly kind: 'staged' | 'held' | 'approved' | 'going';
  /** groupsVanished: the person stays, and would lose grants because groups that gave them are gone. */
  readonly reason: 'leftScope' | 'accountDisabled' | 'deletedInDirectory' | 'groupsVanished';
  /** The grants that would be lost because groups vanished, `role:booker`; none of a removal, which takes all. */
  readonly losing: readonly string[];
  /** When it was worked out; of one that is going, when the guard let it go. */
  readonly since: string;
}

/** A removal, or a loss of grants because groups vanished, that was carried out. */
export interface CarriedOut {
  readonly directoryId: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly kind: 'removal' | 'loss';
}

/** What the removal guard remembers. Every method may throw Unavailable or Throttled; fenced ones also LeaseLost. */
export interface Removals {
  read(
    tenantId: string,
    setupId: string,
    directoryIds: readonly string[],
  ): Promise<ReadonlyMap<string, StagedRemoval>>;
  /** Of one setup, in the order of the directory ids. */
  list(tenantId: string, setupId: string, request: ListRequest): Promise<ListPage<StagedRemoval>>;
  /** ETag of the setup's list: changes whenever a row comes, goes or becomes another, and only then. */
  tagOf(tenantId: string, setupId: string): Promise<string>;
  /** Writes each, in place of what stood there of the same person. */
  stage(fence: Fence, removals: readonly StagedRemoval[]): Promise<void>;
  /** Absent ones are no fault. */
  drop(fence: Fence, setupId: string, directoryIds: readonly string[]): Promise<void>;
  /** Remembers removals carried out, for as long as the guard looks back. Idempotent under person and instant. */
  note(fence: Fence, setupId: string, carriedOut: readonly CarriedOut[]): Promise<void>;
  /** Numbers of what was carried out then or since. */
  countSince(
    tenantId: string,
    setupId: string,
    since: string,
  ): Promise<{ readonly removals: number; readonly losses: number }>;
  /** Forgets what was carried out before that instant. */
  forgetBefore(fence: Fence, setupId: string, before: string): Promise<void>;
  /** Everything of a setup that is no more. */
  clear(fence: Fence, setupId: string): Promise<void>;
}

/** What an operator decided against the derivation. */
export interface Override {
  /** The directory id of the person: there is at most one of each. */
  readonly overrideId: string;
  readonly setupId: string;
  readonly directoryId: string;
  /** keep: the person stays although it would be removed. */
  readonly kind: 'keep';
  /** What the person was derived from when it was decided; the override ends when that changes. */
  readonly inputHash: string;
  readonly decidedBy: string;
  /** ISO 8601 UTC. */
  readonly decidedAt: string;
}

/** At most one per person of a setup. Every method may throw Unavailable or Throttled; fenced ones also LeaseLost. */
export interface Overrides {
  /** By directory id. */
  read(
    tenantId: string,
    setupId: string,
    directoryIds: readonly string[],
  ): Promise<ReadonlyMap<string, Override>>;
  /** In the order of the directory ids. */
  list(tenantId: string, setupId: string, request: ListRequest): Promise<ListPage<Override>>;
  get(tenantId: string, setupId: string, overrideId: string): Promise<Override | null>;
  /** Each takes the place of what stood there of the same person. */
  put(fence: Fence, overrides: readonly Override[]): Promise<void>;
  /** Absent ones are no fault. */
  remove(fence: Fence, setupId: string, overrideIds: readonly string[]): Promise<void>;
  /** Everything of a setup that is no more. */
  clear(fence: Fence, setupId: string): Promise<void>;
}
