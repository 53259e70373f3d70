import { consentError } from '../../core/consent-error.js';
import { nextLookMs } from '../../core/consent-proof.js';
import { takenBack, type ConsentReturn } from '../../core/consent-request.js';
import { JOB_VERSION } from '../../core/job.js';
import { cookieName, readCookie } from './browser-cookie.js';
import { decideOn, findRequest } from './find-request.js';
import type { ConsentLink, ConsentPorts } from './ports.js';

/** What the login service put into the address; none of it is believed. Null what is not there. */
export interface ConsentCallback {
  readonly state: string | null;
  readonly error: string | null;
  readonly errorDescription: string | null;
  readonly tenant: string | null;
  readonly adminConsent: string | null;
}

export type ReturnFromConsentOutcome =
  /** Taken: being confirmed, or declined; the link's page tells. */
  | { readonly kind: 'back'; readonly link: ConsentLink; readonly cookieName: string }
  /** Never made by us, used before, or brought by another browser. */
  | { readonly kind: 'unknownState' }
  | { readonly kind: 'expiredState' }
  /** The consent is of another directory; the state is used up. Which one, and what to do, are sentences. */
  | { readonly kind: 'foreignTenant'; readonly reason: string; readonly fix: string };

export type ReturnPorts = Pick<
  ConsentPorts,
  'tenants' | 'consentRequests' | 'clientStates' | 'clock' | 'chance' | 'queue'
>;

/** States are random values of ours, 43 characters. */
const LONGEST_STATE = 100;

/**
 * Takes an administrator back from the consent page. The state is used up, and the consent is looked into by a job;
 * a state that is none changes nothing.
 * @param cookie the browser's cookie of that name
 */
export async function returnFromConsent(
  ports: ReturnPorts,
  callback: ConsentCallback,
  cookie: (name: string) => string | null,
): Promise<ReturnFromConsentOutcome> {
  const { state } = callback;
  if (state === null || state.length > LONGEST_STATE) return { kind: 'unknownState' };
  const stateHash = ports.clientStates.hash(state);
  const name = cookieName(stateHash);
  const link = readCookie(cookie(name));
  if (link === null || link.tenantId === null) return { kind: 'unknownState' };
  const tenant = await ports.tenants.get(link.tenantId);
  if (tenant === null || tenant.value.state.kind === 'disconnecting') return { kind: 'unknownState' };
  const outcome = await take(ports, link, stateHash, callback);
  switch (outcome.kind) {
    case 'taken':
    case 'declined':
      return { kind: 'back', link: { tenantId: link.tenantId, token: link.token }, cookieName: name };
    case 'unknownState':
    case 'expiredState':
      return { kind: outcome.kind };
    case 'foreignTenant':
      return { kind: 'foreignTenant', reason: outcome.reason, fix: outcome.fix };
  }
}

async function take(
  ports: ReturnPorts,
  link: ConsentLink,
  stateHash: string,
  callback: ConsentCallback,
): Promise<ConsentReturn> {
  const answer = answerIn(callback);
  const now = ports.clock.now();
  const stored = await findRequest(ports, link);
  if (stored === null) return { kind: 'unknownState' };
  const foreseen = takenBack(stored.value, stateHash, answer, now);
  // Sent before the state is used up: a job too many does nothing, one too few would leave the page waiting.
  if (foreseen.kind === 'taken') await lookInto(ports, stored.value, foreseen.bundles);
  const outcome = await decideOn(ports, link, (request) => takenBack(request, stateHash, answer, now));
  return outcome ?? { kind: 'unknownState' };
}

/** `admin_consent=True` comes with errors too: without an error, and only then, it says yes. */
function answerIn({ error, errorDescription, tenant, adminConsent }: ConsentCallback) {
  if (error !== null || adminConsent?.toLowerCase() !== 'true')
    return { kind: 'declined', ...consentError(error, errorDescription) } as const;
  return { kind: 'consented', tenantId: tenant } as const;
}

async function lookInto(
  { queue, chance, clock }: ReturnPorts,
  { tenantId, requestId }: { readonly tenantId: string | null; readonly requestId: string },
  bundles: Extract<ConsentReturn, { kind: 'taken' }>['bundles'],
): Promise<void> {
  if (tenantId === null) return;
  const dueAt = clock.now() + nextLookMs(0);
  await queue.send(
    bundles.map((bundle) => ({
      messageId: `prove:${tenantId}:${chance.newId()}`,
      job: { version: JOB_VERSION, tenantId, attempt: 0, kind: 'proveConsent', requestId, bundle },
      dueAt,
    })),
  );
}
