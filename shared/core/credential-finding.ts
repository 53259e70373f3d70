import { CredentialRefused, NotFound, type AccessRefused } from './failures.js';

/** What is wrong with a credential and what mends it, a sentence each, for an administrator to act on. */
export interface CredentialFinding {
  readonly finding: string;
  readonly fix: string;
}

const APP_UNKNOWN: CredentialFinding = {
  finding: 'The application is not known in this tenant.',
  fix: 'Check the application (client) id, and that an administrator of this tenant has granted consent to it.',
};

const WRONG_CLOUD: CredentialFinding = {
  finding: 'The tenant lives in another national cloud.',
  fix: 'Connect it with the cloud that it lives in.',
};

const NOT_IN_VAULT: CredentialFinding = {
  finding: 'The client secret is not in the vault any more, or is disabled there.',
  fix: 'Enter the value of a client secret again.',
};

const WRONG_SECRET = 7000215;

/**
 * Returns whether the refusal may end within a minute: replicas of the login service that do not know a new secret yet
 * answer as if it were wrong.
 */
export function mayBeANewSecret(failure: unknown): boolean {
  return failure instanceof CredentialRefused && failure.code === WRONG_SECRET;
}

/**
 * By the AADSTS number of the token error. Numbers may change, so that an unknown one is named as it is.
 * Source: learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
const FINDINGS: Readonly<Record<number, CredentialFinding>> = {
  [WRONG_SECRET]: {
    finding: 'The client secret is wrong.',
    fix: 'Enter the value of the secret, not its secret id; the value is shown only once, when the secret is created. A new secret can take a minute to work: if you created it just now, enter it again in a minute.',
  },
  7000222: {
    finding: 'Every client secret of the application has expired.',
    fix: 'Make a new client secret in Entra and enter its value.',
  },
  7000216: { finding: 'The credential is missing.', fix: 'Enter the value of a client secret.' },
  7000218: { finding: 'The credential is missing.', fix: 'Enter the value of a client secret.' },
  700016: APP_UNKNOWN,
  700011: APP_UNKNOWN,
  70001: APP_UNKNOWN,
  7000112: {
    finding: 'The application is disabled in this tenant.',
    fix: 'Enable it under Enterprise applications in Entra.',
  },
  90002: {
    finding: 'The login service knows no such tenant.',
    fix: 'Check the tenant id or domain, and that the cloud is the one it lives in.',
  },
  900023: {
    finding: 'The tenant id is malformed.',
    fix: 'Enter the tenant id (a GUID) or a verified domain.',
  },
  90038: WRONG_CLOUD,
  900432: WRONG_CLOUD,
  900382: WRONG_CLOUD,
  65001: {
    finding: 'Consent has not been given.',
    fix: 'Have an administrator of the tenant grant admin consent to the application.',
  },
  65004: {
    finding: 'The administrator declined consent.',
    fix: 'Have an administrator of the tenant grant admin consent to the application.',
  },
  70011: {
    finding: 'The scope asked for is not valid in this cloud.',
    fix: 'Check the cloud of the tenant.',
  },
  500011: {
    finding: 'Microsoft Graph of this cloud is not known in the tenant.',
    fix: 'Check that the cloud is the one the tenant lives in.',
  },
  53003: {
    finding: 'A Conditional Access policy blocks the application.',
    fix: 'Have an administrator of the tenant exclude the application from that policy.',
  },
};

/** What of a credential is to be looked at; `credential` where it is no single field's fault. */
export type CredentialField = 'clientId' | 'secretValue' | 'credential';

const OF_THE_APPLICATION = new Set([700016, 700011, 70001, 7000112]);
const OF_THE_SECRET = new Set([WRONG_SECRET, 7000222, 7000216, 7000218]);

/** Which field of a credential that somebody entered a refusal is about. */
export function fieldAtFault(failure: CredentialRefused | AccessRefused): CredentialField {
  if (failure.kind === 'accessRefused' || failure.code === null) return 'credential';
  if (OF_THE_APPLICATION.has(failure.code)) return 'clientId';
  return OF_THE_SECRET.has(failure.code) ? 'secretValue' : 'credential';
}

/** Explains a refused credential; the words never carry what was entered. */
export function credentialFinding(failure: CredentialRefused | AccessRefused): CredentialFinding {
  if (failure.kind === 'accessRefused') {
    return {
      finding: `The credential is good, but Microsoft Graph refuses to let it read the directory (${failure.status}).`,
      fix: 'Grant the application permissions User.Read.All and GroupMember.Read.All with admin consent.',
    };
  }
  // Nothing was asked of the login service.
  if (failure.code === null && failure.cause instanceof NotFound) return NOT_IN_VAULT;
  const code = failure.code === null ? '' : ` (AADSTS${failure.code})`;
  const known = failure.code === null ? undefined : FINDINGS[failure.code];
  if (known !== undefined) return { finding: known.finding.replace(/\.$/, `${code}.`), fix: known.fix };
  return {
    finding: `The login service refused the credential${code}.`,
    fix: 'Check the tenant, the application (client) id and the value of the client secret.',
  };
}
