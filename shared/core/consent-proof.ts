import { BUNDLE_FACTS, type Bundle } from './bundle.js';
import { consentFinding, isOperatorsFault } from './consent-finding.js';
import { AccessRefused, CredentialRefused } from './failures.js';
import { suffices } from './wider-permissions.js';

/** What our own application can do in a tenant, as its token and Graph tell. */
export interface Admission {
  /** Application permissions in the token. */
  readonly roles: readonly string[];
  /** The directory that answered, GUID in lower case. */
  readonly tenantId: string;
}

/** For how long the login service and Graph may take to know of a consent, milliseconds. */
export interface ProofPatience {
  /** As long as the application or all of its permissions are unknown, or Graph refuses. */
  readonly longestMs: number;
  /** Where some permissions are there and others are not, which rarely passes. */
  readonly partlyMs: number;
  /** Where the operator's own application cannot log in, which the operator alone can mend. */
  readonly operatorMs: number;
}

/** What Entra, and the operator, are given before a consent is taken for one that does not work. */
export const PROOF_PATIENCE: ProofPatience = {
  longestMs: 15 * 60_000,
  partlyMs: 2 * 60_000,
  operatorMs: 7 * 24 * 60 * 60_000,
};

export type ProofVerdict =
  | { readonly kind: 'works' }
  /** Look again later. */
  | { readonly kind: 'wait'; readonly waitingFor: string }
  | { readonly kind: 'refused'; readonly reason: string; readonly fix: string };

/**
 * What follows from a look at a consent. Right after it was given, 700016, a token without permissions and a 403
 * pass by themselves within minutes.
 * @param waitedMs since the first look; 0 at that, so that time in a queue costs no patience
 */
export function judgeProof(
  look: Admission | CredentialRefused | AccessRefused,
  asked: { readonly bundle: Bundle; readonly tenantId: string },
  waitedMs: number,
  patience: ProofPatience,
): ProofVerdict {
  if (look instanceof AccessRefused)
    return patient(
      FORBIDDEN,
      { reason: 'Microsoft Graph keeps refusing the application.', fix: GRANT_AGAIN },
      waitedMs < patience.longestMs,
    );
  if (look instanceof CredentialRefused) return judgeRefusal(look, waitedMs, patience);
  if (look.tenantId !== asked.tenantId)
    return {
      kind: 'refused',
      reason: 'Another directory than the one that was asked answered.',
      fix: 'Sign in with an administrator account of the directory that is to be connected, and consent again.',
    };
  const needed = BUNDLE_FACTS[asked.bundle].permissions.map(({ name }) => name);
  const missing = needed.filter((name) => !suffices(look.roles, name));
  if (missing.length === 0) return { kind: 'works' };
  const patienceMs = missing.length < needed.length ? patience.partlyMs : patience.longestMs;
  const reason = `These application permissions were not granted: ${missing.join(', ')}.`;
  const waiting = `Not seen yet: ${missing.join(', ')}.`;
  return patient(waiting, { reason, fix: GRANT_AGAIN }, waitedMs < patienceMs);
}

/** Of a token request: the application is not known yet, or no consent of it. */
const NOT_YET = new Set([700016, 700011, 70001, 65001]);
/** Nothing that time mends. Any other number is waited for, since numbers may change. */
const LASTING = new Set([7000112, 65004, 90038, 900432, 900382, 53003]);

function judgeRefusal(refusal: CredentialRefused, waitedMs: number, patience: ProofPatience): ProofVerdict {
  const { finding, fix } = consentFinding(refusal);
  if (isOperatorsFault(refusal))
    return patient(`${finding} ${fix}`, { reason: finding, fix: ASK_AGAIN }, waitedMs < patience.operatorMs);
  const known = refusal.code !== null;
  if (known && LASTING.has(refusal.code)) return { kind: 'refused', reason: finding, fix };
  const waiting = known && NOT_YET.has(refusal.code) ? UNKNOWN_YET : finding;
  return patient(waiting, { reason: finding, fix: GRANT_AGAIN }, waitedMs < patience.longestMs);
}

function patient(
  waitingFor: string,
  refusal: { readonly reason: string; readonly fix: string },
  patienceLeft: boolean,
): ProofVerdict {
  return patienceLeft ? { kind: 'wait', waitingFor } : { kind: 'refused', ...refusal };
}

const UNKNOWN_YET = 'The directory does not know the application yet.';
const FORBIDDEN = 'Microsoft Graph does not let the application read yet.';
const ASK_AGAIN = 'Ask whoever sent you the link for a new one.';
const GRANT_AGAIN =
  'Open the link again and consent as Global or Privileged Role Administrator, accepting all that is asked for.';

const FIRST_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** Milliseconds until the next look: from a second, half as long again each time, to a minute. @param attempt 0 at first */
export function nextLookMs(attempt: number): number {
  return Math.round(Math.min(LONGEST_PAUSE_MS, FIRST_MS * 1.5 ** Math.min(attempt, 30)));
}
