import { addedLatencies, type Latencies } from '../../core/freshness/latencies.js';
import { FRESHNESS_KEPT_DAYS, type FreshnessMetrics } from '../../ports/freshness-metrics.js';
import type { Fence } from '../../ports/scope.js';
import { documentColumns } from './document-columns.js';
import { MAX_PAGE, type StoredRow, type TableGateway } from './gateway.js';
import { rowOf, rowsUnder, tenantPartition, type TenantPartition } from './keys.js';

const KIND = 'freshness';
const DAY_MS = 24 * 60 * 60_000;

const columnsOf = documentColumns<Latencies>({
  notificationToMirror: 'json',
  notificationToPeople: 'json',
  eventToMirror: 'json',
});

/** A row `freshness|{date}` each, in the partition of its tenant. */
export class TableFreshnessMetrics implements FreshnessMetrics {
  constructor(private readonly gateway: TableGateway) {}

  async add(fence: Fence, date: string, latencies: Latencies): Promise<void> {
    const partition = tenantPartition(fence.tenantId);
    const address = { partition, row: rowOf(KIND, date) };
    const stored = await this.gateway.get('Metrics', address);
    // The first of a date is the time to drop what is old.
    if (stored === null) await this.dropOld(fence, partition, date);
    const all = stored === null ? latencies : addedLatencies([columnsOf.read(stored.columns), latencies]);
    fence.assertHeld();
    await this.gateway.put('Metrics', { ...address, columns: columnsOf.write(all) });
  }

  async since(tenantId: string, date: string): Promise<readonly Latencies[]> {
    const rows = await this.rowsOf(tenantPartition(tenantId));
    return rows.filter(({ row }) => row >= rowOf(KIND, date)).map(({ columns }) => columnsOf.read(columns));
  }

  private async dropOld(fence: Fence, partition: TenantPartition, today: string): Promise<void> {
    const oldest = new Date(Date.parse(today) - FRESHNESS_KEPT_DAYS * DAY_MS).toISOString().slice(0, 10);
    for (const { row } of await this.rowsOf(partition)) {
      if (row >= rowOf(KIND, oldest)) continue;
      fence.assertHeld();
      await this.gateway.delete('Metrics', { partition, row }, null);
    }
  }

  /** Few enough for one page: each date has one row, and the old ones go. */
  private async rowsOf(partition: TenantPartition): Promise<readonly StoredRow[]> {
    const wanted = { in: partition, rows: rowsUnder(KIND), limit: MAX_PAGE, after: null };
    return (await this.gateway.query('Metrics', wanted)).rows;
  }
}
