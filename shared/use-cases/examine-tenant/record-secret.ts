import type { TenantFacts } from '../../core/doctor/facts.js';
import { recordOfSecret } from '../../core/issues/recorded-secret.js';
import { loginOf, type Tenant } from '../../core/tenant.js';
import { noteExpiredSecret } from '../../ports/note-expired-secret.js';
import { noteServingSecret } from '../../ports/note-serving-secret.js';
import type { ExamineTenantPorts } from './ports.js';

/**
 * Records what the logins said of the secrets: one that was refused as expired is so everywhere, as if a job had met
 * the refusal, and one that serves is not recorded as refused any more.
 * @returns the tenant as it is then
 */
export async function recordSecrets(
  ports: ExamineTenantPorts,
  { tenant, applications }: Pick<TenantFacts, 'tenant' | 'applications'>,
): Promise<Tenant> {
  for (const { origin, bundles, permissions } of applications) {
    const login = loginOf(tenant, bundles[0] ?? 'directory', ports.consentApps);
    if (permissions.kind === 'failed') await noteExpiredSecret(ports, login, permissions.failure);
    const wasRefused = origin === 'credential' && recordOfSecret(tenant)?.refusedAt != null;
    if (permissions.kind === 'told' && wasRefused)
      await noteServingSecret(ports, tenant, new Date(ports.clock.now()).toISOString());
  }
  return (await ports.tenants.get(tenant.tenantId))?.value ?? tenant;
}
