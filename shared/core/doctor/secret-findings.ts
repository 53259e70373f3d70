import { NotFound } from '../failures.js';
import { earlierOf, secretState } from '../secret-expiry.js';
import { nameOf, weightOf } from './applications.js';
import type { ExaminedApplication, TenantFacts } from './facts.js';
import { finding, type Finding } from './finding.js';
import { VAULT_FIX } from './login-findings.js';

/** The vault, and what it tells of an application's secret. */
export function secretFindings(facts: TenantFacts, app: ExaminedApplication): readonly Finding[] {
  const { secretExpiry } = app;
  switch (secretExpiry.kind) {
    case 'notAsked':
      return [];
    case 'late':
      return [finding('VaultUnreachable')];
    case 'failed':
      return [secretExpiry.failure instanceof NotFound ? missing(app) : finding('VaultUnreachable')];
    case 'told':
      return expiry(facts, app, earlierOf(secretExpiry.value, app.namedExpiry));
  }
}

function missing(app: ExaminedApplication): Finding {
  return finding('SecretMissing', {
    severity: weightOf(app),
    message: `The client secret of ${nameOf(app).replace(/^The /, 'the ')} is not in the vault, or is disabled there.`,
    ...(app.origin === 'consent' && { fix: VAULT_FIX }),
  });
}

/** A date is what somebody wrote down; where the secret still works, it is only a warning. */
function expiry(
  { now }: TenantFacts,
  app: ExaminedApplication,
  expiresOn: string | null,
): readonly Finding[] {
  const name = nameOf(app).replace(/^The /, 'the ');
  const day = (expiresOn ?? '').slice(0, 10);
  const inVault = app.origin === 'consent' && { fix: VAULT_FIX };
  switch (secretState(expiresOn, now)) {
    case 'valid':
    case 'unknown':
      return [];
    case 'expiring':
      return [
        finding('SecretExpiring', { message: `The client secret of ${name} expires on ${day}.`, ...inVault }),
      ];
    case 'expired':
      return [
        finding('SecretExpired', {
          severity: app.permissions.kind === 'told' ? 'warning' : weightOf(app),
          message: `The client secret of ${name} expired on ${day}.`,
          ...inVault,
        }),
      ];
  }
}
