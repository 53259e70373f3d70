import type { Partition, PartitionRange, RowKey, RowRange } from './keys.js';
import type { MonthlyTable, TableFamily, TableName } from './tables.js';

/** What a column holds. Null is not storable: such a column is left out. */
export type ColumnValue = string | number | boolean;
export type Columns = Readonly<Record<string, ColumnValue>>;

export interface RowAddress {
  readonly partition: Partition;
  readonly row: RowKey;
}

export interface KeyedRow extends RowAddress {
  readonly columns: Columns;
}

export interface StoredRow extends KeyedRow {
  /** ETag. */
  readonly tag: string;
}

export type RowOperation =
  | { readonly kind: 'insert'; readonly row: RowKey; readonly columns: Columns }
  | { readonly kind: 'put'; readonly row: RowKey; readonly columns: Columns }
  | { readonly kind: 'update'; readonly row: RowKey; readonly columns: Columns; readonly tag: string }
  | { readonly kind: 'delete'; readonly row: RowKey };

export interface RowQuery {
  readonly in: Partition | PartitionRange;
  /** All where left out; of `keys` at most `MAX_KEYS_PER_QUERY`. */
  readonly rows?: RowRange | { readonly keys: readonly RowKey[] };
  /** Only these columns; none for the keys alone; all where left out. */
  readonly columns?: readonly string[];
  /** From 1 to `MAX_PAGE`. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly after: string | null;
}

export interface RowPage {
  /** In the order of partition and row; may be fewer than the limit although there are more. */
  readonly rows: readonly StoredRow[];
  readonly next: string | null;
}

/** Limits of the service: https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions */
export const MAX_OPERATIONS = 100;
export const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;
export const MAX_PAGE = 1000;
/** A filter may compare 15 times; one is the partition. */
export const MAX_KEYS_PER_QUERY = 14;

/**
 * Table Storage, as far as the stores use it. Keys come from `keys.ts` alone.
 * Every method may throw Throttled, Unavailable, RowTooLarge for more than a row or a request holds, or RequestRefused
 * for what else the service will never accept.
 */
export interface TableGateway {
  /** Creates the tables that are missing, but for those by month. */
  ensureTables(): Promise<void>;
  /** Creates the table of a month where it is missing; it must be there before anything is asked of it. */
  ensureMonth(table: MonthlyTable): Promise<void>;
  /** Removes the table of a month with all of its rows; absent is no fault. */
  dropMonth(table: MonthlyTable): Promise<void>;
  /** The tables of a family that there are, oldest first. */
  monthsOf(family: TableFamily): Promise<readonly MonthlyTable[]>;
  get(table: TableName, address: RowAddress): Promise<StoredRow | null>;
  /** Answers the new tag. @throws RowConflict where the row is there */
  insert(table: TableName, row: KeyedRow): Promise<string>;
  /** Inserts, or replaces the whole row; answers the new tag. */
  put(table: TableName, row: KeyedRow): Promise<string>;
  /** Replaces the whole row; answers the new tag. @throws RowConflict where it was changed or is gone */
  update(table: TableName, row: KeyedRow, tag: string): Promise<string>;
  /** Answers false where it was absent. @throws RowConflict where it was changed; never for a null tag */
  delete(table: TableName, address: RowAddress, tag: string | null): Promise<boolean>;
  /**
   * All or nothing, at most `MAX_OPERATIONS` on different rows and `MAX_TRANSACTION_BYTES`.
   * @throws RowConflict where any operation meets a row (insert), no row (update, delete) or a changed one
   */
  transact(table: TableName, partition: Partition, operations: readonly RowOperation[]): Promise<void>;
  query(table: TableName, query: RowQuery): Promise<RowPage>;
}
