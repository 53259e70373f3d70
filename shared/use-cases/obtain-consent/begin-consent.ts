import { consentAppFor, sharesConsent } from '../../core/bundle.js';
import {
  isExpired,
  nextBundle,
  nextBundles,
  sentOut,
  signInBegun,
  STATE_MS,
  type ConsentRequest,
} from '../../core/consent-request.js';
import { consentRefusedAt } from '../../core/consent-standing.js';
import { cookieName, cookieValue } from './browser-cookie.js';
import { decideOn } from './find-request.js';
import { identifiedLink } from './identified-link.js';
import { readConsentRequest } from './read-consent-request.js';
import {
  CALLBACK_PATH,
  SIGNED_IN_PATH,
  type ConsentLink,
  type ConsentPorts,
  type ConsentSettings,
} from './ports.js';

/** Ties a state to the browser that was sent out with it. */
export interface BrowserCookie {
  readonly name: string;
  readonly value: string;
  readonly maxAgeSeconds: number;
}

export type BeginConsentOutcome =
  /** On to the login service. */
  | { readonly kind: 'send'; readonly location: string; readonly cookie: BrowserCookie }
  /** A sign-in told the tenant before: it goes on there. */
  | { readonly kind: 'identified'; readonly link: ConsentLink }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'expired' }
  /** All is granted or being confirmed. */
  | { readonly kind: 'nothingLeft' }
  /** The operator has taken the application away since. */
  | { readonly kind: 'bundleNotServed' };

type BeginPorts = Pick<
  ConsentPorts,
  'tenants' | 'consentRequests' | 'clientStates' | 'clock' | 'chance' | 'administratorLogin'
>;
type BeginSettings = Pick<ConsentSettings, 'consentApps' | 'publicUrl'>;

interface Errand {
  readonly kind: 'send';
  readonly request: ConsentRequest;
  readonly location: string;
}

/**
 * Sends an administrator to the login service: for the consent to the first bundle that is not granted, and
 * whatever the same application gives, or where no tenant is known, to sign in. The state is random, its fingerprint is kept, and it is good in this browser alone.
 */
export async function beginConsent(
  ports: BeginPorts,
  settings: BeginSettings,
  link: ConsentLink,
): Promise<BeginConsentOutcome> {
  const tenant = link.tenantId === null ? null : ((await ports.tenants.get(link.tenantId))?.value ?? null);
  if (link.tenantId !== null && (tenant === null || tenant.state.kind === 'disconnecting'))
    return { kind: 'notFound' };
  const identified = await identifiedLink(ports, link);
  if (identified !== null) return { kind: 'identified', link: identified };
  return await sendOut(ports, settings, link, tenant === null ? null : consentRefusedAt(tenant));
}

/**
 * Sends an administrator to sign in anew, where the tenant that an earlier sign-in told is not the right one and
 * nobody let us into it.
 */
export async function beginSignInAgain(
  ports: BeginPorts,
  settings: BeginSettings,
  link: ConsentLink,
): Promise<BeginConsentOutcome> {
  const opened = await readConsentRequest(ports, settings, link);
  if (opened === null) return { kind: 'notFound' };
  if (!opened.maySignInAgain) return { kind: 'nothingLeft' };
  return await sendOut(ports, settings, { tenantId: null, token: link.token }, null);
}

async function sendOut(
  ports: BeginPorts,
  settings: BeginSettings,
  link: ConsentLink,
  refusedAt: string | null,
): Promise<BeginConsentOutcome> {
  const state = ports.chance.newToken();
  const verifier = ports.chance.newToken();
  const now = ports.clock.now();
  const outcome = await decideOn(
    ports,
    link,
    (request): Errand | Exclude<BeginConsentOutcome, { kind: 'send' | 'identified' }> => {
      if (isExpired(request, now)) return { kind: 'expired' };
      return request.tenantId === null
        ? signInErrand(ports, settings, request, { state, verifier, now })
        : consentErrand(ports, settings, request, request.tenantId, { state, now, refusedAt });
    },
  );
  if (outcome === null) return { kind: 'notFound' };
  if (outcome.kind !== 'send') return outcome;
  const cookie = {
    name: cookieName(ports.clientStates.hash(state)),
    value: cookieValue({ ...link, verifier: link.tenantId === null ? verifier : null }),
    maxAgeSeconds: STATE_MS / 1000,
  };
  return { kind: 'send', location: outcome.location, cookie };
}

function consentErrand(
  ports: BeginPorts,
  settings: BeginSettings,
  request: ConsentRequest,
  tenantId: string,
  {
    state,
    now,
    refusedAt,
  }: { readonly state: string; readonly now: number; readonly refusedAt: string | null },
): Errand | { readonly kind: 'nothingLeft' | 'bundleNotServed' } {
  const { consentApps } = settings;
  const bundles = nextBundles(request, now, refusedAt, (next, other) =>
    sharesConsent(consentApps, next, other, request.cloud),
  );
  const [first] = bundles;
  if (first === undefined) return { kind: 'nothingLeft' };
  const app = consentAppFor(consentApps, first, request.cloud);
  if (app === undefined) return { kind: 'bundleNotServed' };
  const { clientId } = app;
  const location = ports.administratorLogin.consentAddress({
    cloud: request.cloud,
    tenantId,
    clientId,
    redirectUri: settings.publicUrl + CALLBACK_PATH,
    state,
  });
  const sent = { stateHash: ports.clientStates.hash(state), clientId };
  const out = bundles.reduce((before, bundle) => sentOut(before, bundle, sent, now), request);
  return { kind: 'send', location, request: out };
}

function signInErrand(
  ports: BeginPorts,
  settings: BeginSettings,
  request: ConsentRequest,
  { state, verifier, now }: { readonly state: string; readonly verifier: string; readonly now: number },
): Errand | { readonly kind: 'nothingLeft' | 'bundleNotServed' } {
  const bundle = nextBundle(request, now, null);
  if (bundle === null) return { kind: 'nothingLeft' };
  const app = consentAppFor(settings.consentApps, bundle, request.cloud);
  if (app === undefined) return { kind: 'bundleNotServed' };
  const nonce = ports.chance.newToken();
  const location = ports.administratorLogin.signInAddress({
    cloud: request.cloud,
    clientId: app.clientId,
    redirectUri: settings.publicUrl + SIGNED_IN_PATH,
    state,
    nonce,
    verifier,
  });
  const sent = { stateHash: ports.clientStates.hash(state), nonceHash: ports.clientStates.hash(nonce) };
  return { kind: 'send', location, request: signInBegun(request, sent, now) };
}
