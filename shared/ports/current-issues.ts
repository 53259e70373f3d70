import { issuesOf } from '../core/issues/issues-of.js';
import type { TenantIssue } from '../core/issues/tenant-issue.js';
import type { Clock } from './clock.js';
import type { Tenants } from './registry.js';

export interface CurrentIssuesPorts {
  readonly tenants: Pick<Tenants, 'get'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Returns the issues that a tenant has now; none if it is not connected. */
export async function currentIssues(
  { tenants, clock }: CurrentIssuesPorts,
  tenantId: string,
): Promise<readonly TenantIssue[]> {
  const stored = await tenants.get(tenantId);
  return stored === null ? [] : issuesOf(stored.value, clock.now());
}
