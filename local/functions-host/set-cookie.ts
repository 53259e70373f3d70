import type { RpcHttpCookie } from './core-types.js';

const sameSiteNames = { none: undefined, lax: 'Lax', strict: 'Strict', explicitNone: 'None' } as const;

/**
 * The Set-Cookie header of a cookie that a function answered. Name and value travel percent-encoded, as the real
 * host's ASP.NET writes them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6265#section-4.1
 */
export function setCookieHeader(cookie: RpcHttpCookie): string {
  const parts = [`${encodeURIComponent(cookie.name)}=${encodeURIComponent(cookie.value)}`];
  const expires = cookie.expires?.value?.seconds;
  if (expires !== undefined) parts.push(`Expires=${new Date(expires * 1_000).toUTCString()}`);
  if (cookie.maxAge?.value !== undefined) parts.push(`Max-Age=${Math.trunc(cookie.maxAge.value)}`);
  if (cookie.domain?.value !== undefined) parts.push(`Domain=${cookie.domain.value}`);
  parts.push(`Path=${cookie.path?.value ?? '/'}`);
  if (cookie.secure?.value === true) parts.push('Secure');
  const sameSite = sameSiteNames[cookie.sameSite ?? 'none'];
  if (sameSite !== undefined) parts.push(`SameSite=${sameSite}`);
  if (cookie.httpOnly?.value === true) parts.push('HttpOnly');
  return parts.join('; ');
}
