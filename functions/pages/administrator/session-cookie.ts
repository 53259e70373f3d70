import type { HttpResponseInit } from '@azure/functions';
import { SESSION_MS } from '../../../shared/core/admin-link.js';
import { tenantPath } from './addresses.js';

type Cookie = NonNullable<HttpResponseInit['cookies']>[number];

/** Its path is the tenant's, so that an administrator of two tenants has a session for each. */
export const SESSION_COOKIE = 'rollcall_administrator';

/** Out of reach for scripts and for what other sites send; over https only where the app is. */
export function sessionCookie(tenantId: string, token: string, publicUrl: string): Cookie {
  return {
    name: SESSION_COOKIE,
    value: token,
    path: tenantPath(tenantId),
    httpOnly: true,
    secure: publicUrl.startsWith('https:'),
    sameSite: 'Strict',
    maxAge: SESSION_MS / 1000,
  };
}

export function endedCookie(tenantId: string, publicUrl: string): Cookie {
  return { ...sessionCookie(tenantId, '', publicUrl), maxAge: 0 };
}
