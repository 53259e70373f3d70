import {
  reportLatencies,
  reportResources,
  type LatencyReport,
  type ResourceFreshness,
} from '../../core/freshness/freshness-report.js';
import type { DriftCheck } from '../../core/drift/drift-check.js';
import { addedLatencies } from '../../core/freshness/latencies.js';
import type { Resource } from '../../core/resource.js';
import type { Clock } from '../../ports/clock.js';
import type { DriftChecks } from '../../ports/drift-checks.js';
import type { FreshnessMetrics } from '../../ports/freshness-metrics.js';
import type { Tenants } from '../../ports/registry.js';
import type { SyncStates } from '../../ports/sync-state.js';

export interface ReadFreshnessPorts {
  readonly tenants: Pick<Tenants, 'get'>;
  readonly syncStates: Pick<SyncStates, 'read'>;
  readonly freshnessMetrics: Pick<FreshnessMetrics, 'since'>;
  readonly driftChecks: Pick<DriftChecks, 'get'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** How fresh what is held of a tenant is, and how fast it was. */
export interface TenantFreshness {
  readonly resources: Readonly<Record<Resource, ResourceFreshness>>;
  readonly latencies: LatencyReport;
  /** The checks against the directory's own counts and single objects. */
  readonly drift: Pick<DriftCheck, 'checkedAt' | 'found' | 'repairs'>;
}

/** @param days how many UTC dates count, today's the last; null where the tenant is not connected */
export async function readFreshness(
  ports: ReadFreshnessPorts,
  tenantId: string,
  days: number,
): Promise<TenantFreshness | null> {
  if ((await ports.tenants.get(tenantId)) === null) return null;
  const now = ports.clock.now();
  const [states, counted, drift] = await Promise.all([
    ports.syncStates.read(tenantId),
    ports.freshnessMetrics.since(tenantId, firstDate(now, days)),
    ports.driftChecks.get(tenantId),
  ]);
  const { checkedAt, found, repairs } = drift;
  return {
    resources: reportResources(states, now),
    latencies: reportLatencies(addedLatencies(counted)),
    drift: { checkedAt, found, repairs },
  };
}

/** Of so many UTC dates, today's the last, the first; `now` in epoch milliseconds. */
export function firstDate(now: number, days: number): string {
  return new Date(now - (days - 1) * 24 * 60 * 60_000).toISOString().slice(0, 10);
}
