import { RowConflict } from '../../core/failures.js';
import type { Fence } from '../../ports/scope.js';
import { eachBounded } from './bounded.js';
import { findDenseKeys } from './dense-keys.js';
import {
  MAX_KEYS_PER_QUERY,
  MAX_PAGE,
  type KeyedRow,
  type RowAddress,
  type RowOperation,
  type RowQuery,
  type StoredRow,
  type TableGateway,
} from './gateway.js';
import type { Partition, RowKey } from './keys.js';
import type { TableName } from './tables.js';
import { transactionBatches } from './transaction-batches.js';

export interface RowAccessOptions {
  /** Write requests in flight at a time per call. */
  readonly writeConcurrency: number;
  /** Read requests in flight at a time per call. */
  readonly readConcurrency: number;
  /** Keys asked for in one query, from 1 (a point read each) to 14. */
  readonly keysPerQuery: number;
}

export const DEFAULT_ROW_ACCESS: RowAccessOptions = {
  writeConcurrency: 8,
  readConcurrency: 16,
  keysPerQuery: MAX_KEYS_PER_QUERY,
};

interface PartitionKeys {
  readonly partition: Partition;
  readonly keys: readonly RowKey[];
}

/**
 * So many keys of a partition are read one by one: a query with alternatives goes through the partition.
 * Source: https://learn.microsoft.com/azure/storage/tables/table-storage-design-for-query
 */
const MOST_POINT_READS = 4;

/** How often a write is planned anew because others changed its rows in between. */
const MAX_REPLANS = 10;

/** Many rows of one table, over many partitions: batched, in transactions, with bounded concurrency. */
export class PartitionedRows {
  constructor(
    readonly gateway: TableGateway,
    readonly table: TableName,
    private readonly options: RowAccessOptions = DEFAULT_ROW_ACCESS,
  ) {}

  /** Inserts; answers the addresses that were there already, whose rows stay as they were. */
  async insert(fence: Fence, rows: readonly KeyedRow[]): Promise<RowAddress[]> {
    const existing: RowAddress[] = [];
    await this.inTransactions(rows, toInsert, async (partition, operations) => {
      const present = await this.insertMissing(fence, partition, operations);
      existing.push(...present.map((row) => ({ partition, row })));
    });
    return existing;
  }

  /** Inserts or replaces. */
  async put(fence: Fence, rows: readonly KeyedRow[]): Promise<void> {
    await this.inTransactions(rows, toPut, async (partition, operations) => {
      fence.assertHeld();
      await this.gateway.transact(this.table, partition, operations);
    });
  }

  /** Removes those that are there, and answers them. */
  async remove(fence: Fence, addresses: readonly RowAddress[]): Promise<RowAddress[]> {
    const removed: RowAddress[] = [];
    for (let left = MAX_REPLANS; ; left--) {
      const present = await this.read(addresses, []);
      try {
        await this.inTransactions(present, toDelete, async (partition, operations) => {
          fence.assertHeld();
          await this.gateway.transact(this.table, partition, operations);
          removed.push(...operations.map(({ row }) => ({ partition, row })));
        });
        return removed;
      } catch (failure) {
        if (!(failure instanceof RowConflict) || left === 0) throw failure;
      }
    }
  }

  /**
   * The rows that are there, in no particular order.
   * @param areSmall whether many of a partition may be read with rows between them that nobody asked for
   */
  async read(
    addresses: readonly RowAddress[],
    columns?: readonly string[],
    areSmall = columns?.length === 0,
  ): Promise<StoredRow[]> {
    const found: StoredRow[] = [];
    const wanted = [...byPartition(addresses)].map(([partition, rows]) => ({
      partition,
      keys: [...rows.keys()],
    }));
    const left = areSmall ? await this.withoutDense(wanted, found, columns) : wanted;
    const requests = left.flatMap(({ partition, keys }) => {
      const few = keys.length <= MOST_POINT_READS;
      const size = few ? 1 : this.options.keysPerQuery;
      return slices(keys, size).map((slice) => ({ partition, keys: slice }));
    });
    await eachBounded(requests, this.options.readConcurrency, async ({ partition, keys }) => {
      const [only] = keys;
      if (keys.length === 1 && only !== undefined) {
        const row = await this.gateway.get(this.table, { partition, row: only });
        if (row !== null) found.push(row);
        return;
      }
      const query = { in: partition, rows: { keys }, ...(columns && { columns }) };
      for await (const page of this.pages(query)) found.push(...page);
    });
    return found;
  }

