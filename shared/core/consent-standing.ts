import { isForOperator } from './consent-finding.js';
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

/**
 * When consenting anew would mend it: the same instant as of the last refusal; null also where the operator's own
 * application is at fault.
 */
export function consentRefusedAt(tenant: Tenant): string | null {
  return tenant.state.kind === 'parked' && isForOperator(tenant.state.fix) ? null : lastRefusal(tenant);
}

/** When the operator's application was last refused in a tenant that is parked by it, ISO 8601 UTC; else null. */
function lastRefusal({ state, credential, lastOutage }: Tenant): string | null {
  // An application of the customer's own goes before consents.
  if (state.kind !== 'parked' || credential !== null) return null;
  const triedAt = lastOutage?.triedAt ?? state.since;
  return triedAt > state.since ? triedAt : state.since;
}
