import type { MatchingState, MatchingStates } from '../../ports/matches.js';
import type { Fence } from '../../ports/scope.js';
import { documentColumns } from './document-columns.js';
import type { RowQuery, TableGateway } from './gateway.js';
import {
  allBuckets,
  partsOf,
  rowOf,
  rowsUnder,
  setupPartition,
  setupShards,
  tenantPartition,
} from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { removeRange } from './row-groups.js';
import type { FixedTable } from './tables.js';

const stateColumns = documentColumns<MatchingState>({
  setupId: 'plain',
  isActive: 'plain',
  isComplete: 'plain',
  basis: 'plain',
  organizationId: 'plain',
});

/** A row per setup in the partition of its tenant. */
export class TableMatchingStates implements MatchingStates {
  constructor(
    private readonly gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {}

  async get(tenantId: string, setupId: string): Promise<MatchingState> {
    const address = { partition: tenantPartition(tenantId), row: rowOf(setupId) };
    const stored = await this.gateway.get('MatchingState', address);
    return stored === null
      ? { setupId, isActive: false, isComplete: false, basis: null, organizationId: null }
      : stateColumns.read(stored.columns);
  }

  async save(fence: Fence, state: MatchingState): Promise<void> {
    fence.assertHeld();
    const address = { partition: tenantPartition(fence.tenantId), row: rowOf(state.setupId) };
    await this.gateway.put('MatchingState', { ...address, columns: stateColumns.write(state) });
  }

  async clear(fence: Fence, setupId: string): Promise<void> {
    const { tenantId } = fence;
    const own = { in: setupPartition(tenantId, setupId) };
    await this.removeAll(fence, 'MatchDecisions', own);
    await this.removeAll(fence, 'Records', { in: setupShards(tenantId, setupId) });
    await this.removeAll(fence, 'Matches', { in: allBuckets(fence), rows: rowsUnder(setupId) });
    await this.removeAll(fence, 'MatchIndex', own);
    await this.removeAll(fence, 'MatchConflicts', own);
    await this.removeAll(fence, 'RecordNews', own);
    await this.clearUploads(fence, setupId);
    fence.assertHeld();
    const address = { partition: tenantPartition(tenantId), row: rowOf(setupId) };
    await this.gateway.delete('MatchingState', address, null);
  }

  /** The chunks before the upload by whose row they are found. */
  private async clearUploads(fence: Fence, setupId: string): Promise<void> {
    const { tenantId } = fence;
    const uploads = { in: tenantPartition(tenantId), rows: rowsUnder(setupId) };
    const rows = new PartitionedRows(this.gateway, 'RecordUploads', this.options);
    for await (const page of rows.pages({ ...uploads, columns: [] })) {
      for (const { row } of page) {
        const [, uploadId = ''] = partsOf(row);
        await this.removeAll(fence, 'UploadChunks', { in: setupPartition(tenantId, uploadId) });
      }
    }
    await this.removeAll(fence, 'RecordUploads', uploads);
  }

  private async removeAll(
    fence: Fence,
    table: FixedTable,
    query: Pick<RowQuery, 'in' | 'rows'>,
  ): Promise<void> {
    const rows = new PartitionedRows(this.gateway, table, this.options);
    await removeRange(rows, this.options, fence, query);
  }
}
