import type { ConsentApp } from '../control-api.js';
import type { Tenant } from '../tenant.js';
import type { ServicePrincipal } from './service-principal.js';

/**
 * An administrator consents: the app becomes known in the tenant, as the tenant's behaviour has it. A consent
 * given again grants what is asked for now, and is not waited for again.
 */
export function grantConsent(tenant: Tenant, app: ConsentApp, now: number): ServicePrincipal {
  const { grantOnly, delegatedOnly, delegated, readyAfterMs, rolesAfterMs } = tenant.consentBehaviour;
  const granted = grantOnly ?? app.permissions;
  const readyAt = now + (readyAfterMs ?? 0);
  const times = { consentedAt: now, readyAt, rolesAt: readyAt + (rolesAfterMs ?? 0) };
  const made: ServicePrincipal = {
    ...times,
    ...tenant.consents.get(app.clientId.toLowerCase()),
    clientId: app.clientId,
    displayName: app.displayName,
    roles: delegatedOnly === true ? [] : granted,
    scopes: delegatedOnly === true ? granted : (delegated ?? []),
  };
  tenant.consents.set(app.clientId.toLowerCase(), made);
  return made;
}
