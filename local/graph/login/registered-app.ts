import type { ConsentApp } from '../control-api.js';
import type { LoginContext } from './login-context.js';
import { refusals } from './token-errors.js';

/** The multi-tenant app that a page is opened for. @throws TokenRefused 700016 */
export function registeredApp(context: LoginContext, clientId: string, tenantName: string): ConsentApp {
  const app = context.consentApps.get(clientId.toLowerCase());
  if (app === undefined) throw refusals.unknownApp(clientId, tenantName);
  return app;
}

/** The address to send the browser back to: one that is registered, letter by letter. @throws TokenRefused 50011 */
export function registeredRedirect(app: ConsentApp, redirectUri: string): string {
  if (!app.redirectUris.includes(redirectUri)) throw refusals.wrongRedirect(redirectUri, app.clientId);
  return redirectUri;
}
