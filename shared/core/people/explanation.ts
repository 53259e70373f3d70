import type { CatalogReference } from '../catalog/catalog.js';
import type { AttributeValue } from '../mirror-rows.js';
import type { FieldPolicy } from '../setup/setup.js';
import type { RecordTie } from './facts.js';
import type { GrantItem } from './grant-item.js';
import type { FieldValue, Person } from './person.js';
import type { TooLarge } from './person-size.js';
import type { OutReason } from './presented.js';
import type { Unmatched } from './unmatched.js';

/** Groups from the one that the user is a direct member of to the one that matters. */
export type GroupPath = readonly { readonly id: string; readonly name: string | null }[];

/** Why somebody is a person of a setup or is not, and where everything of it comes from. */
export interface Explanation {
  readonly setupId: string;
  readonly directoryId: string;
  readonly personId: string;
  /** What the setup makes of the user; the person may stand otherwise while a removal waits. */
  readonly verdict: 'in' | 'out';
  readonly reason: OutReason | Unmatched | null;
  /** A sentence. */
  readonly because: string;
  readonly checks: readonly ExplainedCheck[];
  readonly grants: readonly ExplainedGrant[];
  readonly fields: readonly ExplainedField[];
  readonly match: Pick<RecordTie, 'recordId' | 'matchedBy'> | null;
  readonly recordError: string | null;
  readonly person: Pick<
    Person,
    'status' | 'statusReason' | 'statusSince' | 'deleteAfter' | 'removalHeld'
  > | null;
  readonly override: {
    readonly kind: 'keep';
    readonly decidedBy: string;
    readonly decidedAt: string;
    readonly holds: boolean;
  } | null;
  readonly removal: {
    readonly kind: 'staged' | 'held' | 'approved' | 'going';
    readonly reason: string;
    readonly since: string;
  } | null;
  /** Why the person is not brought up to date, or does not come; null for who has room in its rows. */
  readonly tooLarge: TooLarge | null;
}

/** One question of scope with its answer; `notAsked` where the setup does not put it. */
export interface ExplainedCheck {
  readonly check: OutReason;
  readonly result: 'passed' | 'failed' | 'notAsked';
  /** A sentence with what decided. */
  readonly detail: string;
  /** How the user is in the groups that decided. */
  readonly paths: readonly ExplainedPath[];
}

export interface ExplainedPath {
  readonly groups: GroupPath;
  /** `member of A via B via C`: the group that matters first, the one with the user in it last. */
  readonly text: string;
}

/** One thing that a rule gives or would give; `isHeld` is false for who is out, and says why nobody has it. */
export interface ExplainedGrant {
  readonly grant:
    | Extract<GrantItem, { readonly kind: 'role' | 'host' | 'organizationalUnit' | 'segment' }>
    | ({ readonly kind: 'membership' } & { readonly of: CatalogReference['kind']; readonly id: string });
  readonly isGiven: boolean;
  readonly sources: readonly ExplainedSource[];
}

export interface ExplainedSource {
  /** Place of the rule in the setup's document: `grants[2]`, `segments.rules[0]`, `segments.groupIds[1]`, `segments.fromGroups`. */
  readonly rule: string;
  readonly kind: 'group' | 'appRole' | 'directoryRole' | 'rule';
  /** Id of the group or role, or the text of the condition. */
  readonly source: string;
  readonly path: ExplainedPath | null;
}

export interface ExplainedField {
  readonly to: string;
  readonly from: string;
  readonly policy: FieldPolicy;
  readonly visible: boolean;
  readonly usableInRules: boolean;
  /** As the directory has it; null where it has nothing. */
  readonly raw: AttributeValue;
  /** What the record has under this name; null where there is no record, or no value. */
  readonly recordValue: string | null;
  readonly seen: SeenField;
  /** A sentence. */
  readonly because: string;
}

/** What the product is told. */
export type SeenField =
  | { readonly kind: 'set'; readonly value: Exclude<FieldValue, null> }
  | { readonly kind: 'clear' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'hidden' };
