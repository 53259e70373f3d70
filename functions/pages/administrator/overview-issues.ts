import { issuesOf } from '../../../shared/core/issues/issues-of.js';
import type { Tenant } from '../../../shared/core/tenant.js';
import { issueFinding } from '../../words/doctor.js';
import type { ShownFinding } from './work.js';

/** The overview's headline says these in better words. */
const SAID_BY_THE_HEADLINE: ReadonlySet<string> = new Set(['TenantParked', 'TenantPaused']);
const NOT_CONNECTED_YET: ReadonlySet<string> = new Set(['ConsentMissing', 'CredentialMissing']);

/**
 * Returns what needs attention: what the doctor finds, which includes the issues of the tenant, or only these if
 * Microsoft did not answer the doctor.
 * @param found by the doctor; nothing if Microsoft did not answer
 * @param now epoch milliseconds
 */
export function overviewIssues(
  tenant: Tenant,
  found: readonly ShownFinding[],
  now: number,
): readonly ShownFinding[] {
  const isWaiting = tenant.state.kind === 'awaitingConsent';
  const codes = new Set(found.map(({ code }) => code));
  const issues = issuesOf(tenant, now).map(issueFinding);
  return [...found, ...issues.filter(({ code }) => !codes.has(code))].filter(
    ({ code, severity }) =>
      severity !== 'info' && !SAID_BY_THE_HEADLINE.has(code) && !(isWaiting && NOT_CONNECTED_YET.has(code)),
  );
}
