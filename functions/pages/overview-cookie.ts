import type { HttpResponseInit } from '@azure/functions';
import { SESSION_MS } from '../../shared/core/admin-link.js';

type Cookie = NonNullable<HttpResponseInit['cookies']>[number];

/**
 * Tells the pages of consent that this browser came from an administrator's overview, so that they may lead back. It
 * opens nothing: the session's own cookie does, which the pages of consent never see.
 */
const NAME = 'rollcall_from_overview';

/** Lax: the browser comes back from the login service. */
export function overviewCookie(tenantId: string, publicUrl: string): Cookie {
  return {
    name: NAME,
    value: tenantId,
    path: `/api/consent/${tenantId}`,
    httpOnly: true,
    secure: publicUrl.startsWith('https:'),
    sameSite: 'Lax',
    maxAge: SESSION_MS / 1000,
  };
}

export function endedOverviewCookie(tenantId: string, publicUrl: string): Cookie {
  return { ...overviewCookie(tenantId, publicUrl), value: '', maxAge: 0 };
}

export function cameFromOverview(cookies: ReadonlyMap<string, string>, tenantId: string): boolean {
  return cookies.get(NAME) === tenantId;
}
