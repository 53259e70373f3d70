import { credentialFinding, type CredentialFinding } from './credential-finding.js';
import { NotFound, type AccessRefused, type CredentialRefused } from './failures.js';

/** Whose application was refused: the customer's own, or the operator's that the customer consented to. */
export type CredentialOrigin = 'credential' | 'consent';

/** Of a token request: the client secret is wrong, expired or missing. */
const SECRET_AT_FAULT = new Set([7000215, 7000222, 7000216, 7000218]);

/** Of a token request: the application is not in the tenant, or no consent of it. */
const CONSENT_MISSING = new Set([700016, 700011, 70001, 65001, 65004]);

/**
 * Whether it is the client secret of the operator's own application that was refused: nobody in the customer's tenant
 * could mend that.
 */
export function isOperatorsFault(failure: AccessRefused | CredentialRefused): boolean {
  if (failure.kind !== 'credentialRefused') return false;
  // Without a secret in the vault no login was tried, so that there is no number.
  if (failure.code === null) return failure.cause instanceof NotFound;
  return SECRET_AT_FAULT.has(failure.code);
}

/** Explains a refusal of the operator's application, for the customer and for whoever sent the link. */
export function consentFinding(failure: AccessRefused | CredentialRefused): CredentialFinding {
  const code = failure.kind === 'credentialRefused' ? failure.code : null;
  if (isOperatorsFault(failure)) {
    const number = code === null ? '' : ` (AADSTS${code})`;
    return { finding: `The operator's own application cannot log in${number}.`, fix: NOTHING_TO_DO };
  }
  const { finding, fix } = credentialFinding(failure);
  return { finding, fix: code !== null && CONSENT_MISSING.has(code) ? CONSENT_AGAIN : fix };
}

/** Of a refusal that the operator has to fix. */
const NOTHING_TO_DO = 'Nothing for you to do: the operator has been told.';
const CONSENT_AGAIN = 'Send the administrator a new consent link (POST consent).';

/** Whether what fixes something is for the operator: nobody in the customer's directory can. */
export function isForOperator(fix: string): boolean {
  return fix === NOTHING_TO_DO;
}
