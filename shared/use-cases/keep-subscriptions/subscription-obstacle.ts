import { consentFinding } from '../../core/consent-finding.js';
import { credentialFinding } from '../../core/credential-finding.js';
import { refusalLasts } from '../../core/failure-outcome.js';
import { AccessRefused, CredentialRefused, RequestRefused } from '../../core/failures.js';
import { sinceOf, withHealth } from '../../core/issues/tenant-health.js';
import type { SubscriptionObstacle } from '../../core/issues/tenant-issue.js';
import type { Tenant } from '../../core/tenant.js';
import { changeTenant } from '../../ports/change-tenant.js';
import type { KeepSubscriptionsPorts } from './ports.js';

/**
 * Graph answers 403 both for a missing permission and for a limit, which its words alone tell apart: 100 of an
 * application in a tenant, 1,000 of all applications in it, 50,000 of an application over all tenants.
 * Source: api-reference/v1.0/resources/subscription.md (Azure AD resource limitations).
 */
const TELLS_OF_QUOTA = /quota|limit|exceed|maximum/i;
const TELLS_OF_VALIDATION = /subscription validation request|notification endpoint/i;

/** Why Graph makes no subscription; null where it may pass, or is no refusal. */
export function obstacleIn(
  failure: unknown,
  attempt: number,
  { credential }: Tenant,
): SubscriptionObstacle | null {
  if (failure instanceof AccessRefused && failure.status === 403)
    return { kind: TELLS_OF_QUOTA.test(failure.message) ? 'quota' : 'refused' };
  if (failure instanceof RequestRefused && TELLS_OF_VALIDATION.test(failure.message))
    return { kind: 'unreached' };
  const refused = failure instanceof AccessRefused || failure instanceof CredentialRefused;
  if (!refused || !refusalLasts(failure, attempt)) return null;
  const { finding, fix } = credential === null ? consentFinding(failure) : credentialFinding(failure);
  return { kind: 'login', finding, fix };
}

/** The tenant goes on without subscriptions, and says so as long as it has none. */
export async function recordObstacle(
  ports: Pick<KeepSubscriptionsPorts, 'tenants' | 'clock'>,
  seen: Tenant,
  obstacle: SubscriptionObstacle | null,
): Promise<void> {
  const at = new Date(ports.clock.now()).toISOString();
  const recorded = (tenant: Tenant): Tenant => {
    const since = sinceOf(tenant.health.noSubscriptions, at);
    return withHealth(tenant, { noSubscriptions: obstacle === null ? null : { obstacle, since } });
  };
  // Nearly always nothing changes: then the row is not even read again.
  if (recorded(seen) !== seen) await changeTenant(ports, seen.tenantId, recorded);
}
