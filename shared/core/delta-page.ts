import type { AttributeValue, MemberType } from './mirror-rows.js';

/** A member or manager as it stands in `members@delta` or `manager@delta`. */
export interface ReferenceElement {
  readonly id: string;
  readonly type: MemberType;
  readonly removed: boolean;
}

/**
 * One element of a delta page. `present`: `attributes` holds what the page printed, null meaning "cleared";
 * what it left out is unchanged. `references` is the slice in `members@delta` (groups) or `manager@delta`
 * (users); null where the page had none. `removed` as in Graph: `changed` = in deleted items, `deleted` = gone.
 * Source: concepts/delta-query-overview.md, delta-query-users.md, delta-query-groups.md.
 */
export type DeltaElement =
  | {
      readonly kind: 'present';
      readonly id: string;
      readonly attributes: Readonly<Record<string, AttributeValue>>;
      readonly references: readonly ReferenceElement[] | null;
    }
  | { readonly kind: 'removed'; readonly id: string; readonly reason: 'changed' | 'deleted' };

/** `next`: more pages of this round; `delta`: the round is complete and the next one starts there. */
export type PageLink = { readonly kind: 'next' | 'delta'; readonly url: string };

export interface DeltaPage {
  readonly elements: readonly DeltaElement[];
  readonly link: PageLink;
  /** Elements of a good page that had no usable id: set aside with a warning. */
  readonly unusable: readonly { readonly problem: string; readonly sample: string }[];
}
