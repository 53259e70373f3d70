import { createRemoteJWKSet, customFetch, decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';

import { CredentialRefused, Unavailable } from '../../core/failures.js';
import type { SignedInAdministrator } from '../../ports/administrator-login.js';

export interface IdTokenOptions {
  readonly requestTimeoutMs: number;
  readonly fetch: (address: string, init: RequestInit) => Promise<Response>;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** Verifies an id token for an application. @throws CredentialRefused, Unavailable */
type IdTokenVerifier = (token: string, login: string, clientId: string) => Promise<SignedInAdministrator>;

/** By how much the login service's clock may differ from ours. */
const TOLERANCE_SECONDS = 60;
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Where Microsoft accounts of private persons live: nobody's directory. */
const PERSONAL_ACCOUNTS = '9188040d-6c67-4c5b-b112-36a304b66dad';

/**
 * By signature against the key set of the cloud's login host, audience, time, and an issuer that is the one of the
 * token's own tenant. Keys are kept and read anew when an unknown one signs.
 * Source: learn.microsoft.com/entra/identity-platform/id-tokens and access-tokens#validate-the-issuer.
 */
export function createIdTokenVerifier(options: IdTokenOptions): IdTokenVerifier {
  const keySets = new Map<string, ReturnType<typeof createRemoteJWKSet>>();
  const keysOf = (login: string): ReturnType<typeof createRemoteJWKSet> => {
    const known = keySets.get(login);
    if (known !== undefined) return known;
    const made = createRemoteJWKSet(new URL(`${login}/organizations/discovery/v2.0/keys`), {
      timeoutDuration: options.requestTimeoutMs,
      [customFetch]: (address, init) => options.fetch(address, init),
    });
    keySets.set(login, made);
    return made;
  };
  return async (token, login, clientId) => {
    try {
      const tenantId = tenantIn(decodeJwt(token));
      const { payload } = await jwtVerify(token, keysOf(login), {
        algorithms: ['RS256'],
        issuer: `${login}/${tenantId}/v2.0`,
        audience: clientId,
        clockTolerance: TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'iat', 'sub'],
        ...(options.now === undefined ? {} : { currentDate: new Date(options.now()) }),
      });
      return { tenantId, nonce: typeof payload['nonce'] === 'string' ? payload['nonce'] : null };
    } catch (error) {
      throw translated(error);
    }
  };
}

function tenantIn(payload: JWTPayload): string {
  const tid = payload['tid'];
  const tenantId = typeof tid === 'string' ? tid.toLowerCase() : '';
  if (!GUID.test(tenantId)) throw new errors.JWTInvalid('It names no tenant');
  if (tenantId === PERSONAL_ACCOUNTS) throw new errors.JWTInvalid('It is of a personal account');
  return tenantId;
}

/** Faults of the key set's address pass; everything else says that the token is none to believe. */
function translated(error: unknown): CredentialRefused | Unavailable {
  const name = error instanceof errors.JOSEError ? error.code : '';
  const passing = !(error instanceof errors.JOSEError) || PASSING.has(name);
  if (passing)
    return new Unavailable('The keys of the login service could not be read', null, { cause: error });
  return new CredentialRefused(`The id token is not to be believed (${name}).`, null);
}

const PASSING = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);
