import { consentAppFor, type ConsentApp } from '../../core/bundle.js';
import { consentError } from '../../core/consent-error.js';
import { nextBundle, signInTakenBack, type ConsentRequest } from '../../core/consent-request.js';
import { CredentialRefused, RowConflict } from '../../core/failures.js';
import type { Tenant } from '../../core/tenant.js';
import { cookieName, readCookie, type KeptErrand } from './browser-cookie.js';
import { decideOn } from './find-request.js';
import { isUndecided } from './identified-link.js';
import { invitedTenant, takeAway, type TakeAwayPorts } from './invited-tenant.js';
import { SIGNED_IN_PATH, type ConsentLink, type ConsentPorts, type ConsentSettings } from './ports.js';

/** What the login service put into the address. Null what is not there. */
export interface SignInCallback {
  readonly state: string | null;
  readonly code: string | null;
  readonly error: string | null;
  readonly errorDescription: string | null;
}

export type IdentifyTenantOutcome =
  /** The tenant is known now and awaits consent, which goes on under this link. */
  | { readonly kind: 'identified'; readonly link: ConsentLink; readonly cookieName: string }
  /** It is in the registry already; no more is told to whoever signed in. */
  | { readonly kind: 'alreadyKnown'; readonly cookieName: string }
  /** By the same link somebody let us into another tenant meanwhile. */
  | { readonly kind: 'decidedAlready'; readonly cookieName: string }
  | { readonly kind: 'unknownState' }
  | { readonly kind: 'expiredState' }
  | { readonly kind: 'refused'; readonly reason: string; readonly fix: string; readonly link: ConsentLink };

export type IdentifyPorts = Pick<
  ConsentPorts,
  'tenants' | 'consentRequests' | 'clientStates' | 'clock' | 'administratorLogin' | 'log'
> &
  TakeAwayPorts;
type IdentifySettings = Pick<ConsentSettings, 'consentApps' | 'publicUrl'>;

const LONGEST = { state: 100, code: 8_000 };

/**
 * Takes an administrator back from a sign-in whose tenant decides which customer it is. The id token is verified
 * before anything of it is believed, and the state is used up before the code is redeemed.
 */
export async function identifyTenant(
  ports: IdentifyPorts,
  settings: IdentifySettings,
  callback: SignInCallback,
  cookie: (name: string) => string | null,
): Promise<IdentifyTenantOutcome> {
  const { state, code } = callback;
  if (state === null || state.length > LONGEST.state) return { kind: 'unknownState' };
  const stateHash = ports.clientStates.hash(state);
  const name = cookieName(stateHash);
  const kept = readCookie(cookie(name));
  if (kept?.tenantId !== null || kept.verifier === null) return { kind: 'unknownState' };
  const taken = await decideOn(ports, kept, (request) =>
    signInTakenBack(request, stateHash, ports.clock.now()),
  );
  if (taken?.kind !== 'taken') return taken ?? { kind: 'unknownState' };
  const link: ConsentLink = { tenantId: null, token: kept.token };
  if (callback.error !== null || code === null || code.length > LONGEST.code)
    return { kind: 'refused', link, ...consentError(callback.error, callback.errorDescription) };
  const tenantId = await signedInTenant(ports, settings, taken, { ...kept, verifier: kept.verifier }, code);
  if (tenantId === null) return { kind: 'refused', link, ...NOT_BELIEVED };
  return await continueAs(ports, taken.request, tenantId, kept.token, name);
}

const NOT_BELIEVED = {
  reason: 'The sign-in could not be verified.',
  fix: 'Open the link again and sign in with a work or school account of the directory.',
};

/** Null where the login service's word is not good. */
async function signedInTenant(
  { administratorLogin, clientStates, clock, log }: IdentifyPorts,
  settings: IdentifySettings,
  taken: { readonly request: ConsentRequest; readonly nonceHash: string },
  { verifier }: KeptErrand & { readonly verifier: string },
  code: string,
): Promise<string | null> {
  const app = signInApp(taken.request, settings.consentApps, clock.now());
  if (app === undefined) return null;
  const { clientId, secretName } = app;
  try {
    const signedIn = await administratorLogin.redeem({
      cloud: taken.request.cloud,
      app: { clientId, secretName, secretVersion: null },
      redirectUri: settings.publicUrl + SIGNED_IN_PATH,
      code,
      verifier,
    });
    const nonceFits = signedIn.nonce !== null && clientStates.hash(signedIn.nonce) === taken.nonceHash;
    return nonceFits ? signedIn.tenantId : null;
  } catch (failure) {
    if (!(failure instanceof CredentialRefused)) throw failure;
    log.warn('A sign-in could not be verified', { why: failure.message });
    return null;
  }
}

