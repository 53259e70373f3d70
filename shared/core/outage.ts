import { isPastOutage, type Tenant } from './tenant.js';

/** What is told of an outage that is over: whom it concerned, since when and for how long. */
export type OutageFacts = {
  readonly tenantId: string;
  readonly owner: string | null;
  readonly parkedAt: string;
  readonly reason: string;
  readonly minutes: number;
};

/**
 * What to tell where a sync ended an outage: that is once for each outage, since a tenant that is let in and parked
 * again before it was synced is in the same one. Null where there is nothing to tell.
 * @param before the tenant before that sync was noted
 */
export function endedOutage(before: Tenant, after: Tenant): OutageFacts | null {
  const { tenantId, owner, lastOutage } = after;
  if (lastOutage === null || lastOutage.backAt === null) return null;
  if (!isPastOutage(after) || isPastOutage(before)) return null;
  const { parkedAt, backAt, reason } = lastOutage;
  // A clock that was set back makes no outage shorter than nothing.
  const minutes = Math.max(0, Math.round((Date.parse(backAt) - Date.parse(parkedAt)) / 60_000));
  return { tenantId, owner: owner?.mail ?? null, minutes, parkedAt, reason };
}
