import { consentFinding } from '../../core/consent-finding.js';
import { credentialFinding } from '../../core/credential-finding.js';
import { refusalLasts } from '../../core/failure-outcome.js';
import { AccessRefused, CredentialRefused } from '../../core/failures.js';
import { tenantAfter, type Tenant } from '../../core/tenant.js';
import type { Matter } from '../../core/tenant-state.js';
import { changeTenant } from '../../ports/change-tenant.js';
import type { KeepSubscriptionsPorts } from './ports.js';

const REFUSED: Matter = {
  code: 'noSubscriptions',
  reason:
    'Microsoft Graph refuses to tell of changes at once, so that they are found by the nightly run only.',
  fix: 'Grant the application User.Read.All and Group.Read.All with admin consent; it is tried again every few minutes.',
};

/** Null where it may pass, or is no refusal. */
export function matterOf(failure: unknown, attempt: number, { credential }: Tenant): Matter | null {
  if (failure instanceof AccessRefused && failure.status === 403) return REFUSED;
  const refused = failure instanceof AccessRefused || failure instanceof CredentialRefused;
  if (!refused || !refusalLasts(attempt)) return null;
  const finding = credential === null ? consentFinding(failure) : credentialFinding(failure);
  return { code: REFUSED.code, reason: `${NIGHTLY_ONLY} ${finding.finding}`, fix: finding.fix };
}

const NIGHTLY_ONLY = 'Changes are found by the nightly run only.';

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
