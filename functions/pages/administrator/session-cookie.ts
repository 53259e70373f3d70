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

/** Follows a disconnection, which ends every session; opens nothing else. */
export const DISCONNECTION_COOKIE = 'rollcall_disconnection';
const FOLLOWED_SECONDS = 24 * 60 * 60;

export function disconnectionCookie(tenantId: string, token: string, publicUrl: string): Cookie {
  const cookie = sessionCookie(tenantId, token, publicUrl);
  return { ...cookie, name: DISCONNECTION_COOKIE, maxAge: FOLLOWED_SECONDS };
}
