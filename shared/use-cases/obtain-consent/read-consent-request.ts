import { isBeingProven, isExpired, nextBundles, type ConsentRequest } from '../../core/consent-request.js';
import { sharesConsent, type Bundle } from '../../core/bundle.js';
import { consentStanding, consentRefusedAt, type ConsentStanding } from '../../core/consent-standing.js';
import type { Tenant } from '../../core/tenant.js';
import { findRequest } from './find-request.js';
import { maySignInAgain } from './identified-link.js';
import type { ConsentLink, ConsentPorts, ConsentSettings } from './ports.js';

export interface OpenedRequest {
  readonly request: ConsentRequest;
  /** Null where a sign-in is to tell. */
  readonly tenant: Tenant | null;
  readonly expired: boolean;
  /** Whether a consent is being proven, so that the page is worth another look. */
  readonly proving: boolean;
  /** What is true now of what was proven; null where nothing was. */
  readonly standing: ConsentStanding | null;
  /** What the form of the page asks for, in one consent; empty if nothing is left. */
  readonly next: readonly Bundle[];
  /** Whether a sign-in told the tenant, and another may yet tell it anew. */
  readonly maySignInAgain: boolean;
  /** Where the form leads, an origin. */
  readonly loginOrigin: string;
}

/** What a link's page shows. Null where the link opens nothing, or its tenant is no more. */
export async function readConsentRequest(
  ports: Pick<ConsentPorts, 'tenants' | 'consentRequests' | 'clientStates' | 'clock' | 'administratorLogin'>,
  { consentApps }: Pick<ConsentSettings, 'consentApps'>,
  link: ConsentLink,
): Promise<OpenedRequest | null> {
  const request = (await findRequest(ports, link))?.value ?? null;
  if (request === null) return null;
  const tenant = link.tenantId === null ? null : ((await ports.tenants.get(link.tenantId))?.value ?? null);
  if (link.tenantId !== null && (tenant === null || tenant.state.kind === 'disconnecting')) return null;
  const now = ports.clock.now();
  return {
    request,
    tenant,
    expired: isExpired(request, now),
    proving: isBeingProven(request, now),
    standing: consentStanding(request, tenant),
    next: nextBundles(request, now, tenant === null ? null : consentRefusedAt(tenant), (next, other) =>
      sharesConsent(consentApps, next, other, request.cloud),
    ),
    maySignInAgain: await maySignInAgain(ports, link, request, tenant),
    loginOrigin: ports.administratorLogin.origin(request.cloud),
  };
}
