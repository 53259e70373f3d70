import { withRecordedSecret } from '../core/issues/recorded-secret.js';
import type { SecretExpiry } from '../core/secret-expiry.js';
import type { Tenant } from '../core/tenant.js';
import { changeTenant } from './change-tenant.js';
import type { Tenants } from './registry.js';

/**
 * Records on the tenant's row what the row of the expiries says. The credential keeps the date that the operator
 * named: the earliest one written there would count as the operator's word from then on, and a wrong date of the vault
 * or of Graph could never be corrected.
 */
export async function tellTenant(
  ports: { readonly tenants: Pick<Tenants, 'get' | 'save'> },
  seen: Tenant,
  expiry: SecretExpiry,
): Promise<void> {
  const recorded = (tenant: Tenant): Tenant => withRecordedSecret(tenant, expiry);
  // Most ticks change nothing: then the row is not even read again.
  if (recorded(seen) === seen) return;
  await changeTenant(ports, seen.tenantId, recorded);
}
