/** The truth of a directory, independent of lag, tokens and faults. */
import type { Attributes, MemberType } from './control-directory.js';

/** A live user with every attribute the emulator stores; `null` where unset, `[]` for empty collections. */
export interface TruthUser {
  readonly id: string;
  readonly attributes: Attributes;
  /** Kept while the manager is soft-deleted, cleared (and reported) when it is deleted permanently. */
  readonly managerId: string | null;
}

export interface TruthGroup {
  readonly id: string;
  readonly attributes: Attributes;
  /** Distinct live users that are members directly or through live groups; disabled and guests included. */
  readonly transitiveUserCount: number;
}

/**
 * A stored direct membership. `effective` is false while the group or the member is soft-deleted: such an
 * edge is kept by the directory but shown by no read; compare a replica by the effective ones.
 */
export interface TruthMembership {
  readonly groupId: string;
  readonly memberId: string;
  readonly memberType: MemberType;
  readonly effective: boolean;
}

export interface DirectoryTruth {
  readonly tenantId: string;
  readonly users: readonly TruthUser[];
  readonly softDeletedUserIds: readonly string[];
  readonly groups: readonly TruthGroup[];
  readonly softDeletedGroupIds: readonly string[];
  readonly memberships: readonly TruthMembership[];
}

/** One line of the streamed truth (NDJSON). */
export type TruthRow =
  | ({ readonly kind: 'user' } & TruthUser)
  | { readonly kind: 'softDeletedUser'; readonly id: string }
  | ({ readonly kind: 'group' } & TruthGroup)
  | { readonly kind: 'softDeletedGroup'; readonly id: string }
  | ({ readonly kind: 'membership' } & TruthMembership);
