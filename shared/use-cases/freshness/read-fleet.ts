import type { TenantSight } from '../../core/access.js';
import { reportLatencies, type LatencyReport } from '../../core/freshness/freshness-report.js';
import { addedLatencies, NO_LATENCIES, type Latencies } from '../../core/freshness/latencies.js';
import { issuesOf, shownState, type ShownState } from '../../core/issues/issues-of.js';
import type { IssueCode } from '../../core/issues/tenant-issue.js';
import type { Tenant } from '../../core/tenant.js';
import type { Clock } from '../../ports/clock.js';
import type { FreshnessMetrics } from '../../ports/freshness-metrics.js';
import type { ListPage } from '../../ports/mirror.js';
import type { Tenants } from '../../ports/registry.js';
import { listTenants } from '../../ports/list-tenants.js';
import { firstDate } from './read-freshness.js';

export interface ReadFleetPorts {
  readonly tenants: Tenants;
  readonly freshnessMetrics: Pick<FreshnessMetrics, 'since'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** All tenants in sight together. */
export interface Fleet {
  readonly tenants: number;
  readonly byState: Readonly<Partial<Record<ShownState, number>>>;
  /** How many have an issue, by its code. */
  readonly matters: Readonly<Partial<Record<IssueCode, number>>>;
  readonly latencies: LatencyReport;
}

const PAGE = 1_000;
const READS_AT_ONCE = 32;

/** @param days how many UTC dates count, today's the last */
export async function readFleet(ports: ReadFleetPorts, sight: TenantSight, days: number): Promise<Fleet> {
  const now = ports.clock.now();
  const since = firstDate(now, days);
  const byState: Partial<Record<ShownState, number>> = {};
  const matters: Partial<Record<IssueCode, number>> = {};
  let latencies: Latencies = NO_LATENCIES;
  let tenants = 0;
  let after: string | null = null;
  do {
    const page: ListPage<Tenant> = await listTenants(ports, { after, limit: PAGE }, sight);
    for (const tenant of page.rows) {
      tenants += 1;
      const { kind } = shownState(tenant, now);
      byState[kind] = (byState[kind] ?? 0) + 1;
      for (const code of new Set(issuesOf(tenant, now).map((issue) => issue.code)))
        matters[code] = (matters[code] ?? 0) + 1;
    }
    latencies = addedLatencies([latencies, ...(await latenciesOf(ports, page.rows, since))]);
    after = page.next;
  } while (after !== null);
  return { tenants, byState, matters, latencies: reportLatencies(latencies) };
}

async function latenciesOf(
  { freshnessMetrics }: ReadFleetPorts,
  tenants: readonly Tenant[],
  since: string,
): Promise<Latencies[]> {
  const waiting = [...tenants];
  const found: Latencies[] = [];
  const reader = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      found.push(...(await freshnessMetrics.since(next.tenantId, since)));
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, reader));
  return found;
}