/** The same that the sign-in was begun with: no bundle goes on before the tenant is known. */
function signInApp(
  request: ConsentRequest,
  apps: readonly ConsentApp[],
  now: number,
): ConsentApp | undefined {
  const bundle = nextBundle(request, now, null);
  return bundle === null ? undefined : consentAppFor(apps, bundle, request.cloud);
}

/**
 * The tenant is noted on the link before it is made, so that after a crash the same sign-in goes on. The link for
 * nobody known stays and leads on to the tenant's page; a tenant that it led to before goes last, when the link does
 * not name it any more and is not removed with it.
 */
async function continueAs(
  ports: IdentifyPorts,
  request: ConsentRequest,
  tenantId: string,
  token: string,
  name: string,
): Promise<IdentifyTenantOutcome> {
  const { identifiedAs: earlier, customer } = request;
  const known = await ports.tenants.get(tenantId);
  const ours = earlier === tenantId && known?.value.state.kind === 'awaitingConsent';
  if ((known !== null && !ours) || customer === null) return { kind: 'alreadyKnown', cookieName: name };
  if (!ours && !(await mayReplace(ports, request))) return { kind: 'decidedAlready', cookieName: name };
  if (!(await note(ports, token, earlier, tenantId))) return { kind: 'unknownState' };
  if (
    known === null &&
    !(await create(ports, invitedTenant(request, customer, tenantId, ports.clock.now())))
  ) {
    await note(ports, token, tenantId, earlier === tenantId ? null : earlier);
    return { kind: 'alreadyKnown', cookieName: name };
  }
  await makePage(ports, tenantId, request);
  if (earlier !== null && earlier !== tenantId) await takeAway(ports, request, earlier);
  return { kind: 'identified', link: { tenantId, token }, cookieName: name };
}

/** False where somebody worked with the tenant that the link leads to now. */
async function mayReplace(
  { tenants, consentRequests }: IdentifyPorts,
  { identifiedAs, requestId }: ConsentRequest,
): Promise<boolean> {
  if (identifiedAs === null) return true;
  const page = await consentRequests.get(identifiedAs, requestId);
  const tenant = await tenants.get(identifiedAs);
  // Without its page it was not made by this link, or not wholly.
  return page === null || tenant === null || isUndecided(page.value, tenant.value);
}

/** Answers false where the link is used up meanwhile, or another sign-in noted another tenant. */
async function note(
  ports: IdentifyPorts,
  token: string,
  earlier: string | null,
  identifiedAs: string | null,
): Promise<boolean> {
  const noted = await decideOn(
    ports,
    { tenantId: null, token },
    (
      request,
    ): { readonly kind: 'noted'; readonly request: ConsentRequest } | { readonly kind: 'overtaken' } =>
      request.identifiedAs === earlier
        ? { kind: 'noted', request: { ...request, identifiedAs } }
        : { kind: 'overtaken' },
  );
  return noted?.kind === 'noted';
}

/** Answers false where somebody else connected it a moment ago. */
async function create({ tenants }: IdentifyPorts, tenant: Tenant): Promise<boolean> {
  try {
    await tenants.create(tenant);
    return true;
  } catch (failure) {
    if (failure instanceof RowConflict) return false;
    throw failure;
  }
}

async function makePage(
  { consentRequests }: IdentifyPorts,
  tenantId: string,
  request: ConsentRequest,
): Promise<void> {
  try {
    await consentRequests.create({ ...request, tenantId, customer: null, identifiedAs: null });
  } catch (failure) {
    // Made before a crash, or by an earlier sign-in.
    if (!(failure instanceof RowConflict)) throw failure;
  }
}
