import { z } from 'zod';
import { ROLES, type Principal, type Role } from '../../shared/core/access.js';

/** Base64 of App Service's principal; a token with every claim stays well below this. */
const LONGEST_HEADER = 64 * 1024;

/**
 * What App Service authentication puts into `x-ms-client-principal`.
 * Source: learn.microsoft.com/azure/app-service/configure-authentication-user-identities
 */
const clientPrincipal = z.object({
  auth_typ: z.literal('aad'),
  role_typ: z.string().nullish(),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })).max(2000),
});

const ROLE_CLAIMS = ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'];
const ID_CLAIMS = ['http://schemas.microsoft.com/identity/claims/objectidentifier', 'oid'];
const NAME_CLAIMS = ['name', 'preferred_username', 'appid', 'azp'];

/**
 * The identity that the platform passes; null where it passes none or one that is no Entra principal. The header is
 * believed only from a caller who knows that the platform guards this app and strips what clients send.
 */
export function readPrincipal(header: string | null): Principal | null {
  if (header === null || header.length > LONGEST_HEADER) return null;
  const parsed = clientPrincipal.safeParse(decode(header));
  if (!parsed.success) return null;
  const { claims, role_typ: roleType } = parsed.data;
  const first = (types: readonly string[]): string | undefined =>
    claims.find((claim) => types.includes(claim.typ))?.val;
  const id = first(ID_CLAIMS);
  if (id === undefined) return null;
  const roleClaims = typeof roleType === 'string' ? [...ROLE_CLAIMS, roleType] : ROLE_CLAIMS;
  const values = claims.filter((claim) => roleClaims.includes(claim.typ)).map((claim) => claim.val);
  return {
    id: id.toLowerCase(),
    name: first(NAME_CLAIMS) ?? id,
    roles: appRoles(values),
    tenantRoles: new Map(),
  };
}

function decode(header: string): unknown {
  try {
    return JSON.parse(Buffer.from(header, 'base64').toString('utf8'));
  } catch {
    return null;
  }
}

function appRoles(values: readonly string[]): Role[] {
  return ROLES.filter((role) => values.includes(`Rollcall.${role}`));
}
