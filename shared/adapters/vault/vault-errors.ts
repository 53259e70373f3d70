import { NotFound, RequestRefused, Unavailable, type Failure } from '../../core/failures.js';

/** Refusals that an operator mends while we wait: a role not assigned yet, a firewall, throttling. */
const PASSING = [401, 403, 408, 429];

/** The SDK's error is not kept: it holds the request, and with it the value that was to be saved. */
export function translateVaultError(error: unknown, secretName: string): Failure {
  const { statusCode, code } = asRestError(error);
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const options = { cause: new Error(text.slice(0, 1000)) };
  if (statusCode === 403 && isDisabled(error)) {
    return new NotFound(`The vault's secret ${secretName} is disabled`, options);
  }
  if (statusCode === 404) return new NotFound(`The vault has no secret ${secretName}`, options);
  const what = `The vault answered ${statusCode ?? 'nothing'} ${code} about ${secretName}`;
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500 && !PASSING.includes(statusCode)) {
    return new RequestRefused(what, statusCode, code, options);
  }
  return new Unavailable(what, null, options);
}

/**
 * Told apart from other refusals by its words only, since the SDK does not pass on the inner code SecretDisabled.
 * Source: learn.microsoft.com/azure/key-vault/general/rest-error-codes, "HTTP 403".
 */
function isDisabled(error: unknown): boolean {
  return error instanceof Error && /not allowed on a disabled secret/i.test(error.message);
}

function asRestError(error: unknown): { statusCode: number | undefined; code: string } {
  const { statusCode, code } = (error ?? {}) as { statusCode?: unknown; code?: unknown };
  return {
    statusCode: typeof statusCode === 'number' ? statusCode : undefined,
    code: typeof code === 'string' ? code : '',
  };
}
