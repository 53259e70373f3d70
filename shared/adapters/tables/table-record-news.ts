import { RowConflict } from '../../core/failures.js';
import type { SetupRef } from '../../core/matching/record-claim.js';
import type { RecordNews, RecordNewsItem } from '../../ports/record-claims.js';
import type { Fence } from '../../ports/scope.js';
import type { RowOperation, TableGateway } from './gateway.js';
import { partsOf, rowOf, setupPartition, type RowKey } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { transactionBatches } from './transaction-batches.js';

/** In the setup's partition a row `told|{recordId}` for what it was told, and `begun|{recordId}` for what it began. */
export class TableRecordNews implements RecordNews {
  private readonly rows: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'RecordNews', options);
  }

  async tell({ tenantId, setupId }: SetupRef, recordIds: readonly string[]): Promise<void> {
    const operations = recordIds.map((id): RowOperation => ({ kind: 'put', row: toldRow(id), columns: {} }));
    for (const batch of transactionBatches(operations))
      await this.gateway.transact('RecordNews', setupPartition(tenantId, setupId), batch);
  }

  async begin(fence: Fence, setupId: string, recordIds: readonly string[]): Promise<void> {
    const partition = setupPartition(fence.tenantId, setupId);
    await this.rows.put(
      fence,
      recordIds.map((id) => ({ partition, row: begunRow(id), columns: {} })),
    );
  }

  async list(tenantId: string, setupId: string, limit: number): Promise<readonly RecordNewsItem[]> {
    const query = { in: setupPartition(tenantId, setupId), columns: [], limit, after: null };
    const { rows } = await this.gateway.query('RecordNews', query);
    return rows.map(({ row, tag }) => {
      const [kind, recordId = ''] = partsOf(row);
      return { recordId, tag: kind === 'told' ? tag : null };
    });
  }

  async done(fence: Fence, setupId: string, items: readonly RecordNewsItem[]): Promise<void> {
    const partition = setupPartition(fence.tenantId, setupId);
    const begun = items.filter(({ tag }) => tag === null);
    await this.rows.remove(
      fence,
      begun.map(({ recordId }) => ({ partition, row: begunRow(recordId) })),
    );
    for (const { recordId, tag } of items) {
      if (tag === null) continue;
      fence.assertHeld();
      try {
        await this.gateway.delete('RecordNews', { partition, row: toldRow(recordId) }, tag);
      } catch (failure) {
        // Told again since: it is looked at again.
        if (!(failure instanceof RowConflict)) throw failure;
      }
    }
  }
}

function toldRow(recordId: string): RowKey {
  return rowOf('told', recordId);
}

function begunRow(recordId: string): RowKey {
  return rowOf('begun', recordId);
}
