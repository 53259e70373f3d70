import { CredentialRefused } from '../failures.js';
import { nameOf, weightOf } from './applications.js';
import type { FindingCode } from './catalog.js';
import type { ExaminedApplication } from './facts.js';
import { finding, type Finding } from './finding.js';
import { consentAgain } from './permission-findings.js';
import { neededPermissions } from './permissions.js';
import { isAboutPlace, isUnserved } from './place-findings.js';

const NOT_IN_TENANT = [700016, 700011, 70001];
const NO_CONSENT = [65001, 65004];

/** Codes that mean the same for every application. */
const BY_CODE: Readonly<Record<number, FindingCode>> = {
  7000215: 'SecretWrong',
  7000216: 'SecretWrong',
  7000218: 'SecretWrong',
  7000222: 'SecretExpired',
  7000112: 'ApplicationDisabled',
  53003: 'ConditionalAccessBlocks',
};

/** Why an application gets no token. Empty where it gets one, or where the vault or the tenant's cloud explain it. */
export function loginFindings(app: ExaminedApplication): readonly Finding[] {
  const { permissions: token } = app;
  switch (token.kind) {
    case 'told':
    case 'notAsked':
      return [];
    case 'late':
      return app.secretExpiry.kind === 'late' ? [] : [finding('LoginUnreachable')];
    case 'failed':
      break;
  }
  if (token.failure instanceof CredentialRefused) return refused(app, token.failure.code);
  if (isUnserved(token)) return [];
  // Without the vault there is nothing to log in with, and that is found as such.
  return app.secretExpiry.kind === 'told' ? [finding('LoginUnreachable')] : [];
}

function refused(app: ExaminedApplication, code: number | null): readonly Finding[] {
  if (code === null) return app.secretExpiry.kind === 'told' ? [unlisted(app, null)] : [];
  if (isAboutPlace(code)) return [];
  if (NO_CONSENT.includes(code)) return [consentMissing(app, code)];
  if (NOT_IN_TENANT.includes(code)) return [notInTenant(app, code)];
  const known = BY_CODE[code];
  if (known === undefined) return [unlisted(app, code)];
  return [finding(known, { severity: weightOf(app), ...wordsFor(known, app, code) })];
}

function consentMissing(app: ExaminedApplication, code: number): Finding {
  return finding('ConsentMissing', {
    severity: weightOf(app),
    message: `No administrator of the tenant has consented to ${lower(nameOf(app))} (AADSTS${code}).`,
    fix:
      app.origin === 'consent'
        ? 'Send the administrator the consent link (POST consent).'
        : 'Have an administrator of the tenant grant admin consent under API permissions in Entra.',
  });
}

function notInTenant(app: ExaminedApplication, code: number): Finding {
  if (app.origin === 'consent' && !app.admitted) return consentMissing(app, code);
  const severity = weightOf(app);
  if (app.origin === 'consent') {
    return finding('ConsentWithdrawn', {
      severity,
      message: `${nameOf(app)} is no longer in the tenant (AADSTS${code}): its consent was withdrawn.`,
      fix: consentAgain(
        app,
        neededPermissions(app)
          .map(({ name }) => name)
          .join(', '),
      ),
    });
  }
  return finding('ApplicationNotInTenant', {
    severity,
    message: `${nameOf(app)} is not in the tenant (AADSTS${code}): it was removed, or its id is wrong.`,
  });
}

/** Secrets of consent applications are the operator's to mend, in the vault. */
function wordsFor(
  code: FindingCode,
  app: ExaminedApplication,
  number: number,
): { message: string; fix?: string } {
  const name = nameOf(app);
  const inVault = app.origin === 'consent';
  switch (code) {
    case 'SecretWrong':
      return {
        message: `The client secret of ${lower(name)} is wrong (AADSTS${number}). Often the id of the secret was entered in place of its value.`,
        ...(inVault && { fix: VAULT_FIX }),
      };
    case 'SecretExpired':
      return {
        message: `Every client secret of ${lower(name)} has expired (AADSTS${number}).`,
        ...(inVault && { fix: VAULT_FIX }),
      };
    case 'ApplicationDisabled':
      return { message: `${name} is disabled in the tenant (AADSTS${number}).` };
    default:
      return {
        message: `A Conditional Access policy of the tenant blocks ${lower(name)} (AADSTS${number}).`,
      };
  }
}

export const VAULT_FIX =
  "Make a new client secret of that application in the operator's own directory, and put its value into the vault under the same name.";

function unlisted(app: ExaminedApplication, code: number | null): Finding {
  return finding('LoginRefused', {
    severity: weightOf(app),
    message: `The login service refuses ${lower(nameOf(app))}${code === null ? '' : ` (AADSTS${code})`}.`,
    ...(code !== null && {
      fix: `Look up ${code} at https://login.microsoftonline.com/error and mend what it says.`,
    }),
  });
}

function lower(name: string): string {
  return name.replace(/^The /, 'the ');
}
