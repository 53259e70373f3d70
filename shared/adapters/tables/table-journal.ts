import { RowConflict } from '../../core/failures.js';
import type { OutboxEntry } from '../../core/people/outbox-entry.js';
import type { Journal, JournalEntry } from '../../ports/outbox.js';
import type { Fence } from '../../ports/scope.js';
import { documentColumns } from './document-columns.js';
import { MAX_OPERATIONS, MAX_PAGE, type RowOperation, type StoredRow, type TableGateway } from './gateway.js';
import { JournalMonths, monthOf, tableOf, type JournalMonth } from './journal-months.js';
import { ascending, NUMBERED_ROWS, rowOf, rowsFrom, tenantPartition, type RowKey } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { groupedBatches } from './transaction-batches.js';

const HEAD = rowOf('head');
const MAX_REPLANS = 10;

const entryColumns = documentColumns<JournalEntry>({
  sequence: 'plain',
  kind: 'plain',
  subject: 'plain',
  setupId: 'plain',
  before: 'plain',
  after: 'plain',
  changed: 'json',
  runId: 'plain',
  reason: 'plain',
  at: 'plain',
});

/**
 * In the partition of the tenant in the table of a month: a row `{sequence}` per entry, a row `id|{entryId}` that
 * keeps an entry from standing there twice, and `head` with the last sequence, all written in one transaction. An
 * entry lies in the month it was made, or in the last one begun, so that sequences ascend from month to month.
 */
export class TableJournal implements Journal {
  private readonly months: JournalMonths;

  constructor(
    private readonly gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {
    this.months = new JournalMonths(gateway);
  }

  async head(tenantId: string): Promise<number> {
    return await this.headOf(tenantId, await this.months.read(tenantId));
  }

  async append(fence: Fence, entries: readonly OutboxEntry[]): Promise<readonly JournalEntry[]> {
    const left = new Map(entries.map((entry) => [entry.entryId, entry]));
    const sequences = new Map<string, number>();
    let months = await this.months.read(fence.tenantId);
    while (left.size > 0) {
      const [first] = left.values();
      const month = later(months.at(-1)?.month, monthOf(first?.at ?? ''));
      await this.findEarlier(fence.tenantId, months, month, left, sequences);
      const now = leading([...left.values()], month).filter(({ entryId }) => !sequences.has(entryId));
      if (now.length > 0) {
        if (months.at(-1)?.month !== month)
          months = await this.months.begin(fence, month, await this.headOf(fence.tenantId, months));
        await this.appendTo(fence, months.at(-1) as JournalMonth, now, sequences);
      }
      for (const entryId of sequences.keys()) left.delete(entryId);
    }
    return entries.map(({ entryId, ...entry }) => ({ ...entry, sequence: sequences.get(entryId) as number }));
  }

  async after(tenantId: string, sequence: number, limit: number): Promise<readonly JournalEntry[]> {
    const found: StoredRow[] = [];
    const months = await this.months.read(tenantId);
    const inLater = months.filter((_, at) => sequence < (months[at + 1]?.after ?? Infinity));
    for (const { month } of inLater) {
      let position: string | null = null;
      do {
        if (found.length === limit) break;
        const page = await this.gateway.query(tableOf(month), {
          in: tenantPartition(tenantId),
          rows: rowsFrom(rowOf(ascending(sequence + 1)), NUMBERED_ROWS),
          limit: Math.min(limit - found.length, MAX_PAGE),
          after: position,
        });
        found.push(...page.rows);
        position = page.next;
      } while (position !== null);
    }
    return found.map(({ columns }) => entryColumns.read(columns));
  }

  private async headOf(tenantId: string, months: readonly JournalMonth[]): Promise<number> {
    const last = months.at(-1);
    return last === undefined ? 0 : (await this.headIn(tenantId, last)).last;
  }

  private async headIn(
    tenantId: string,
    { month, after }: JournalMonth,
  ): Promise<{ readonly last: number; readonly tag: string | null }> {
    const row = await this.gateway.get(tableOf(month), { partition: tenantPartition(tenantId), row: HEAD });
    return row === null ? { last: after, tag: null } : { last: Number(row.columns['last']), tag: row.tag };
  }

  /** Entries that were made before this month may stand in one between. */
  private async findEarlier(
    tenantId: string,
    months: readonly JournalMonth[],
    month: string,
    entries: ReadonlyMap<string, OutboxEntry>,
    sequences: Map<string, number>,
  ): Promise<void> {
    for (const earlier of months) {
      if (earlier.month >= month) return;
      const made = [...entries.values()].filter(({ at }) => monthOf(at) <= earlier.month);
      await this.find(tenantId, earlier.month, made, sequences);
    }
  }

  private async find(
    tenantId: string,
    month: string,
    entries: readonly OutboxEntry[],
    sequences: Map<string, number>,
  ): Promise<void> {
    const rows = new PartitionedRows(this.gateway, tableOf(month), this.options);
    const byRow = new Map<RowKey, string>(entries.map(({ entryId }) => [idRow(entryId), entryId]));
    const partition = tenantPartition(tenantId);
    for (const { row, columns } of await rows.read([...byRow.keys()].map((key) => ({ partition, row: key }))))
      sequences.set(byRow.get(row) as string, Number(columns['sequence']));
  }

  private async appendTo(
    fence: Fence,
    month: JournalMonth,
    entries: readonly OutboxEntry[],
    sequences: Map<string, number>,
  ): Promise<void> {
    const partition = tenantPartition(fence.tenantId);
    let left = entries;
    let replans = MAX_REPLANS;
    while (left.length > 0) {
      const head = await this.headIn(fence.tenantId, month);
      const groups = left.map((entry, at) => groupOf(entry, head.last + at + 1));
      const batch = groupedBatches(groups, MAX_OPERATIONS - 1)[0] ?? [];
      const appended = left.slice(0, batch.length / 2);
      fence.assertHeld();
      try {
        const count = headOperation(head.last + appended.length, head.tag);
        await this.gateway.transact(tableOf(month.month), partition, [count, ...batch]);
        for (const [at, { entryId }] of appended.entries()) sequences.set(entryId, head.last + at + 1);
      } catch (failure) {
        if (!(failure instanceof RowConflict) || replans-- === 0) throw failure;
        // A job that died before it discarded them left all of them there, not only those of this batch.
        await this.find(fence.tenantId, month.month, left, sequences);
      }
      const open = left.filter(({ entryId }) => !sequences.has(entryId));
      if (open.length < left.length) replans = MAX_REPLANS;
      left = open;
    }
  }
}

function headOperation(last: number, tag: string | null): RowOperation {
  const columns = { last };
  return tag === null ? { kind: 'insert', row: HEAD, columns } : { kind: 'update', row: HEAD, columns, tag };
}

/** Up to the first that a later month has to begin for. */
function leading(entries: readonly OutboxEntry[], month: string): readonly OutboxEntry[] {
  const end = entries.findIndex(({ at }) => monthOf(at) > month);
  return end === -1 ? entries : entries.slice(0, end);
}

/** Two rows: the entry, and the one that says it stands there. */
function groupOf({ entryId, ...entry }: OutboxEntry, sequence: number): RowOperation[] {
  const columns = entryColumns.write({ ...entry, sequence });
  return [
    { kind: 'insert', row: idRow(entryId), columns: { sequence } },
    { kind: 'insert', row: rowOf(ascending(sequence)), columns },
  ];
}

function idRow(entryId: string): RowKey {
  return rowOf('id', entryId);
}

function later(a: string | undefined, b: string): string {
  return a === undefined || a < b ? b : a;
}
