import type { ConsentApp } from '../control-api.js';
import type { Tenant } from '../tenant.js';

/** A multi-tenant app in a tenant, as an administrator's consent made it. Instants are milliseconds since 1970. */
export interface ServicePrincipal {
  readonly clientId: string;
  readonly displayName: string;
  /** Application permissions granted. */
  readonly roles: readonly string[];
  /** Delegated permissions granted. */
  readonly scopes: readonly string[];
  readonly consentedAt: number;
  /** Until then the login service does not know the app in this tenant. */
  readonly readyAt: number;
  /** Until then its tokens carry no roles. */
  readonly rolesAt: number;
}

/**
 * An administrator consents: the app becomes known in the tenant, as the tenant's behaviour has it. A consent
 * given again grants what is asked for now, and is not waited for again.
 */
export function grantConsent(tenant: Tenant, app: ConsentApp, now: number): ServicePrincipal {
  const { grantOnly, delegatedOnly, readyAfterMs, rolesAfterMs } = tenant.consentBehaviour;
  const granted = grantOnly ?? app.permissions;
  const readyAt = now + (readyAfterMs ?? 0);
  const times = { consentedAt: now, readyAt, rolesAt: readyAt + (rolesAfterMs ?? 0) };
  const made: ServicePrincipal = {
    ...times,
    ...tenant.consents.get(app.clientId.toLowerCase()),
    clientId: app.clientId,
    displayName: app.displayName,
    roles: delegatedOnly === true ? [] : granted,
    scopes: delegatedOnly === true ? granted : [],
  };
  tenant.consents.set(app.clientId.toLowerCase(), made);
  return made;
}
