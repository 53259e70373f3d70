import { consentFinding, isOperatorsFault, type CredentialOrigin } from './consent-finding.js';
import { credentialFinding, fieldAtFault, mayBeANewSecret } from './credential-finding.js';
import { Failure, type AccessRefused, type CredentialRefused, type KnownFailure } from './failures.js';

/** What follows from a failure of a job. */
export type FailureOutcome =
  /** Come back after so many milliseconds with the same work. */
  | { readonly kind: 'comeBack'; readonly delayMs: number }
  /** Read everything of that resource anew, from this address where Graph named one. */
  | { readonly kind: 'restartRound'; readonly everything: boolean; readonly restartLink: string | null }
  /** Stop this tenant until somebody mends it. */
  | { readonly kind: 'park'; readonly refusal: AccessRefused | CredentialRefused }
  /** Give up this work, say so on the run, and set the job aside. */
  | { readonly kind: 'giveUp'; readonly code: string; readonly message: string }
  /** Not known to us: let the broker serve the message again. */
  | { readonly kind: 'redeliver' };

export interface RetrySettings {
  readonly firstMs: number;
  readonly longestMs: number;
  readonly attempts: number;
}

/** Refusals right after a change of consent pass by themselves; only a lasting one parks the tenant. */
const REFUSALS_BEFORE_PARKING = 3;
/** With the pauses between them, by default at least 77 seconds: a new secret that worked once is known everywhere then. */
const REFUSALS_OF_A_NEW_SECRET = 6;

/** @param attempt tries without progress before the one that was refused, 0 for the first */
export function refusalLasts(refusal: AccessRefused | CredentialRefused, attempt: number): boolean {
  return attempt + 1 >= (mayBeANewSecret(refusal) ? REFUSALS_OF_A_NEW_SECRET : REFUSALS_BEFORE_PARKING);
}

/**
 * The one place that decides what a failure leads to.
 * @param attempt tries without progress so far, 0 for the first
 * @param deliveries how often the broker has served the message, 1 for the first
 * @param chance at least 0, below 1; spreads those who come back
 */
export function failureOutcome(
  failure: unknown,
  attempt: number,
  deliveries: number,
  retry: RetrySettings,
  chance: number,
): FailureOutcome {
  if (!(failure instanceof Failure)) return unknownOutcome(failure, deliveries);
  const known = failure as KnownFailure;
  switch (known.kind) {
    case 'throttled':
    case 'unavailable':
      return comeBackOrGiveUp(known, attempt, retry, chance, known.retryAfterMs);
    case 'rowConflict':
    case 'notFound':
    case 'leaseLost':
      return comeBackOrGiveUp(known, attempt, retry, chance, null);
    case 'cursorExpired':
      return {
        kind: 'restartRound',
        everything: known.scope === 'everything',
        restartLink: known.restartLink,
      };
    case 'accessRefused':
    case 'credentialRefused':
      return refusalLasts(known, attempt)
        ? { kind: 'park', refusal: known }
        : { kind: 'comeBack', delayMs: backoffMs(attempt, retry, chance) };
    case 'badPage':
      return { kind: 'giveUp', code: 'BadPage', message: known.message };
    case 'requestRefused':
      return { kind: 'giveUp', code: 'GraphRefused', message: known.message };
    case 'rowTooLarge':
      return { kind: 'giveUp', code: 'RowTooLarge', message: known.message };
  }
}

/** After so many processes that ended over it without saying why, work is set aside. */
const MOST_ENDED_HOSTS = 4;

/** The code of work whose every try ended the process that did it. */
export const HOST_ENDED = 'HostEnded';

/**
 * Whether work is set aside before another process tries it: those that did ended, for want of memory for example, so
 * that none of them could give it up.
 * @param ended how many processes ended over it, one after the other: of a message all deliveries but this one
 */
export function endsItsHosts(ended: number): boolean {
  return ended >= MOST_ENDED_HOSTS;
}

/** What is said of such work, in its run and its dead letter. */
export function hostsEnded(ended: number): Extract<FailureOutcome, { kind: 'giveUp' }> {
  const message = `The process that worked on it ended ${ended} times without saying why; it may have run out of memory.`;
  return { kind: 'giveUp', code: HOST_ENDED, message };
}

/** A fault of ours may pass with the instance that had it; what comes with every delivery does not. */
function unknownOutcome(failure: unknown, deliveries: number): FailureOutcome {
  if (!endsItsHosts(deliveries)) return { kind: 'redeliver' };
  const message = failure instanceof Error ? failure.message : String(failure);
  return { kind: 'giveUp', code: 'Unexpected', message };
}

/** Parked tenants are tried again at least so often; see core/parked-retry.ts. */
const GOES_ON = 'It goes on by itself within an hour of that.';
/** Where what mends it is entered here: then nobody waits for a retry. */
const GOES_ON_AT_ONCE = 'It goes on at once after that (PUT credential).';

/**
 * Why a tenant is parked and what mends it, a sentence each, for its administrator to act on. In our words alone: what
 * Graph wrote differs with every request, and stands in the log.
 */
export function refusalWords(
  refusal: AccessRefused | CredentialRefused,
  origin: CredentialOrigin,
): { readonly reason: string; readonly fix: string } {
  const { finding, fix } = origin === 'consent' ? consentFinding(refusal) : credentialFinding(refusal);
  const operators = origin === 'consent' && isOperatorsFault(refusal);
  if (operators) return { reason: finding, fix };
  const isEntered = origin === 'credential' && fieldAtFault(refusal) === 'secretValue';
  return { reason: finding, fix: `${fix} ${isEntered ? GOES_ON_AT_ONCE : GOES_ON}` };
}

/** Exponential from `firstMs` to `longestMs`, of which between half and all is waited. */
export function backoffMs(attempt: number, retry: RetrySettings, chance: number): number {
  const ceiling = Math.min(retry.longestMs, retry.firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling / 2 + (ceiling / 2) * chance);
}

function comeBackOrGiveUp(
  failure: Failure,
  attempt: number,
  retry: RetrySettings,
  chance: number,
  retryAfterMs: number | null,
): FailureOutcome {
  if (attempt + 1 >= retry.attempts) {
    const tries = `${retry.attempts} tries without progress; the last one: ${failure.message}`;
    return { kind: 'giveUp', code: GIVE_UP_CODES[failure.kind] ?? 'Unavailable', message: tries };
  }
  return { kind: 'comeBack', delayMs: Math.max(backoffMs(attempt, retry, chance), retryAfterMs ?? 0) };
}

const GIVE_UP_CODES: Partial<Record<Failure['kind'], string>> = {
  throttled: 'Throttled',
  unavailable: 'Unavailable',
  rowConflict: 'Conflict',
  notFound: 'NotFound',
  leaseLost: 'LeaseLost',
};
