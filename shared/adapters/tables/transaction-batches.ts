import { storedBytes } from '../../core/row-size.js';
import { MAX_OPERATIONS, MAX_TRANSACTION_BYTES, type Columns, type RowOperation } from './gateway.js';

/** What an operation costs beside its columns: headers of its part, keys, boundary. */
const OPERATION_BYTES = 1_024;
const COLUMN_BYTES = 16;

/** Cuts operations of one partition into transactions that the service accepts, in the order given. */
export function transactionBatches(operations: readonly RowOperation[]): RowOperation[][] {
  return groupedBatches(operations.map((operation) => [operation]));
}

/**
 * As `transactionBatches`, but what is in one group stays in one transaction.
 *
 * @param room operations that a transaction has room for
 */
export function groupedBatches(
  groups: readonly (readonly RowOperation[])[],
  room = MAX_OPERATIONS,
): RowOperation[][] {
  const batches: RowOperation[][] = [];
  let batch: RowOperation[] = [];
  let bytes = 0;
  for (const group of groups) {
    let size = 0;
    for (const operation of group)
      size += OPERATION_BYTES + ('columns' in operation ? sizeOf(operation.columns) : 0);
    const full = batch.length + group.length > room || bytes + size > MAX_TRANSACTION_BYTES;
    if (batch.length > 0 && full) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(...group);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

function sizeOf(columns: Columns): number {
  let size = 0;
  for (const name in columns) {
    const value = columns[name];
    size += COLUMN_BYTES + name.length;
    if (typeof value === 'string') size += storedBytes(value);
  }
  return size;
}
