import { RequestRefused, RowConflict, Unavailable } from '../../shared/core/failures.js';
import type {
  Columns,
  KeyedRow,
  RowAddress,
  RowOperation,
  RowPage,
  RowQuery,
  StoredRow,
  TableGateway,
} from '../../shared/adapters/tables/gateway.js';
import type { Partition, RowKey } from '../../shared/adapters/tables/keys.js';
import {
  isMonthOf,
  MONTHLY_TABLES,
  monthlyTable,
  type MonthlyTable,
  type TableFamily,
  type TableName,
} from '../../shared/adapters/tables/tables.js';
import { checkOperations, checkQuery, checkRow } from './memory-table-limits.js';
import { MemoryPartition } from './memory-partition.js';

/** One request to the service. */
export interface TableRequest {
  readonly kind:
    'get' | 'insert' | 'put' | 'update' | 'delete' | 'transact' | 'query' | 'ensure' | 'drop' | 'months';
  /** Of a look for the months of a family a month that there never is. */
  readonly table: TableName;
  /** Whether it may change rows. */
  readonly writes: boolean;
  /** Counts all requests from 0. */
  readonly index: number;
}

/** Throwing makes the request fail; waiting makes it slow. */
export type RequestHook = (request: TableRequest) => void | Promise<void>;

const WRITING: ReadonlySet<TableRequest['kind']> = new Set([
  'insert',
  'put',
  'update',
  'delete',
  'transact',
  'ensure',
  'drop',
]);

type MemoryTable = Map<Partition, MemoryPartition>;

/**
 * Table Storage in memory, with the service's semantics: ETags, conflicts, atomic transactions, key order, pages,
 * limits. Rows are immutable, so that what a reader got does not change under it.
 */
export class MemoryTables implements TableGateway {
  /** Before a request takes effect: throwing here is a request that never arrived. */
  beforeOperation: RequestHook | null = null;
  /** After it took effect: throwing here is an answer that was lost. */
  afterOperation: RequestHook | null = null;
  requests = 0;

  readonly #tables = new Map<TableName, MemoryTable>();
  readonly #months = new Set<MonthlyTable>();
  #tag = 0;

  async ensureTables(): Promise<void> {
    return Promise.resolve();
  }

  async ensureMonth(table: MonthlyTable): Promise<void> {
    await this.#request('ensure', table, () => this.#months.add(table));
  }

