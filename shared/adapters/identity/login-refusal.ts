import { CredentialRefused, Unavailable, type Failure } from '../../core/failures.js';

/** What the login endpoint answered last, outside 2xx. */
export interface LoginAnswer {
  readonly status: number;
  readonly body: string;
}

/** Source of the codes: docs/identity-platform/reference-error-codes.md. */
const FINDINGS: Readonly<Record<number, string>> = {
  7000215: 'the client secret is wrong (often the ID of the secret was given in place of its value)',
  7000222: 'every client secret of the application has expired',
  7000216: 'the client secret is missing',
  7000218: 'the client secret is missing',
  700016: 'the application is not known in this tenant (no consent yet, or the wrong tenant)',
  700011: 'the application is not known in this tenant',
  70001: 'the application is not known in this tenant or is disabled',
  7000112: 'the application is disabled',
  90002: 'the tenant was not found (it may live in another cloud)',
  900023: 'the tenant id is malformed',
  90038: 'the tenant lives in another national cloud',
  900432: 'the tenant lives in another national cloud',
  900382: 'the tenant lives in another national cloud',
  65001: 'an administrator has not consented yet',
  65004: 'the administrator declined to consent',
  70011: 'the scope is wrong',
  500011: 'Microsoft Graph is not present in this tenant (the wrong cloud)',
  53003: 'Conditional Access blocks the application',
};

const PASSING = new Set([90033, 90006, 90012, 90024, 90055]);

/** Errors of OAuth that say no, where no AADSTS code came with them. */
const REFUSALS = [
  'invalid_client',
  'unauthorized_client',
  'invalid_grant',
  'invalid_request',
  'invalid_scope',
  'invalid_resource',
  'access_denied',
  'consent_required',
  'interaction_required',
];

/**
 * What a failed token request means. Decided by the codes in the login endpoint's answer, or where none came
 * through, by the AADSTS number in the SDK's message. The SDK's error is not kept: it holds the request, and with
 * it the secret.
 */
export function translateLoginError(error: unknown, answer: LoginAnswer | null): Failure {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const options = { cause: new Error(text.slice(0, 1000)) };
  const code = codeIn(answer?.body ?? '') ?? codeIn(text);
  if (code !== null && !PASSING.has(code) && answer?.status !== 429) {
    const finding = FINDINGS[code] ?? 'the login endpoint refused';
    return new CredentialRefused(`AADSTS${code}: ${finding}`, code, options);
  }
  const status = answer?.status ?? 0;
  const refusal = status >= 500 || status === 429 ? null : oauthError(answer?.body ?? '');
  if (code === null && refusal !== null) {
    return new CredentialRefused(`The login endpoint refused: ${refusal}`, null, options);
  }
  const reason = code === null ? 'gave no token' : `gave no token (AADSTS${code}, passing)`;
  return new Unavailable(`The login endpoint ${reason}`, null, options);
}

function codeIn(text: string): number | null {
  const digits = /AADSTS(\d{2,9})/.exec(text)?.[1] ?? /"error_codes"\s*:\s*\[\s*(\d{2,9})/.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

function oauthError(body: string): string | null {
  const error = /"error"\s*:\s*"([a-z_]{1,60})"/.exec(body)?.[1];
  return error !== undefined && REFUSALS.includes(error) ? error : null;
}