  /** Everything that a query covers, in key order, page by page. */
  async *pages(query: Omit<RowQuery, 'limit' | 'after'>): AsyncIterable<readonly StoredRow[]> {
    let after: string | null = null;
    do {
      const page = await this.gateway.query(this.table, { ...query, limit: MAX_PAGE, after });
      if (page.rows.length > 0) yield page.rows;
      after = page.next;
    } while (after !== null);
  }

  /** One query after another for each item, with bounded concurrency. */
  async eachRead<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
    await eachBounded(items, this.options.readConcurrency, work);
  }

  /** Finds by range where many rows of a partition are asked for; answers what is left to be asked by key. */
  private async withoutDense(
    wanted: readonly PartitionKeys[],
    found: StoredRow[],
    columns: readonly string[] | undefined,
  ): Promise<PartitionKeys[]> {
    const left: PartitionKeys[] = [];
    await eachBounded(wanted, this.options.readConcurrency, async ({ partition, keys }) => {
      const dense = await findDenseKeys(this.gateway, this.table, partition, keys, columns);
      found.push(...dense.found);
      left.push({ partition, keys: dense.rest });
    });
    return left;
  }

  private async insertMissing(
    fence: Fence,
    partition: Partition,
    operations: readonly RowOperation[],
  ): Promise<RowKey[]> {
    const existing: RowKey[] = [];
    let missing = operations;
    for (let left = MAX_REPLANS; missing.length > 0; left--) {
      fence.assertHeld();
      try {
        await this.gateway.transact(this.table, partition, missing);
        return existing;
      } catch (failure) {
        if (!(failure instanceof RowConflict) || left === 0) throw failure;
      }
      const present = await this.presentOf(partition, missing);
      existing.push(...present);
      missing = missing.filter(({ row }) => !present.has(row));
    }
    return existing;
  }

  /** A conflict of a single insert says by itself that its row is there. */
  private async presentOf(partition: Partition, operations: readonly RowOperation[]): Promise<Set<RowKey>> {
    if (operations.length === 1) return new Set(operations.map(({ row }) => row));
    const rows = await this.read(
      operations.map(({ row }) => ({ partition, row })),
      [],
    );
    return new Set(rows.map(({ row }) => row));
  }

  private async inTransactions<Row extends RowAddress>(
    rows: readonly Row[],
    toOperation: (row: Row) => RowOperation,
    write: (partition: Partition, operations: readonly RowOperation[]) => Promise<void>,
  ): Promise<void> {
    const batches = [...byPartition(rows)].flatMap(([partition, inPartition]) =>
      transactionBatches([...inPartition.values()].map(toOperation)).map((operations) => ({
        partition,
        operations,
      })),
    );
    await eachBounded(batches, this.options.writeConcurrency, ({ partition, operations }) =>
      write(partition, operations),
    );
  }
}

function toInsert({ row, columns }: KeyedRow): RowOperation {
  return { kind: 'insert', row, columns };
}

function toPut({ row, columns }: KeyedRow): RowOperation {
  return { kind: 'put', row, columns };
}

function toDelete({ row }: RowAddress): RowOperation {
  return { kind: 'delete', row };
}

/** Of rows that share an address the last wins. */
function byPartition<Row extends RowAddress>(rows: readonly Row[]): Map<Partition, Map<RowKey, Row>> {
  const partitions = new Map<Partition, Map<RowKey, Row>>();
  for (const row of rows) {
    const known = partitions.get(row.partition);
    if (known === undefined) partitions.set(row.partition, new Map([[row.row, row]]));
    else known.set(row.row, row);
  }
  return partitions;
}

function slices<Item>(items: readonly Item[], size: number): Item[][] {
  const result: Item[][] = [];
  for (let from = 0; from < items.length; from += size) result.push(items.slice(from, from + size));
  return result;
}
