import type { Fence } from '../../ports/scope.js';
import type { ColumnValue, RowAddress, TableGateway } from './gateway.js';
import { rowOf, tenantPartition } from './keys.js';
import { monthlyTable, type MonthlyTable } from './tables.js';

/** A month of a tenant's journal. */
export interface JournalMonth {
  /** `yyyyMM` */
  readonly month: string;
  /** The last sequence of the months before. */
  readonly after: number;
}

const ROW = rowOf('journal');

/** The row `journal` of `SyncState`: in which months a tenant has entries, and where each begins. */
export class JournalMonths {
  constructor(private readonly gateway: TableGateway) {}

  /** Oldest first. */
  async read(tenantId: string): Promise<readonly JournalMonth[]> {
    return (await this.stored(tenantId)).months;
  }

  /**
   * Makes a month the last one, with its table; what is the last already stays as it is.
   * @throws RowConflict where somebody else did so at the same time
   */
  async begin(fence: Fence, month: string, after: number): Promise<readonly JournalMonth[]> {
    const { months, tag } = await this.stored(fence.tenantId);
    if (months.at(-1)?.month === month) return months;
    fence.assertHeld();
    await this.gateway.ensureMonth(tableOf(month));
    const next = [...months, { month, after }];
    const columns: Record<string, ColumnValue> = { months: JSON.stringify(next) };
    const row = { ...addressOf(fence.tenantId), columns };
    fence.assertHeld();
    if (tag === null) await this.gateway.insert('SyncState', row);
    else await this.gateway.update('SyncState', row, tag);
    return next;
  }

  /** Never the last one, which knows the last sequence. */
  async forgetBefore(fence: Fence, month: string): Promise<void> {
    const { months, tag } = await this.stored(fence.tenantId);
    const kept = months.filter((known, at) => known.month >= month || at === months.length - 1);
    if (tag === null || kept.length === months.length) return;
    const columns = { months: JSON.stringify(kept) };
    fence.assertHeld();
    await this.gateway.update('SyncState', { ...addressOf(fence.tenantId), columns }, tag);
  }

  private async stored(
    tenantId: string,
  ): Promise<{ readonly months: readonly JournalMonth[]; readonly tag: string | null }> {
    const row = await this.gateway.get('SyncState', addressOf(tenantId));
    if (row === null) return { months: [], tag: null };
    return { months: JSON.parse(String(row.columns['months'])) as JournalMonth[], tag: row.tag };
  }
}

function addressOf(tenantId: string): RowAddress {
  return { partition: tenantPartition(tenantId), row: ROW };
}

export function tableOf(month: string): MonthlyTable {
  return monthlyTable('Journal', month);
}

/** `yyyyMM` in UTC. */
export function monthOf(at: string): string {
  return new Date(at).toISOString().slice(0, 7).replace('-', '');
}
