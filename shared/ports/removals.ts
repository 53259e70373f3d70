import type { Fence } from './scope.js';
import type { ListPage, ListRequest } from './mirror.js';

/** A removal that was worked out and is not carried out yet. Instants are ISO 8601 UTC. */
export interface StagedRemoval {
  readonly setupId: string;
  readonly directoryId: string;
  /** staged: not judged yet; held: waits for an operator; approved: goes the next time it is derived. */
  readonly kind: 'staged' | 'held' | 'approved';
  readonly reason: 'leftScope' | 'accountDisabled' | 'deletedInDirectory';
  readonly since: string;
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
  /** Changes whenever a row of the setup's list comes or goes. */
  tagOf(tenantId: string, setupId: string): Promise<string>;
  stage(fence: Fence, removals: readonly StagedRemoval[]): Promise<void>;
  drop(fence: Fence, setupId: string, directoryIds: readonly string[]): Promise<void>;
  /** Remembers removals carried out, for as long as the guard looks back. Idempotent under person and instant. */
  note(
    fence: Fence,
    setupId: string,
    carriedOut: readonly { readonly directoryId: string; readonly at: string }[],
  ): Promise<void>;
  /** Removals carried out since then. */
  countSince(tenantId: string, setupId: string, since: string): Promise<number>;
  forgetBefore(fence: Fence, setupId: string, before: string): Promise<void>;
}

/** What an operator decided against the derivation. */
export interface Override {
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

export interface Overrides {
  read(
    tenantId: string,
    setupId: string,
    directoryIds: readonly string[],
  ): Promise<ReadonlyMap<string, Override>>;
  list(tenantId: string, setupId: string, request: ListRequest): Promise<ListPage<Override>>;
  get(tenantId: string, setupId: string, overrideId: string): Promise<Override | null>;
  put(fence: Fence, overrides: readonly Override[]): Promise<void>;
  remove(fence: Fence, setupId: string, overrideIds: readonly string[]): Promise<void>;
}
