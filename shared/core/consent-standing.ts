import type { ConsentRequest } from './consent-request.js';
import type { Tenant } from './tenant.js';

/**
 * What is true now of the consents that were once proven by a link.
 * - works: nothing speaks against them
 * - stopped: reading was refused after the last of them was proven
 * - comingBack: they were proven after reading had been refused, and it is being tried again
 */
export type ConsentStanding = 'works' | 'stopped' | 'comingBack';

/** Null where none was proven, or nobody knows the tenant. */
export function consentStanding(
  { asks }: Pick<ConsentRequest, 'asks'>,
  tenant: Tenant | null,
): ConsentStanding | null {
  const granted = asks.flatMap(({ progress }) => (progress.kind === 'granted' ? [progress.at] : []));
  if (granted.length === 0 || tenant === null) return null;
  const refusedAt = lastRefusal(tenant);
  if (refusedAt === null) return 'works';
  return granted.every((at) => at <= refusedAt) ? 'stopped' : 'comingBack';
}

/** When the operator's application was last refused in a tenant that is parked, ISO 8601 UTC; else null. */
export function lastRefusal({ state, lastOutage }: Pick<Tenant, 'state' | 'lastOutage'>): string | null {
  if (state.kind !== 'parked') return null;
  const triedAt = lastOutage?.triedAt ?? state.since;
  return triedAt > state.since ? triedAt : state.since;
}
