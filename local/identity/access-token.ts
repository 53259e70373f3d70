import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A token with its end, in seconds since 1970. */
interface IssuedToken {
  readonly token: string;
  readonly expiresOn: number;
}

/** Why a token is not accepted, in the words of the service that was asked. */
type TokenFinding =
  | { readonly kind: 'valid' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'wrongAudience'; readonly found: string };

/** Issues access tokens for managed identities of one local tenant, and checks its own. */
export interface TokenIssuer {
  /** The tenant that the identities belong to. */
  readonly tenantId: string;
  /** `resource` is what the client asked for, for example `https://vault.azure.net`. */
  issue(resource: string): IssuedToken;
  /** `audience` is the resource that the asking service is. */
  check(token: string, audience: string): TokenFinding;
}

/** App Service keeps the tokens of its identities for a day. */
const lifetimeSeconds = 24 * 60 * 60;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const withoutTrailingSlash = (resource: string): string => resource.replace(/\/$/, '');

/**
 * A token issuer with a key of its own. The claims are those of a managed identity's token of version 1.0
 * (issuer `https://sts.windows.net/{tenant}/`), which is what Azurite's `--oauth basic` looks for.
 */
export function createTokenIssuer(tenantId: string, nowMs: () => number = Date.now): TokenIssuer {
  const key = randomBytes(32);
  const sign = (content: string): Buffer => createHmac('sha256', key).update(content).digest();

  function issue(resource: string): IssuedToken {
    const issuedAt = Math.floor(nowMs() / 1000);
    const expiresOn = issuedAt + lifetimeSeconds;
    const claims = {
      aud: withoutTrailingSlash(resource),
      iss: `https://sts.windows.net/${tenantId}/`,
      iat: issuedAt,
      nbf: issuedAt,
      exp: expiresOn,
      idtyp: 'app',
      appid: '11111111-1111-4111-8111-111111111111',
      oid: '22222222-2222-4222-8222-222222222222',
      sub: '22222222-2222-4222-8222-222222222222',
      tid: tenantId,
      ver: '1.0',
    };
    const content = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode(claims)}`;
    return { token: `${content}.${sign(content).toString('base64url')}`, expiresOn };
  }

  function check(token: string, audience: string): TokenFinding {
    const claims = readClaims(token, sign);
    if (claims === null) return { kind: 'malformed' };
    if (claims.exp * 1000 <= nowMs()) return { kind: 'expired' };
    const found = withoutTrailingSlash(claims.aud);
    return found === withoutTrailingSlash(audience) ? { kind: 'valid' } : { kind: 'wrongAudience', found };
  }

  return { tenantId, issue, check };
}

function readClaims(token: string, sign: (content: string) => Buffer): { aud: string; exp: number } | null {
  const [header, payload, signature, ...rest] = token.split('.');
  if (header === undefined || payload === undefined || signature === undefined || rest.length > 0)
    return null;
  const given = Buffer.from(signature, 'base64url');
  const expected = sign(`${header}.${payload}`);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as { aud: string; exp: number };
}
