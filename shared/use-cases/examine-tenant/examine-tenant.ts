import { diagnose } from '../../core/doctor/diagnose.js';
import { finding, type Finding } from '../../core/doctor/finding.js';
import { collectFacts } from './collect-facts.js';
import type { ExamineTenantPorts } from './ports.js';

/**
 * The doctor: what is the matter with a tenant's connection, the gravest first, by what login, Graph, vault and
 * tables answer now. Changes nothing. Empty where nothing is the matter; null where there is no such tenant. A part
 * that is silent is waited for 10 seconds, at most three times in a row.
 */
export async function examineTenant(
  ports: ExamineTenantPorts,
  tenantId: string,
): Promise<readonly Finding[] | null> {
  const stored = await ports.tenants.get(tenantId);
  if (stored === null) return null;
  if (stored.value.state.kind === 'disconnecting') return [finding('TenantDisconnecting')];
  return diagnose(await collectFacts(ports, stored.value));
}
