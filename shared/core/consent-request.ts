import type { Bundle } from './bundle.js';
import type { Cloud } from './cloud.js';
import type { Tenant } from './tenant.js';

/** Milliseconds in which an administrator has to come back from the login service. */
export const STATE_MS = 30 * 60_000;

/**
 * How far the consent to one bundle is.
 * - offered: nobody has been sent to the login service for it
 * - sent: an administrator is there; `stateHash` is the fingerprint of what must come back, once
 * - proving: the login service says yes; believed only once a token works
 * - granted: proven
 * - refused: declined there, or what was granted does not do; may be tried again
 */
export type AskProgress =
  | { readonly kind: 'offered' }
  | {
      readonly kind: 'sent';
      readonly stateHash: string;
      readonly clientId: string;
      readonly expiresAt: string;
    }
  | {
      readonly kind: 'proving';
      readonly clientId: string;
      readonly since: string;
      /** What the last look found missing, a sentence; null before the first. */
      readonly waitingFor: string | null;
    }
  | { readonly kind: 'granted'; readonly at: string }
  | { readonly kind: 'refused'; readonly at: string; readonly reason: string; readonly fix: string };

export interface ConsentAsk {
  readonly bundle: Bundle;
  readonly progress: AskProgress;
}

/** What a customer becomes a tenant with, once a sign-in has told which directory it is. */
export type InvitedCustomer = Pick<
  Tenant,
  'displayName' | 'organizationIds' | 'owner' | 'timeZone' | 'nightlyAt' | 'groupMembers'
> &
  /** Absent from links of versions that did not poll. */
  Partial<Pick<Tenant, 'pollEveryMinutes'>>;

/** A sign-in that is under way, to learn which tenant it is. Fingerprints, and an instant in ISO 8601 UTC. */
export interface PendingSignIn {
  readonly stateHash: string;
  readonly nonceHash: string;
  readonly expiresAt: string;
}

/** A link to a page that asks a customer's administrator for consent. Instants in ISO 8601 UTC. */
export interface ConsentRequest {
  /** Null where a sign-in is to tell. */
  readonly tenantId: string | null;
  /** SHA-256 of the link's token, hexadecimal. */
  readonly requestId: string;
  readonly cloud: Cloud;
  /** Name of the operator who made the link. */
  readonly askedBy: string;
  /** At least one; each bundle once, in the order of asking. */
  readonly asks: readonly ConsentAsk[];
  /** Where no tenant is known; else null. */
  readonly customer: InvitedCustomer | null;
  readonly signIn: PendingSignIn | null;
  /** The tenant that the last sign-in told, null until then; goes on under the same token in its partition. */
  readonly identifiedAs: string | null;
  readonly createdAt: string;
  readonly expiresAt: string;
}

export interface NewConsentRequest extends Pick<
  ConsentRequest,
  'tenantId' | 'requestId' | 'cloud' | 'askedBy' | 'customer'
> {
  readonly bundles: readonly Bundle[];
  /** Epoch milliseconds. */
  readonly expiresAtMs: number;
}

/** @param now epoch milliseconds */
export function newConsentRequest(wish: NewConsentRequest, now: number): ConsentRequest {
  const { bundles, expiresAtMs, ...rest } = wish;
  return {
    ...rest,
    asks: [...new Set(bundles)].map((bundle) => ({ bundle, progress: { kind: 'offered' } })),
    signIn: null,
    identifiedAs: null,
    createdAt: iso(now),
    expiresAt: iso(expiresAtMs),
  };
}

/** A link that expired begins nothing; what is under way may end. @param now epoch milliseconds */
export function isExpired(request: ConsentRequest, now: number): boolean {
  return now >= Date.parse(request.expiresAt);
}

/** So long after a proof began nobody works on it any more, milliseconds. */
const PROOF_LOST_MS = 30 * 60_000;

/**
 * The bundle to ask for next: that of users and groups where it was refused, since nothing is read without it; then one
 * not asked for yet, then one that was refused, or whose proof was lost, or that was granted before reading was
 * refused; null where none is left.
 * @param now epoch milliseconds
 * @param refusedAt when reading was last refused and stopped by it, ISO 8601 UTC; null where it goes on
 */
export function nextBundle(request: ConsentRequest, now: number, refusedAt: string | null): Bundle | null {
  const open = request.asks.find(isOpen);
  const failed = request.asks.filter((ask) => hasFailed(ask, now));
  const required = failed.find(({ bundle }) => bundle === 'directory');
  const again = request.asks.find((ask) => wasBefore(ask, refusedAt));
  return (required ?? open ?? failed[0] ?? again)?.bundle ?? null;
}

/**
 * The next bundle and whatever else is to be asked for that the same consent gives; empty if none is left. As
 * `nextBundle`.
 * @param isGivenWith whether one consent gives both
 */
export function nextBundles(
  request: ConsentRequest,
  now: number,
  refusedAt: string | null,
  isGivenWith: (next: Bundle, other: Bundle) => boolean,
): readonly Bundle[] {
  const next = nextBundle(request, now, refusedAt);
  if (next === null) return [];
  const others = request.asks.filter(
    (ask) =>
      ask.bundle !== next &&
      (isOpen(ask) || hasFailed(ask, now) || wasBefore(ask, refusedAt)) &&
      isGivenWith(next, ask.bundle),
  );
  return [next, ...others.map(({ bundle }) => bundle)];
}

function isOpen({ progress: { kind } }: ConsentAsk): boolean {
  return kind === 'offered' || kind === 'sent';
}

function hasFailed({ progress }: ConsentAsk, now: number): boolean {
  return progress.kind === 'refused' || isLost(progress, now);
}

