import { diagnose } from '../../core/doctor/diagnose.js';
import { finding, type Finding } from '../../core/doctor/finding.js';
import { issuesOf } from '../../core/issues/issues-of.js';
import type { TenantIssue } from '../../core/issues/tenant-issue.js';
import { collectFacts } from './collect-facts.js';
import type { ExamineTenantPorts } from './ports.js';
import { recordSecrets } from './record-secret.js';

/** What an examination finds of a tenant. */
export interface Examination {
  /** By what login, Graph, vault and tables answer now. */
  readonly findings: readonly Finding[];
  /** As every place that shows the tenant's status has them. */
  readonly issues: readonly TenantIssue[];
}

/**
 * The doctor: examines a tenant's connection by what login, Graph, vault and tables answer now, beside the issues that
 * are known of it. Changes nothing, except that what the login service says of a secret is recorded. Null if there is
 * no such tenant. A part that is silent is waited for 10 seconds,
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
  const facts = await collectFacts(ports, tenant);
  const recorded = await recordSecrets(ports, facts);
  return { findings: diagnose(facts), issues: issuesOf(recorded, ports.clock.now()) };
}
