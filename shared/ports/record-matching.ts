import type { MatchUser } from '../core/matching/product-record.js';
import type { RecordTie } from '../core/people/facts.js';
import type { Setup } from '../core/setup/setup.js';
import type { Fence, TenantScope } from './scope.js';

/** What matching says of the users asked for. */
export interface MatchStandings {
  readonly ties: ReadonlyMap<string, RecordTie>;
  /** Users whom an ambiguity keeps from a tie. */
  readonly inConflict: ReadonlySet<string>;
  /** Why the product refused a person; null: it does not any more. Absent where it never answered. */
  readonly recordErrors: ReadonlyMap<string, string | null>;
}

/** What matching needs of the job that it works in. */
export interface MatchingJob {
  /** Called with the users whose standing is about to change, durable before any row that it covers is written. */
  mark(directoryIds: readonly string[] | 'everybody'): Promise<void>;
  /** Called where another setup may have what this one is about to give up: it is matched anew afterwards. */
  markOther(setupId: string): Promise<void>;
  /** Asked where the work could be gone on with later: false where the job's time is over, or somebody waits. */
  mayGoOn(): Promise<boolean>;
  /** Looks after the lease; called between stretches of work. */
  keepAlive(): Promise<void>;
}

/** Everybody in scope of a setup, each once, in any order. */
export type EverybodyInScope = () => AsyncIterable<readonly MatchUser[]>;

/**
 * Matching for the jobs of a tenant, under its lease. Every method may throw Unavailable or Throttled; fenced ones
 * also LeaseLost.
 */
export interface RecordMatching {
  standingsOf(scope: TenantScope, setupId: string, directoryIds: readonly string[]): Promise<MatchStandings>;
  /**
   * What matching would say of everybody, were what waits taken over and everybody matched anew. Writes nothing.
   * @param isLate asked between pages of what is read
   * @returns null where there is more of it than may be matched for somebody who waits, or it is late
   */
  foresee(
    scope: TenantScope,
    setup: Setup,
    everybody: EverybodyInScope,
    isLate: () => boolean,
  ): Promise<MatchStandings | null>;
  /** Whether an upload or a decision waits for `takeOver`. */
  hasNews(tenantId: string, setupId: string): Promise<boolean>;
  /** Whether an upload waits: whoever has no tie may be one of its records. `takeOver` marks everybody then. */
  awaitsRecords(tenantId: string, setupId: string): Promise<boolean>;
  /**
   * Takes uploads and decisions over and matches anew whom they concern. Repeatable after a crash.
   * @returns everybody: all were matched anew; some: those whom decisions concern; interrupted: what is left goes on
   *   from where it was the next time
   */
  takeOver(
    fence: Fence,
    setup: Setup,
    everybody: EverybodyInScope,
    job: MatchingJob,
  ): Promise<'everybody' | 'some' | 'interrupted'>;
  /**
   * Matches anew whom a change of these users concerns: `user` null is who is not in scope. To be called before their
   * people are worked out. Does nothing while the setup has no records, or before everybody was matched once.
   */
  matchUsers(
    fence: Fence,
    setup: Setup,
    users: readonly { readonly directoryId: string; readonly user: MatchUser | null }[],
    job: MatchingJob,
  ): Promise<void>;
  /** Matches everybody: before a setup's people are all worked out anew. Does nothing without records. */
  matchEverybody(fence: Fence, setup: Setup, everybody: EverybodyInScope, job: MatchingJob): Promise<void>;
}
