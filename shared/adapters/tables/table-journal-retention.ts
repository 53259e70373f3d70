import type { JournalRetention, ValuedEntry } from '../../ports/journal-retention.js';
import type { Fence } from '../../ports/scope.js';
import type { Columns, StoredRow, TableGateway } from './gateway.js';
import { JournalMonths, monthOf, tableOf } from './journal-months.js';
import { ascending, NUMBERED_ROWS, rowOf, tenantPartition } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';

/** Says that an entry has no values any more. */
const REDACTED = 'isRedacted';
const READ = ['sequence', 'kind', 'subject', 'setupId', 'at', REDACTED];
const VALUES = /^(?:before|after)(?:__\d+)?$/;

/** The end of the rows that `TableJournal` writes. */
export class TableJournalRetention implements JournalRetention {
  private readonly journal: JournalMonths;

  constructor(
    private readonly gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {
    this.journal = new JournalMonths(gateway);
  }

  async forgetBefore(fence: Fence, month: string, now: string): Promise<void> {
    const months = await this.journal.read(fence.tenantId);
    const last = months.at(-1);
    if (last === undefined || months.every((known) => known.month >= month)) return;
    // The last month knows the last sequence.
    if (last.month < month) await this.journal.begin(fence, monthOf(now), await this.lastOf(fence, last));
    await this.journal.forgetBefore(fence, month);
  }

  async *valued(tenantId: string, before: string): AsyncIterable<readonly ValuedEntry[]> {
    for (const { month } of await this.journal.read(tenantId)) {
      if (month > monthOf(before)) return;
      const query = { in: tenantPartition(tenantId), rows: NUMBERED_ROWS, columns: READ };
      for await (const page of this.rowsOf(month).pages(query)) {
        const found = page.filter(
          ({ columns }) => columns[REDACTED] !== true && String(columns['at']) < before,
        );
        if (found.length > 0) yield found.map((row) => entryFrom(row, month));
      }
    }
  }

  async redact(fence: Fence, entries: readonly ValuedEntry[]): Promise<void> {
    const partition = tenantPartition(fence.tenantId);
    for (const month of new Set(entries.map((entry) => entry.month))) {
      const ofMonth = entries.filter((entry) => entry.month === month);
      const rows = this.rowsOf(month);
      const stored = await rows.read(
        ofMonth.map(({ sequence }) => ({ partition, row: rowOf(ascending(sequence)) })),
      );
      await rows.put(
        fence,
        stored.map((row) => ({ ...row, columns: withoutValues(row.columns) })),
      );
    }
  }

  async months(): Promise<readonly string[]> {
    return (await this.gateway.monthsOf('Journal')).map((table) => table.slice('Journal'.length));
  }

  async monthsOf(tenantId: string): Promise<readonly string[]> {
    return (await this.journal.read(tenantId)).map(({ month }) => month);
  }

  async drop(month: string): Promise<void> {
    await this.gateway.dropMonth(tableOf(month));
  }

  private async lastOf(
    fence: Fence,
    last: { readonly month: string; readonly after: number },
  ): Promise<number> {
    const address = { partition: tenantPartition(fence.tenantId), row: rowOf('head') };
    const head = await this.gateway.get(tableOf(last.month), address);
    return head === null ? last.after : Number(head.columns['last']);
  }

  private rowsOf(month: string): PartitionedRows {
    return new PartitionedRows(this.gateway, tableOf(month), this.options);
  }
}

function entryFrom({ columns }: StoredRow, month: string): ValuedEntry {
  return {
    month,
    sequence: Number(columns['sequence']),
    kind: columns['kind'] as ValuedEntry['kind'],
    subject: String(columns['subject']),
    setupId: String(columns['setupId']),
  };
}

function withoutValues(columns: Columns): Columns {
  const kept = Object.entries(columns).filter(([name]) => !VALUES.test(name));
  return { ...Object.fromEntries(kept), [REDACTED]: true };
}
