import { isExpired, type ConsentRequest } from '../../core/consent-request.js';
import type { Tenant } from '../../core/tenant.js';
import { findRequest } from './find-request.js';
import type { ConsentLink, ConsentPorts } from './ports.js';

type Ports = Pick<ConsentPorts, 'consentRequests' | 'clientStates' | 'clock'>;

/**
 * Where a link for a tenant not known leads since a sign-in told the tenant: whoever it is forwarded to goes on there.
 * Null while none did, and where a stop in the midst left the tenant without its page.
 */
export async function identifiedLink(ports: Ports, link: ConsentLink): Promise<ConsentLink | null> {
  if (link.tenantId !== null) return null;
  const tenantId = (await findRequest(ports, link))?.value.identifiedAs ?? null;
  if (tenantId === null) return null;
  const identified = { tenantId, token: link.token };
  return (await findRequest(ports, identified)) === null ? null : identified;
}

/**
 * Whether nobody let us into the tenant, nor is about to: only so long may another sign-in decide which directory is
 * the customer's.
 */
export function isUndecided({ asks }: ConsentRequest, { state, credential, consents }: Tenant): boolean {
  const answered = asks.some(({ progress: { kind } }) => kind === 'proving' || kind === 'granted');
  return !answered && state.kind === 'awaitingConsent' && credential === null && consents.length === 0;
}

/** Whether a sign-in told the tenant of this link, and another one may tell it anew. */
export async function maySignInAgain(
  ports: Ports,
  { tenantId, token }: ConsentLink,
  request: ConsentRequest,
  tenant: Tenant | null,
): Promise<boolean> {
  if (tenantId === null || tenant === null || !isUndecided(request, tenant)) return false;
  const origin = (await findRequest(ports, { tenantId: null, token }))?.value ?? null;
  return origin?.identifiedAs === tenantId && !isExpired(origin, ports.clock.now());
}
