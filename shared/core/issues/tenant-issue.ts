import type { Resource } from '../resource.js';

/** Why a tenant that runs has no subscriptions. */
export type SubscriptionObstacle =
  /** A permission is missing (403). */
  | { readonly kind: 'refused' }
  /** A limit of the application or of the tenant is reached (403). */
  | { readonly kind: 'quota' }
  /** Graph did not get the right answer from the address of notifications. */
  | { readonly kind: 'unreached' }
  /** The application is not authorized, in the words of its refusal: sentences. */
  | { readonly kind: 'login'; readonly finding: string; readonly fix: string };

/** What reading a tenant is given up for: one resource, or everything else that a job does. */
export type FailingPart = Resource | 'work';

/** Codes that versions before this one stored with their sentences. */
export const TOLD_CODES = [
  'secretExpiring',
  'secretExpired',
  'noSubscriptions',
  'notificationsSilent',
  'setupAttention',
] as const;
export type ToldCode = (typeof TOLD_CODES)[number];

interface Since {
  /** When it began as far as is known, ISO 8601 UTC. */
  readonly since: string;
}

interface OfSetup {
  readonly setupId: string;
  readonly designation: string;
}

/** Something of a tenant that somebody has to act on: a code with its parameters. Sentences: `functions/words`. */
export type KnownIssue = Since &
  (
    | {
        readonly code: 'parked';
        /** Sentences, as they were found. */
        readonly reason: string;
        readonly fix: string;
        /** Whether nobody in the customer's directory can fix it. */
        readonly operatorOnly: boolean;
      }
    | {
        readonly code: 'runsFailing';
        readonly part: FailingPart;
        /** As the error of the run has it. */
        readonly failure: string;
        readonly runId: string;
      }
    | {
        /** `since` is when it expired, or when the login service first said that it has. */
        readonly code: 'secretExpired';
        /** Whether the login service refuses it; otherwise only its date has passed. */
        readonly refused: boolean;
      }
    | ({ readonly code: 'removalsHeld'; readonly count: number } & OfSetup)
    | { readonly code: 'deadLetters'; readonly count: number }
    | ({
        readonly code: 'setupAttention';
        readonly count: number;
        /** The first of them, sentences. */
        readonly first: string;
      } & OfSetup)
    | { readonly code: 'secretExpiring'; readonly expiresOn: string }
    | { readonly code: 'noSubscriptions'; readonly obstacle: SubscriptionObstacle }
    | { readonly code: 'notificationsSilent'; readonly resources: readonly Resource[] }
  );

/** An issue that a version before this one stored as sentences; kept until the same is recorded by this one. */
export interface ToldIssue extends Since {
  readonly code: ToldCode;
  readonly told: { readonly reason: string; readonly fix: string };
}

export type TenantIssue = KnownIssue | ToldIssue;
export type IssueCode = KnownIssue['code'];

/** error: the directory is not read, or not to the end; warning: something waits for somebody, or will end. */
export type IssueSeverity = 'error' | 'warning';

export function severityOf(issue: TenantIssue): IssueSeverity {
  if (issue.code === 'parked' || issue.code === 'runsFailing') return 'error';
  return issue.code === 'secretExpired' && !('told' in issue) && issue.refused ? 'error' : 'warning';
}

/** In the order in which they are to be dealt with. */
export const ISSUE_CODES = [
  'parked',
  'secretExpired',
  'runsFailing',
  'removalsHeld',
  'deadLetters',
  'secretExpiring',
  'setupAttention',
  'noSubscriptions',
  'notificationsSilent',
] as const satisfies readonly IssueCode[];
