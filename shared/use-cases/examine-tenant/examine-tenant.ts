import { diagnose } from '../../core/doctor/diagnose.js';
import { finding, type Finding } from '../../core/doctor/finding.js';
import { issuesOf } from '../../core/issues/issues-of.js';
import type { TenantIssue } from '../../core/issues/tenant-issue.js';
import { collectFacts } from './collect-facts.js';
import type { ExamineTenantPorts } from './ports.js';

/** What an examination finds of a tenant. */
export interface Examination {
  /** By what login, Graph, vault and tables answer now. */
  readonly findings: readonly Finding[];
  /** As every place that shows the tenant's status has them. */
  readonly issues: readonly TenantIssue[];
}

/**
 * The doctor: examines a tenant's connection by what login, Graph, vault and tables answer now, beside the issues that
 * are known of it. Changes nothing. Null where there is no such tenant. A part that is silent is waited for 10 seconds,
 * at most three times in a row.
 */
export async function examineTenant(
  ports: ExamineTenantPorts,
  tenantId: string,
): Promise<Examination | null> {
  const stored = await ports.tenants.get(tenantId);
  if (stored === null) return null;
  const tenant = stored.value;
  if (tenant.state.kind === 'disconnecting')
    return { findings: [finding('TenantDisconnecting')], issues: [] };
  const findings = diagnose(await collectFacts(ports, tenant));
  return { findings, issues: issuesOf(tenant, ports.clock.now()) };
}
