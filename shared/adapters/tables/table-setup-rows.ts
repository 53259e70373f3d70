import type { Fence } from '../../ports/scope.js';
import type { SetupRows } from '../../ports/setup-rows.js';
import type { RowQuery, TableGateway } from './gateway.js';
import {
  ALL_ROWS,
  partitionsBehind,
  partitionsUnder,
  partsOf,
  rowOf,
  rowsBehind,
  rowsUnder,
  setupPartition,
  setupShards,
  tenantPartition,
} from './keys.js';
import { firstRow } from './first-row.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { removeRange } from './row-groups.js';
import type { FixedTable } from './tables.js';

/**
 * Tables with a partition, or several, for each setup. Those whose keys name the setup within a bucket of the tenant are
 * written under the lease alone, and cleared with the setup.
 */
const BY_PARTITION = [
  'Removals',
  'Overrides',
  'OversizedPeople',
  'Decisions',
  'MatchIndex',
  'MatchConflicts',
  'MatchDecisions',
  'RecordNews',
  'Grants',
  'Records',
] as const;

/** Tables with rows of each setup in the partition of the tenant. */
const BY_ROW = ['SetupProgress', 'MatchingState'] as const;

/** Finds the setups that have rows with a request for each, whatever the number of rows. */
export class TableSetupRows implements SetupRows {
  constructor(
    private readonly gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {}

  async clearUnknown(fence: Fence, known: () => Promise<ReadonlySet<string>>): Promise<number> {
    const { tenantId } = fence;
    const found = new Set<string>();
    for (const table of BY_PARTITION) for (const id of await this.inPartitions(table, fence)) found.add(id);
    for (const table of BY_ROW) for (const id of await this.inRows(table, tenantId)) found.add(id);
    const setups = await known();
    const unknown = [...found].filter((setupId) => !setups.has(setupId));
    for (const setupId of unknown) {
      for (const table of BY_PARTITION) {
        await this.removeAll(fence, table, { in: setupPartition(tenantId, setupId) });
        await this.removeAll(fence, table, { in: setupShards(tenantId, setupId) });
      }
      const own = { in: tenantPartition(tenantId), rows: { keys: [rowOf(setupId)] } };
      for (const table of BY_ROW) {
        await this.removeAll(fence, table, own);
        await this.removeAll(fence, table, { in: own.in, rows: rowsUnder(setupId) });
      }
    }
    return unknown.length;
  }

  private async inPartitions(table: FixedTable, fence: Fence): Promise<readonly string[]> {
    const found: string[] = [];
    let range = partitionsUnder(fence.tenantId);
    for (;;) {
      const first = await firstRow(this.gateway, table, { in: range });
      if (first === null) return found;
      found.push(partsOf(first.partition)[1] ?? '');
      range = partitionsBehind(range, first.partition, 2);
    }
  }

  private async inRows(table: FixedTable, tenantId: string): Promise<readonly string[]> {
    const found: string[] = [];
    let rows = ALL_ROWS;
    for (;;) {
      const first = await firstRow(this.gateway, table, { in: tenantPartition(tenantId), rows });
      if (first === null) return found;
      found.push(partsOf(first.row)[0] ?? '');
      rows = rowsBehind(rows, first.row);
    }
  }

  private async removeAll(
    fence: Fence,
    table: FixedTable,
    query: Pick<RowQuery, 'in' | 'rows'>,
  ): Promise<void> {
    await removeRange(new PartitionedRows(this.gateway, table, this.options), this.options, fence, query);
  }
}
