/** What an administrator of the customer may do behind a link. */
export const LINK_PURPOSES = ['connect', 'credential', 'setup'] as const;
export type LinkPurpose = (typeof LINK_PURPOSES)[number];

/** A one-time link that an operator sends to a customer's administrator. Its token is kept nowhere. */
export interface AdminLink {
  readonly tenantId: string;
  /** SHA-256 of the token, hexadecimal. */
  readonly id: string;
  readonly purposes: readonly LinkPurpose[];
  /** Name of the operator who made it, for the administrator to recognise. */
  readonly createdBy: string;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  /** ISO 8601 UTC. */
  readonly expiresAt: string;
  /** ISO 8601 UTC; null while nobody has used it. */
  readonly consumedAt: string | null;
  /** What went wrong behind it so far: refused credentials, forms that are none of ours. */
  readonly failedTries: number;
}

/** What the administrator's browser holds after the link was used; bound to the link's tenant and purposes. */
export interface AdminSession {
  readonly tenantId: string;
  /** SHA-256 of the cookie's value, hexadecimal. */
  readonly id: string;
  readonly linkId: string;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  /** ISO 8601 UTC. */
  readonly endsAt: string;
}

/** open: may be used once; used: was; expired: was not in time; locked: too much went wrong behind it. */
export type LinkState = 'open' | 'used' | 'expired' | 'locked';

/** So many failed tries lock a link and end its session: nobody tries secrets through it. */
const MOST_FAILED_TRIES = 10;

/** An administrator needs minutes; an unattended browser shall not stay signed in. */
export const SESSION_MS = 60 * 60 * 1000;

/** @param now epoch milliseconds */
export function linkState(link: AdminLink, now: number): LinkState {
  if (link.failedTries >= MOST_FAILED_TRIES) return 'locked';
  if (link.consumedAt !== null) return 'used';
  return Date.parse(link.expiresAt) <= now ? 'expired' : 'open';
}

/**
 * Whether a session still lets somebody in. Its link may be revoked (null) or locked meanwhile; that the link
 * expired is no matter, since it was used in time.
 * @param now epoch milliseconds
 */
export function sessionHolds(session: AdminSession, link: AdminLink | null, now: number): boolean {
  if (link === null || link.failedTries >= MOST_FAILED_TRIES) return false;
  return Date.parse(session.endsAt) > now;
}
