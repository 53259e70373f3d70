import { RowConflict } from '../../core/failures.js';
import type { Fence } from '../../ports/scope.js';
import { eachBounded } from './bounded.js';
import { MAX_PAGE, type RowOperation, type RowPage, type RowQuery } from './gateway.js';
import type { Partition } from './keys.js';
import type { PartitionedRows, RowAccessOptions } from './partitioned-rows.js';
import { groupedBatches } from './transaction-batches.js';

/** Operations of one partition that are done all or not at all. */
export interface RowGroup {
  readonly partition: Partition;
  readonly operations: readonly RowOperation[];
}

/** How often a transaction is planned anew because rows that it removes were gone. */
const MAX_REPLANS = 10;

/**
 * Writes many groups in as few transactions as hold them, those of a partition one after the other and in the order
 * given. No row may occur twice. A row to be removed that is gone already is no fault.
 */
export async function writeGroups(
  rows: PartitionedRows,
  { writeConcurrency }: RowAccessOptions,
  fence: Fence,
  groups: readonly RowGroup[],
): Promise<void> {
  const partitions = new Map<Partition, (readonly RowOperation[])[]>();
  for (const { partition, operations } of groups) {
    const known = partitions.get(partition);
    if (known === undefined) partitions.set(partition, [operations]);
    else known.push(operations);
  }
  await eachBounded([...partitions], writeConcurrency, async ([partition, inPartition]) => {
    for (const batch of groupedBatches(inPartition)) await transact(rows, fence, partition, batch);
  });
}

/** Removes all that a query covers. Repeatable. */
export async function removeRange(
  rows: PartitionedRows,
  options: RowAccessOptions,
  fence: Fence,
  query: Pick<RowQuery, 'in' | 'rows'>,
): Promise<void> {
  for (let after: string | null = null; ;) {
    const page: RowPage = await rows.gateway.query(rows.table, {
      ...query,
      columns: [],
      limit: MAX_PAGE,
      after,
    });
    const groups = page.rows.map(({ partition, row }) => ({
      partition,
      operations: [{ kind: 'delete', row } as const],
    }));
    await writeGroups(rows, options, fence, groups);
    if (page.next === null) return;
    after = page.next;
  }
}

async function transact(
  rows: PartitionedRows,
  fence: Fence,
  partition: Partition,
  batch: readonly RowOperation[],
): Promise<void> {
  let operations = batch;
  for (let left = MAX_REPLANS; operations.length > 0; left--) {
    fence.assertHeld();
    try {
      await rows.gateway.transact(rows.table, partition, operations);
      return;
    } catch (failure) {
      if (!(failure instanceof RowConflict) || left === 0) throw failure;
    }
    const removals = operations.filter(({ kind }) => kind === 'delete');
    const present = await rows.read(
      removals.map(({ row }) => ({ partition, row })),
      [],
    );
    const there = new Set(present.map(({ row }) => row));
    operations = operations.filter(({ kind, row }) => kind !== 'delete' || there.has(row));
  }
}
