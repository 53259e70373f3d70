import { consentFinding } from '../../core/consent-finding.js';
import { credentialFinding } from '../../core/credential-finding.js';
import { refusalLasts } from '../../core/failure-outcome.js';
import { AccessRefused, CredentialRefused, RequestRefused } from '../../core/failures.js';
import { tenantAfter, type Tenant } from '../../core/tenant.js';
import type { Matter } from '../../core/tenant-state.js';
import { changeTenant } from '../../ports/change-tenant.js';
import type { KeepSubscriptionsPorts } from './ports.js';

const REFUSED: Matter = {
  code: 'noSubscriptions',
  reason:
    'Microsoft Graph refuses to tell of changes at once, so that they are found by polls and by the nightly run only.',
  fix: 'Grant the application User.Read.All and Group.Read.All with admin consent; it is tried again every few minutes.',
};

/**
 * 100 of an application in a tenant, 1,000 of all applications in it, 50,000 of an application over all tenants.
 * Source: api-reference/v1.0/resources/subscription.md (Azure AD resource limitations).
 */
const QUOTA: Matter = {
  code: REFUSED.code,
  reason:
    'Microsoft Graph makes no further subscription, since a limit of the application or of the tenant is reached: changes are found by polls and by the nightly run only.',
  fix: 'End subscriptions that are not used any more, of this application or of others in the tenant; it is tried again every few minutes.',
};

const UNREACHED: Matter = {
  code: REFUSED.code,
  reason:
    'Microsoft Graph did not get the right answer from the address of notifications, and makes no subscription: changes are found by polls and by the nightly run only.',
  fix: 'Let Microsoft Graph reach PUBLIC_URL from outside (firewall, proxy, certificate, sign-in that is excepted for /api/graph); it is tried again every few minutes.',
};

/** Graph answers 403 to both, and tells them apart by its words alone. */
const TELLS_OF_QUOTA = /quota|limit|exceed|maximum/i;
const TELLS_OF_VALIDATION = /subscription validation request|notification endpoint/i;

/** Null where it may pass, or is no refusal. */
export function matterOf(failure: unknown, attempt: number, { credential }: Tenant): Matter | null {
  if (failure instanceof AccessRefused && failure.status === 403)
    return TELLS_OF_QUOTA.test(failure.message) ? QUOTA : REFUSED;
  if (failure instanceof RequestRefused && TELLS_OF_VALIDATION.test(failure.message)) return UNREACHED;
  const refused = failure instanceof AccessRefused || failure instanceof CredentialRefused;
  if (!refused || !refusalLasts(failure, attempt)) return null;
  const finding = credential === null ? consentFinding(failure) : credentialFinding(failure);
  return { code: REFUSED.code, reason: `${NIGHTLY_ONLY} ${finding.finding}`, fix: finding.fix };
}

const NIGHTLY_ONLY = 'Changes are found by polls and by the nightly run only.';

/** The tenant goes on without subscriptions, and says so as long as it has none. */
export async function noteMatter(
  ports: Pick<KeepSubscriptionsPorts, 'tenants' | 'clock'>,
  seen: Tenant,
  matter: Matter | null,
): Promise<void> {
  const at = new Date(ports.clock.now()).toISOString();
  const noted = (tenant: Tenant): Tenant => {
    const matters = tenant.state.kind === 'attention' ? tenant.state.matters : [];
    const others = matters.filter(({ code }) => code !== REFUSED.code);
    const all = matter === null ? others : [...others, matter];
    return tenantAfter(tenant, { kind: 'matters', at, matters: all });
  };
  // Nearly always nothing changes: then the row is not even read again.
  if (noted(seen) !== seen) await changeTenant(ports, seen.tenantId, noted);
}
