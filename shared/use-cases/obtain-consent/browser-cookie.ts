import { UNKNOWN_TENANT, type ConsentLink } from './ports.js';

/** What a browser keeps while its administrator is at the login service. */
export interface KeptErrand extends ConsentLink {
  /** Of a sign-in (PKCE); null of a consent. */
  readonly verifier: string | null;
}

/** A cookie per state, so that consents in several tabs do not meet. */
export function cookieName(stateHash: string): string {
  return `rollcall-consent-${stateHash.slice(0, 32)}`;
}

export function cookieValue({ tenantId, token, verifier }: KeptErrand): string {
  return [tenantId ?? UNKNOWN_TENANT, token, ...(verifier === null ? [] : [verifier])].join('.');
}

const VALUE = /^([0-9a-f-]{36}|unknown)\.([A-Za-z0-9_-]{43})(?:\.([A-Za-z0-9_-]{43}))?$/;

/** Null where there is none, or it is none of ours. */
export function readCookie(value: string | null): KeptErrand | null {
  const [, tenant, token, verifier] = VALUE.exec(value ?? '') ?? [];
  if (tenant === undefined || token === undefined) return null;
  return { tenantId: tenant === UNKNOWN_TENANT ? null : tenant, token, verifier: verifier ?? null };
}
