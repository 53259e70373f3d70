import { z } from 'zod';

/** A token has some kilobytes; more than this is none. */
const LONGEST_TOKEN = 64 * 1024;

const claims = z.looseObject({ roles: z.array(z.string().max(200)).max(1_000).optional() });

/**
 * The application permissions that an access token for Graph carries, the claim `roles`; none where it has no such
 * claim; null where it cannot be read, since the form of such a token is Microsoft's own business. The signature is
 * not checked: the token came from the login host over TLS just now, and nothing is decided by it but what to say.
 * Source: learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function applicationPermissions(token: string): readonly string[] | null {
  const parts = token.split('.');
  if (token.length > LONGEST_TOKEN || parts.length !== 3) return null;
  try {
    const payload: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
    const parsed = claims.safeParse(payload);
    return parsed.success ? (parsed.data.roles ?? []) : null;
  } catch {
    return null;
  }
}
