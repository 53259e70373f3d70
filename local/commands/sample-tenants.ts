import type { TenantSummary } from '../graph/control-api.js';
import type { TenantConnection } from './product-api.js';

/** How a sample tenant is connected: with the first app that it knows, and that app's newest secret. */
export function connectionOf(tenant: TenantSummary): TenantConnection {
  const app = tenant.apps[0];
  const secret = app?.secrets.at(-1);
  if (app === undefined || secret === undefined)
    throw new Error(`The sample tenant ${tenant.displayName} has no app with a secret.`);
  return {
    tenantId: tenant.tenantId,
    displayName: tenant.displayName,
    clientId: app.clientId,
    secretValue: secret.value,
    secretId: secret.keyId ?? null,
    expiresOn: secret.expiresAt ?? null,
  };
}
