import { secretMatter, type SecretExpiry } from '../../core/secret-expiry.js';
import { tenantAfter, type Tenant } from '../../core/tenant.js';
import type { Matter } from '../../core/tenant-state.js';
import { changeTenant } from '../../ports/change-tenant.js';
import type { Clock } from '../../ports/clock.js';
import type { Tenants } from '../../ports/registry.js';

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
  const told = (tenant: Tenant): Tenant => withExpiry(tenant, expiry, at);
  // Most ticks change nothing: then the row is not even read again.
  if (told(seen) === seen) return;
  await changeTenant(ports, seen.tenantId, told);
}

/** The same object where it says so already, or has another secret by now. */
function withExpiry(tenant: Tenant, expiry: SecretExpiry, at: string): Tenant {
  const { credential } = tenant;
  if (credential?.secretName !== expiry.secretName) return tenant;
  if (credential.secretVersion !== null && credential.secretVersion !== expiry.secretVersion) return tenant;
  const matter = secretMatter(expiry);
  const matters = [...(matter === null ? [] : [matter]), ...otherMatters(tenant)];
  return tenantAfter(tenant, { kind: 'matters', at, matters });
}

function otherMatters({ state }: Tenant): readonly Matter[] {
  if (state.kind !== 'attention') return [];
  return state.matters.filter(({ code }) => code !== 'secretExpiring' && code !== 'secretExpired');
}
