import type { MatchSubject } from '../core/matching/match-subject.js';
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
  /** Of users without a tie, those whose record is now another user's, or that they were released from. */
  readonly withoutTheirRecord: ReadonlySet<string>;
  /** Users who are tied to nothing, and of whom the record that they had is remembered. */
  readonly remembered: ReadonlySet<string>;
}

/** Users in scope, each counted once. */
export interface MatchNumbers {
  readonly tied: number;
  /** Tied to nothing, and may be one of the records that are left. */
  readonly suggested: number;
  /** Kept from a tie by an ambiguity. */
  readonly conflict: number;
  /** None of the records is like them. */
  readonly new: number;
}

/** For long work that somebody waits for. */
export interface Pace {
  /** Lets others have their turn; called between stretches of work. */
  readonly turn: () => Promise<void>;
  readonly isLate: () => boolean;
}

export interface ForeseenStandings extends MatchStandings {
  /** Null if the setup has no records, or it is late first. */
  numbers(pace: Pace): Promise<MatchNumbers | null>;
}

export type MatchedSetup = Pick<Setup, 'setupId'> & {
  readonly document: Pick<Setup['document'], 'organizationId'>;
};

/** What matching needs of the job that it works in. */
export interface MatchingJob {
  /** Called with the users whose standing is about to change, durable before any row that it covers is written. */
  mark(directoryIds: readonly string[] | 'everybody'): Promise<void>;
  /** Asked where the work could be gone on with later: false where the job's time is over, or somebody waits. */
  mayGoOn(): Promise<boolean>;
  /** Looks after the lease; called between stretches of work. */
  keepAlive(): Promise<void>;
}

/** Every user of the mirror, each once, in any order: whoever is not among them is permanently deleted. */
export type EveryUser = () => AsyncIterable<readonly MatchSubject[]>;

/**
 * Matching for the jobs of a tenant, under its lease. Every method may throw Unavailable or Throttled; fenced ones
 * also LeaseLost.
 */
export interface RecordMatching {
  /** @param shown the records that people show, by user: whether they are still theirs */
  standingsOf(
    scope: TenantScope,
    setup: MatchedSetup,
    directoryIds: readonly string[],
    shown?: ReadonlyMap<string, string>,
  ): Promise<MatchStandings>;
  /**
   * What matching would say of everybody, were what waits taken over and everybody matched anew. Writes nothing.
   * @param isLate asked between pages of what is read
   * @returns null where there is more of it than may be matched for somebody who waits, or it is late
   */
  foresee(
    scope: TenantScope,
    setup: Setup,
    everybody: EveryUser,
    isLate: () => boolean,
  ): Promise<ForeseenStandings | null>;
  /** Whether an upload, a decision or news of other setups waits for `takeOver`, or everybody was matched otherwise. */
  hasNews(setup: Setup): Promise<boolean>;
  /** Whether the setup has records or decisions to match with, or a list of records waits. */
  hasRecords(tenantId: string, setupId: string): Promise<boolean>;
  /** Whether an upload waits: whoever has no tie may be one of its records. `takeOver` marks everybody then. */
  awaitsRecords(tenantId: string, setupId: string): Promise<boolean>;
  /**
   * Takes uploads, decisions and news of other setups over and matches again whom they concern. Repeatable after a crash.
   * @returns everybody: all were matched anew; some: those whom decisions concern; interrupted: what is left goes on
   *   from where it was the next time
   */
  takeOver(
    fence: Fence,
    setup: Setup,
    everybody: EveryUser,
    job: MatchingJob,
  ): Promise<'everybody' | 'some' | 'interrupted'>;
  /**
   * Matches again whom a change of these users concerns. To be called before their people are derived. Does nothing
   * while the setup has no records, or before everybody was matched once.
   */
  matchUsers(fence: Fence, setup: Setup, users: readonly MatchSubject[], job: MatchingJob): Promise<void>;
  /** Forgets permanently deleted users of whom there is no person any more. */
  forget(fence: Fence, setupId: string, directoryIds: readonly string[]): Promise<void>;
  /**
   * Ends what a setup, or for null every setup of the tenant, has of the records of these organizations: other setups
   * that wait for them are told. Before the setup's rows are removed; repeatable.
   */
  leaveOrganizations(
    fence: Fence,
    organizationIds: readonly string[],
    setupId: string | null,
    keepAlive: () => Promise<void>,
  ): Promise<void>;
  /** Matches everybody: before a setup's people are all worked out anew. Does nothing without records. */
  matchEverybody(fence: Fence, setup: Setup, everybody: EveryUser, job: MatchingJob): Promise<void>;
}
