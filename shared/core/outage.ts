import type { Tenant } from './tenant.js';

/**
 * What is told of a parked tenant that goes on again: whom it concerns, since when it was parked and for how long.
 * @param before the tenant as it was parked
 * @param backAt ISO 8601 UTC
 */
export function outageFacts(
  before: Tenant,
  backAt: string,
): Readonly<Record<'tenantId' | 'owner' | 'parkedAt' | 'reason', string | null>> & {
  readonly minutes: number;
} {
  const { tenantId, owner, lastOutage, state } = before;
  const parkedAt = lastOutage?.parkedAt ?? state.since;
  // A clock that was set back makes no outage shorter than nothing.
  const minutes = Math.max(0, Math.round((Date.parse(backAt) - Date.parse(parkedAt)) / 60_000));
  const reason = state.kind === 'parked' ? state.reason : (lastOutage?.reason ?? null);
  return { tenantId, owner: owner?.mail ?? null, minutes, parkedAt, reason };
}
