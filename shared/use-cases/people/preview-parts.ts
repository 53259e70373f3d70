import type { Previewed, PreviewKind } from '../../core/people/preview.js';
import type { Readiness } from '../../core/people-readiness.js';
import type { MatchNumbers } from '../../ports/record-matching.js';
import type { UnreadParts } from './reading-of.js';

export interface PreviewSample {
  readonly personId: string;
  readonly directoryId: string;
  readonly displayName: string | null;
  readonly reason: Previewed['reason'];
  readonly changed: readonly string[];
}

/** What a preview has counted so far; the next part goes on from it. */
export interface PreviewProgress {
  readonly bucket: number;
  /** Users of the mirror looked at. */
  readonly users: number;
  readonly counts: Readonly<Record<PreviewKind, number>>;
  /** Changes that the removal guard has a say in. */
  readonly removals: number;
  /** Those of them whose people are in scope before. */
  readonly leaving: number;
  /** People who are in scope before. */
  readonly active: number;
}

export interface Preview {
  readonly readiness: Readiness;
  readonly unread: UnreadParts;
  /** Groups that are not there: nobody leaves because one of the scope is gone, nobody comes while one that excludes is. */
  readonly missingGroups: readonly string[];
  /** Groups that it names and whose members the application may not read: what they look like decides nothing. */
  readonly hiddenGroups: readonly string[];
  /** False: records that wait are more than a preview matches, so that ties are those of before. */
  readonly recordsMatched: boolean;
  /** Null until everybody was looked at, for a setup without records, and if there is more than a preview matches. */
  readonly matching: MatchNumbers | null;
  readonly progress: PreviewProgress;
  /** Number of buckets. */
  readonly buckets: number;
  /** Those met in this part, the first of each kind. */
  readonly samples: Readonly<Record<PreviewKind, readonly PreviewSample[]>>;
  /** Null until everybody was looked at. */
  readonly guard: {
    readonly verdict: 'carryOut' | 'hold';
    readonly removals: number;
    readonly carriedOut: number;
    readonly active: number;
  } | null;
}
