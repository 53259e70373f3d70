import { RowConflict } from '../../core/failures.js';
import { joinMarks, TOUCHED, type Mark, type Touched } from '../../core/mark.js';
import type { Fence } from '../../ports/scope.js';
import type { Marks, StoredMark } from '../../ports/sync-state.js';
import type { Columns, KeyedRow, RowAddress, RowOperation, StoredRow, TableGateway } from './gateway.js';
import { partsOf, rowOf, rowsUnder, tenantPartition } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { retryConflict } from './retry-conflict.js';
import { joinColumns, splitColumns } from './wide-columns.js';

/** A page mark with more text than fits a row (1 MiB, two bytes a character) becomes one that covers everything. */
const MAX_MARK_CHARACTERS = 400_000;
const HEAD = rowOf('head');

/**
 * A row `mark|{markId}` each, numbered in the order in which they came by the row `head`, which is written in the
 * same transaction.
 */
export class TableMarks implements Marks {
  private readonly rows: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'Pending', options);
  }

  async put(fence: Fence, mark: Mark): Promise<void> {
    const partition = tenantPartition(fence.tenantId);
    const address = addressOf(fence.tenantId, mark.markId);
    await retryConflict(async () => {
      const [stored, head] = await Promise.all([
        this.gateway.get('Pending', address),
        this.gateway.get('Pending', { partition, row: HEAD }),
      ]);
      fence.assertHeld();
      if (stored !== null) {
        const joined = joinMarks(markFrom(stored), mark);
        await this.gateway.update('Pending', markRow(fence.tenantId, joined, numberOf(stored)), stored.tag);
        return;
      }
      const number = head === null ? 1 : Number(head.columns['last']) + 1;
      const { row, columns } = markRow(fence.tenantId, mark, number);
      const count: RowOperation =
        head === null
          ? { kind: 'insert', row: HEAD, columns: { last: number } }
          : { kind: 'update', row: HEAD, columns: { last: number }, tag: head.tag };
      await this.gateway.transact('Pending', partition, [count, { kind: 'insert', row, columns }]);
    });
  }

  async ensure(fence: Fence, mark: Mark): Promise<void> {
    const stored = await this.gateway.get('Pending', addressOf(fence.tenantId, mark.markId));
    if (stored === null) await this.put(fence, mark);
  }

  async list(tenantId: string, limit: number): Promise<readonly StoredMark[]> {
    const partition = tenantPartition(tenantId);
    const numbered: StoredRow[] = [];
    for await (const page of this.rows.pages({
      in: partition,
      rows: rowsUnder('mark'),
      columns: ['number'],
    })) {
      numbered.push(...page);
    }
    const oldest = numbered.sort(byNumber).slice(0, limit);
    const rows = await this.rows.read(oldest);
    return rows.sort(byNumber).map((row) => ({ mark: markFrom(row), tag: row.tag }));
  }

  async savePosition(fence: Fence, stored: StoredMark, position: number): Promise<StoredMark | null> {
    const { markId } = stored.mark;
    const current = await this.gateway.get('Pending', addressOf(fence.tenantId, markId));
    if (current === null || current.tag !== stored.tag) return null;
    const mark: Mark =
      stored.mark.kind === 'setup' ? { ...stored.mark, position } : { kind: 'whole', markId, position };
    fence.assertHeld();
    try {
      const row = markRow(fence.tenantId, mark, numberOf(current));
      return { mark, tag: await this.gateway.update('Pending', row, stored.tag) };
    } catch (failure) {
      if (failure instanceof RowConflict) return null;
      throw failure;
    }
  }

  async consume(fence: Fence, stored: StoredMark): Promise<boolean> {
    fence.assertHeld();
    try {
      return await this.gateway.delete('Pending', addressOf(fence.tenantId, stored.mark.markId), stored.tag);
    } catch (failure) {
      if (failure instanceof RowConflict) return false;
      throw failure;
    }
  }
}

function addressOf(tenantId: string, markId: string): RowAddress {
  return { partition: tenantPartition(tenantId), row: rowOf('mark', markId) };
}

function markRow(tenantId: string, mark: Mark, number: number): KeyedRow {
  return { ...addressOf(tenantId, mark.markId), columns: columnsOf(mark, number) };
}

function columnsOf(mark: Mark, number: number): Columns {
  if (mark.kind === 'whole') return { kind: 'whole', number, position: mark.position };
  if (mark.kind === 'setup') return { kind: 'setup', number, setupId: mark.setupId, position: mark.position };
  const ids = TOUCHED.map((name): [string, string] => [name, JSON.stringify(mark[name])]);
  if (ids.reduce((sum, [, text]) => sum + text.length, 0) > MAX_MARK_CHARACTERS) {
    return { kind: 'whole', number, position: 0 };
  }
  return splitColumns({ kind: 'page', number, ...Object.fromEntries(ids) });
}

function markFrom({ row, columns }: StoredRow): Mark {
  const markId = partsOf(row)[1] ?? '';
  if (columns['kind'] === 'whole') return { kind: 'whole', markId, position: Number(columns['position']) };
  if (columns['kind'] === 'setup') {
    const { setupId, position } = columns;
    return { kind: 'setup', markId, setupId: String(setupId), position: Number(position) };
  }
  const joined = joinColumns(columns);
  // Before there were people a mark did not name members; whoever starts a setup has everybody derived.
  const idsOf = (name: string): string[] => JSON.parse(String(joined[name] ?? '[]')) as string[];
  const touched = Object.fromEntries(TOUCHED.map((name) => [name, idsOf(name)])) as unknown as Touched;
  return { kind: 'page', markId, ...touched };
}

function numberOf({ columns }: StoredRow): number {
  return Number(columns['number']);
}

function byNumber(a: StoredRow, b: StoredRow): number {
  return numberOf(a) - numberOf(b);
}
