import type { Fence } from '../../ports/scope.js';
import type { StoredRow } from './gateway.js';
import {
  behindRow,
  descending,
  partsOf,
  rowOf,
  rowsFrom,
  rowsUnder,
  tenantPartition,
  type RowRange,
} from './keys.js';
import type { PartitionedRows, RowAccessOptions } from './partitioned-rows.js';
import { writeGroups, type RowGroup } from './row-groups.js';

const RUNS_AT_ONCE = 200;

/**
 * Removes a stretch of the runs that ended before the instant, each with its place in the list. Returns whether more
 * may be left.
 */
export async function removeEndedRuns(
  rows: PartitionedRows,
  options: RowAccessOptions,
  fence: Fence,
  instant: string,
): Promise<boolean> {
  const partition = tenantPartition(fence.tenantId);
  // A run ends after it was asked for; the oldest lie at the end.
  let range: RowRange = rowsFrom(rowOf('time', descending(Date.parse(instant))), rowsUnder('time'));
  for (;;) {
    const places = await rows.gateway.query('Runs', {
      ...{ in: partition, rows: range, columns: [] },
      ...{ limit: RUNS_AT_ONCE, after: null },
    });
    const last = places.rows.at(-1);
    if (last === undefined) return places.next !== null;
    const ids = places.rows.map(({ row }) => partsOf(row)[2] ?? '');
    const stored = await rows.read(ids.map((id) => ({ partition, row: rowOf('run', id) })));
    const runs = new Map(stored.map((run) => [partsOf(run.row)[1] ?? '', run]));
    const groups = places.rows.flatMap(({ row }, at): RowGroup[] => {
      const id = ids[at] ?? '';
      if (!isRemovable(runs.get(id), instant)) return [];
      const both = [row, rowOf('run', id)];
      return [{ partition, operations: both.map((each) => ({ kind: 'delete', row: each })) }];
    });
    await writeGroups(rows, options, fence, groups);
    if (places.rows.length < RUNS_AT_ONCE && places.next === null) return false;
    if (groups.length > 0) return true;
    // None of these may be removed: they do not hide those behind them.
    range = behindRow(range, last.row);
  }
}

/** A place without a run names nothing. */
function isRemovable(run: StoredRow | undefined, instant: string): boolean {
  if (run === undefined) return true;
  const { status, endedAt } = run.columns;
  const isOver = status !== 'NotStarted' && status !== 'Running' && status !== 'Held';
  return isOver && typeof endedAt === 'string' && endedAt < instant;
}
