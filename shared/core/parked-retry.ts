import type { Tenant } from './tenant.js';

/** Milliseconds between tries of a parked tenant. */
export interface ParkedRetrySettings {
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * Whether a parked tenant is to be tried now: after the first wait, then each time it has been parked twice as long,
 * and never later than the longest wait after the last try. A clock that was set back makes it due at once.
 * @param now epoch milliseconds
 */
export function parkedRetryDue(tenant: Tenant, settings: ParkedRetrySettings, now: number): boolean {
  if (tenant.state.kind !== 'parked' || tenant.paused) return false;
  const parkedAt = Date.parse(tenant.lastOutage?.parkedAt ?? tenant.state.since);
  const triedAt = tenant.lastOutage?.triedAt ?? null;
  const last = triedAt === null ? parkedAt : Date.parse(triedAt);
  const wait = Math.max(settings.firstMs, Math.min(settings.longestMs, last - parkedAt));
  return now < last || now - last >= wait;
}
