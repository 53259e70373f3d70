import type { AppRegistration, ConsentApp } from '../control-api.js';
import type { Tenant } from '../tenant.js';

/**
 * The app as the tenant knows it at an instant: registered there, or a multi-tenant one that was consented to.
 * `roles` are those that a token asked for now would carry. Undefined is the login host's 700016.
 */
export function knownApp(
  tenant: Tenant,
  consentApps: ReadonlyMap<string, ConsentApp>,
  clientId: string,
  now: number,
): AppRegistration | undefined {
  const key = clientId.toLowerCase();
  const registered = tenant.apps.get(key);
  if (registered !== undefined) return registered;
  const [app, principal] = [consentApps.get(key), tenant.consents.get(key)];
  if (app === undefined || principal === undefined || now < principal.readyAt) return undefined;
  const { displayName, secrets } = app;
  return {
    clientId: app.clientId,
    displayName,
    secrets,
    roles: now < principal.rolesAt ? [] : principal.roles,
  };
}
