import type { SecretExpiry } from '../core/secret-expiry.js';
import { withSecretMatter } from '../core/secret-matters.js';
import type { Tenant } from '../core/tenant.js';
import { changeTenant } from './change-tenant.js';
import type { Clock } from './clock.js';
import type { Tenants } from './registry.js';

/**
 * Lets the tenant say as a matter to mend what its row of the expiries says, where the end is near. The credential
 * keeps the date that the operator named: the earliest one written there would count as the operator's word from then
 * on, and a wrong date of the vault or of Graph could never be put right.
 */
export async function tellTenant(
  ports: { readonly tenants: Tenants; readonly clock: Clock },
  seen: Tenant,
  expiry: SecretExpiry,
): Promise<void> {
  const at = new Date(ports.clock.now()).toISOString();
  const told = (tenant: Tenant): Tenant => withSecretMatter(tenant, expiry, at);
  // Most ticks change nothing: then the row is not even read again.
  if (told(seen) === seen) return;
  await changeTenant(ports, seen.tenantId, told);
}
