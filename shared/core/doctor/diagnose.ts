import { positionFindings, subscriptionFindings } from './change-findings.js';
import { directoryFindings } from './directory-findings.js';
import type { TenantFacts } from './facts.js';
import { ordered, type Finding } from './finding.js';
import { loginFindings } from './login-findings.js';
import { permissionFindings } from './permission-findings.js';
import { placeFindings } from './place-findings.js';
import { secretFindings } from './secret-findings.js';
import { clockFindings, tenantFindings } from './tenant-findings.js';

/** What is the matter with a tenant, the gravest first, each once. Empty: nothing is. */
export function diagnose(facts: TenantFacts): readonly Finding[] {
  return ordered([
    ...placeFindings(facts),
    ...facts.applications.flatMap((app) => [
      ...secretFindings(facts, app),
      ...loginFindings(app),
      ...permissionFindings(facts, app),
    ]),
    ...directoryFindings(facts),
    ...subscriptionFindings(facts),
    ...positionFindings(facts),
    ...clockFindings(facts),
    ...tenantFindings(facts),
  ]);
}
