import { secretState } from '../../../shared/core/secret-expiry.js';
import type { Tenant } from '../../../shared/core/tenant.js';
import type { ShownFinding } from './work.js';

/** The overview's headline says these in better words. */
const SAID_BY_THE_HEADLINE: ReadonlySet<string> = new Set(['TenantParked', 'TenantPaused']);
const NOT_CONNECTED_YET: ReadonlySet<string> = new Set(['ConsentMissing', 'CredentialMissing']);

/**
 * Returns what needs attention, each code once: what the doctor finds now, then what is on record of the tenant, then
 * a secret that ends soon.
 * @param found by the doctor; nothing if Microsoft did not answer
 * @param now epoch milliseconds
 */
export function overviewIssues(
  tenant: Tenant,
  found: readonly ShownFinding[],
  now: number,
): readonly ShownFinding[] {
  const { state } = tenant;
  const isWaiting = state.kind === 'awaitingConsent';
  const findings = found.filter(
    ({ code, severity }) =>
      severity !== 'info' && !SAID_BY_THE_HEADLINE.has(code) && !(isWaiting && NOT_CONNECTED_YET.has(code)),
  );
  const recorded = [...recordedIssues(tenant), ...secretIssues(tenant, now)];
  const seen = new Set(findings.map(({ code }) => code));
  return [...findings, ...recorded.filter(({ code }) => !seen.has(code) && seen.add(code))];
}

/** Issues have the doctor's codes, but begin with a small letter. */
function recordedIssues({ state }: Tenant): readonly ShownFinding[] {
  if (state.kind !== 'attention') return [];
  return state.matters.map(({ code, reason, fix }) => ({
    code: code.charAt(0).toUpperCase() + code.slice(1),
    severity: 'warning',
    message: /[.!?]$/.test(reason) ? reason : `${reason}.`,
    fix,
  }));
}

/** The date that was entered counts from the moment it was entered; the doctor and the timer may not have looked yet. */
function secretIssues({ credential }: Tenant, now: number): readonly ShownFinding[] {
  const expiresOn = credential?.expiresOn ?? null;
  const day = expiresOn?.slice(0, 10) ?? '';
  switch (secretState(expiresOn, now)) {
    case 'expired':
      return [
        {
          code: 'SecretExpired',
          severity: 'error',
          message: `The client secret expired on ${day}.`,
          fix: 'Make a new one in Entra and enter it (PUT credential).',
        },
      ];
    case 'expiring':
      return [
        {
          code: 'SecretExpiring',
          severity: 'warning',
          message: `The client secret expires on ${day}.`,
          fix: 'Make a new one in Entra before that day and enter it (PUT credential).',
        },
      ];
    case 'valid':
    case 'unknown':
      return [];
  }
}