  async dropMonth(table: MonthlyTable): Promise<void> {
    await this.#request('drop', table, () => {
      this.#months.delete(table);
      this.#tables.delete(table);
    });
  }

  async monthsOf(family: TableFamily): Promise<readonly MonthlyTable[]> {
    return await this.#request('months', monthlyTable(family, '000000'), () =>
      [...this.#months].filter((table) => isMonthOf(family, table)).sort(),
    );
  }

  async get(table: TableName, address: RowAddress): Promise<StoredRow | null> {
    return await this.#request('get', table, () => this.#find(table, address));
  }

  async insert(table: TableName, row: KeyedRow): Promise<string> {
    return await this.#request('insert', table, () => this.#write(table, row, 'insert'));
  }

  async put(table: TableName, row: KeyedRow): Promise<string> {
    return await this.#request('put', table, () => this.#write(table, row, 'put'));
  }

  async update(table: TableName, row: KeyedRow, tag: string): Promise<string> {
    return await this.#request('update', table, () => this.#write(table, row, 'update', tag));
  }

  async delete(table: TableName, address: RowAddress, tag: string | null): Promise<boolean> {
    return await this.#request('delete', table, () => {
      const stored = this.#find(table, address);
      if (stored === null) return false;
      if (tag !== null && stored.tag !== tag) throw new RowConflict('The row was changed');
      this.#partition(table, address.partition).delete(address.row);
      return true;
    });
  }

  async transact(table: TableName, partition: Partition, operations: readonly RowOperation[]): Promise<void> {
    await this.#request('transact', table, () => {
      checkOperations(partition, operations);
      for (const operation of operations) this.#checkConflict(table, partition, operation);
      const rows = this.#partition(table, partition);
      for (const operation of operations) {
        if (operation.kind === 'delete') rows.delete(operation.row);
        else this.#store(table, { partition, row: operation.row, columns: operation.columns });
      }
    });
  }

  async query(table: TableName, query: RowQuery): Promise<RowPage> {
    return await this.#request('query', table, () => {
      checkQuery(query);
      const found: StoredRow[] = [];
      const start = query.after === null ? null : positionFrom(query.after);
      for (const partition of this.#partitionsOf(table, query.in)) {
        if (start !== null && partition < start.partition) continue;
        const from = partition === start?.partition ? start.row : null;
        const rows = this.#partition(table, partition).select(
          query.rows,
          from,
          query.limit + 1 - found.length,
        );
        found.push(...rows);
        if (found.length > query.limit) break;
      }
      const beyond = found[query.limit];
      const rows = found.slice(0, query.limit).map((row) => withColumns(row, query.columns));
      return { rows, next: beyond === undefined ? null : positionOf(beyond) };
    });
  }

  /** All rows of a table in key order. */
  rows(table: TableName): StoredRow[] {
    const partitions = this.#tables.get(table) ?? new Map<Partition, MemoryPartition>();
    return [...partitions.keys()]
      .sort()
      .flatMap((partition) => this.#partition(table, partition).select(undefined, null, Infinity));
  }

  async #request<Answer>(kind: TableRequest['kind'], table: TableName, work: () => Answer): Promise<Answer> {
    const writes = WRITING.has(kind);
    const request = { kind, table, writes, index: this.requests++ };
    await this.beforeOperation?.(request);
    if (kind !== 'ensure' && kind !== 'drop' && kind !== 'months') this.#checkMonth(table);
    const answer = work();
    await this.afterOperation?.(request);
    return answer;
  }

  #checkMonth(table: string): void {
    const monthly = MONTHLY_TABLES.some((family) => isMonthOf(family, table));
    if (monthly && !this.#months.has(table as MonthlyTable))
      throw new Unavailable(`There is no ${table}`, null);
  }

  #write(table: TableName, row: KeyedRow, kind: 'insert' | 'put' | 'update', tag = ''): string {
    checkRow(row);
    const { partition, columns } = row;
    const operation: RowOperation =
      kind === 'update' ? { kind, row: row.row, columns, tag } : { kind, row: row.row, columns };
    this.#checkConflict(table, partition, operation);
    return this.#store(table, row);
  }

  #checkConflict(table: TableName, partition: Partition, operation: RowOperation): void {
    if (operation.kind === 'put') return;
    const stored = this.#find(table, { partition, row: operation.row });
    if (operation.kind === 'insert') {
      if (stored !== null) throw new RowConflict('The row exists already');
    } else if (stored === null) {
      throw new RowConflict('The row is gone');
    } else if (operation.kind === 'update' && stored.tag !== operation.tag) {
      throw new RowConflict('The row was changed');
    }
  }

  #store(table: TableName, { partition, row, columns }: KeyedRow): string {
    const tag = `W/"${++this.#tag}"`;
    const stored = Object.freeze({ partition, row, columns: Object.freeze({ ...columns }), tag });
    this.#partition(table, partition).set(stored);
    return tag;
  }

  #find(table: TableName, { partition, row }: RowAddress): StoredRow | null {
    return this.#tables.get(table)?.get(partition)?.get(row) ?? null;
  }

  #partition(table: TableName, partition: Partition): MemoryPartition {
    let partitions = this.#tables.get(table);
    if (partitions === undefined) {
      partitions = new Map<Partition, MemoryPartition>();
      this.#tables.set(table, partitions);
    }
    let rows = partitions.get(partition);
    if (rows === undefined) partitions.set(partition, (rows = new MemoryPartition()));
    return rows;
  }

  #partitionsOf(table: TableName, where: RowQuery['in']): Partition[] {
    if (typeof where === 'string') return [where];
    const names = [...(this.#tables.get(table)?.keys() ?? [])];
    return names.filter((name) => name >= where.from && name < where.before).sort();
  }
}

export function createMemoryTables(): MemoryTables {
  return new MemoryTables();
}

function withColumns(row: StoredRow, names: readonly string[] | undefined): StoredRow {
  if (names === undefined) return row;
  const columns: Columns = Object.fromEntries(
    names.flatMap((name) => {
      const value = row.columns[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return { ...row, columns };
}

function positionOf({ partition, row }: RowAddress): string {
  return Buffer.from(JSON.stringify([partition, row])).toString('base64');
}

function positionFrom(text: string): RowAddress {
  try {
    const [partition, row] = JSON.parse(Buffer.from(text, 'base64').toString()) as [Partition, RowKey];
    return { partition, row };
  } catch (cause) {
    throw new RequestRefused('This is no position in a list', 400, 'InvalidPosition', { cause });
  }
}