function wasBefore({ progress }: ConsentAsk, refusedAt: string | null): boolean {
  return progress.kind === 'granted' && refusedAt !== null && progress.at <= refusedAt;
}

/** Whether a proof is under way that somebody still works on. @param now epoch milliseconds */
export function isBeingProven(request: ConsentRequest, now: number): boolean {
  return request.asks.some(({ progress }) => progress.kind === 'proving' && !isLost(progress, now));
}

function isLost(progress: AskProgress, now: number): boolean {
  return progress.kind === 'proving' && now >= Date.parse(progress.since) + PROOF_LOST_MS;
}

export function progressOf(request: ConsentRequest, bundle: Bundle): AskProgress | null {
  return request.asks.find((ask) => ask.bundle === bundle)?.progress ?? null;
}

/** An administrator goes to the login service; an earlier state for the bundle is worth nothing from now on. */
export function sentOut(
  request: ConsentRequest,
  bundle: Bundle,
  sent: { readonly stateHash: string; readonly clientId: string },
  now: number,
): ConsentRequest {
  return withProgress(request, bundle, { kind: 'sent', ...sent, expiresAt: iso(now + STATE_MS) });
}

/** What the login service says when it sends the administrator back. None of it is proof. */
export type ConsentAnswer =
  | { readonly kind: 'consented'; readonly tenantId: string | null }
  | { readonly kind: 'declined'; readonly reason: string; readonly fix: string };

export type ConsentReturn =
  | {
      readonly kind: 'taken';
      readonly request: ConsentRequest;
      /** All that this consent was to give, at least one. */
      readonly bundles: readonly Bundle[];
      readonly clientId: string;
    }
  | { readonly kind: 'declined'; readonly request: ConsentRequest; readonly bundles: readonly Bundle[] }
  /** Never made by us, or used before. */
  | { readonly kind: 'unknownState' }
  | { readonly kind: 'expiredState' }
  /** The answer is for another directory, or for none. The state is used up all the same. */
  | {
      readonly kind: 'foreignTenant';
      readonly request: ConsentRequest;
      readonly reason: string;
      readonly fix: string;
    };

/** Uses up a state, or refuses one that is none and changes nothing. @param now epoch milliseconds */
export function takenBack(
  request: ConsentRequest,
  stateHash: string,
  answer: ConsentAnswer,
  now: number,
): ConsentReturn {
  const bundles = request.asks
    .filter(({ progress }) => progress.kind === 'sent' && progress.stateHash === stateHash)
    .map(({ bundle }) => bundle);
  const progress = request.asks.find(({ bundle }) => bundle === bundles[0])?.progress;
  if (progress?.kind !== 'sent') return { kind: 'unknownState' };
  const all = (to: AskProgress): ConsentRequest =>
    bundles.reduce((before, bundle) => withProgress(before, bundle, to), request);
  if (now >= Date.parse(progress.expiresAt)) return { kind: 'expiredState' };
  if (answer.kind === 'declined') {
    const { reason, fix } = answer;
    return { kind: 'declined', request: all({ kind: 'refused', at: iso(now), reason, fix }), bundles };
  }
  const answered = directoryIn(answer.tenantId);
  if (answered === null || answered !== request.tenantId) {
    const words = { reason: foreignReason(request.tenantId, answered), fix: FOREIGN_FIX };
    return { kind: 'foreignTenant', request: all({ kind: 'refused', at: iso(now), ...words }), ...words };
  }
  const { clientId } = progress;
  const proving = all({ kind: 'proving', clientId, since: iso(now), waitingFor: null });
  return { kind: 'taken', request: proving, bundles, clientId };
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Nothing but an id is shown to anybody of what stands in an address. */
function directoryIn(given: string | null): string | null {
  const id = given?.toLowerCase() ?? '';
  return GUID.test(id) ? id : null;
}

const FOREIGN_FIX =
  'Open the link again and sign in with an administrator account of the directory that was asked.';

/** Which directory was asked, and which one answered, a sentence. Null: no directory was named. */
function foreignReason(expected: string | null, answered: string | null): string {
  const asked = expected === null ? '' : ` (${expected})`;
  return answered === null
    ? `The sign-in page named no directory, and so not the one that was asked${asked}.`
    : `The consent was given in another directory (${answered}) than the one that was asked${asked}.`;
}

/** The same request with one ask further on. */
export function withProgress(request: ConsentRequest, bundle: Bundle, progress: AskProgress): ConsentRequest {
  return {
    ...request,
    asks: request.asks.map((ask) => (ask.bundle === bundle ? { bundle, progress } : ask)),
  };
}

/** An administrator goes to sign in. @param now epoch milliseconds */
export function signInBegun(
  request: ConsentRequest,
  sent: Pick<PendingSignIn, 'stateHash' | 'nonceHash'>,
  now: number,
): ConsentRequest {
  return { ...request, signIn: { ...sent, expiresAt: iso(now + STATE_MS) } };
}

/** Uses up the state of a sign-in, or says why it is none. @param now epoch milliseconds */
export function signInTakenBack(
  request: ConsentRequest,
  stateHash: string,
  now: number,
):
  | { readonly kind: 'taken'; readonly request: ConsentRequest; readonly nonceHash: string }
  | { readonly kind: 'unknownState' }
  | { readonly kind: 'expiredState' } {
  const { signIn } = request;
  if (signIn === null || signIn.stateHash !== stateHash) return { kind: 'unknownState' };
  if (now >= Date.parse(signIn.expiresAt)) return { kind: 'expiredState' };
  return { kind: 'taken', request: { ...request, signIn: null }, nonceHash: signIn.nonceHash };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
