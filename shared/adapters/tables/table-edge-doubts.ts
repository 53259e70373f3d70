import type { EdgeDoubt } from '../../core/edge-doubt.js';
import type { EdgeDoubts } from '../../ports/edge-doubts.js';
import type { Fence } from '../../ports/scope.js';
import { readDense, writeDense } from './dense-json.js';
import type { TableGateway } from './gateway.js';
import { rowOf, rowsUnder, tenantPartition, type RowKey } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { writeGroups } from './row-groups.js';

const PREFIX = 'doubt';

/** Rows `doubt|{asked}|{id}` of `Pending`. */
export class TableEdgeDoubts implements EdgeDoubts {
  private readonly rows: PartitionedRows;

  constructor(
    gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'Pending', options);
  }

  async put(fence: Fence, doubts: readonly EdgeDoubt[]): Promise<void> {
    const partition = tenantPartition(fence.tenantId);
    const rows = doubts.map((doubt) => ({ partition, row: rowFor(doubt), columns: writeDense(doubt) }));
    await this.rows.put(fence, rows);
  }

  async list(tenantId: string): Promise<readonly EdgeDoubt[]> {
    const found: EdgeDoubt[] = [];
    for await (const page of this.rows.pages({ in: tenantPartition(tenantId), rows: rowsUnder(PREFIX) }))
      found.push(...page.map(({ columns }) => readDense(columns) as EdgeDoubt));
    return found;
  }

  async remove(fence: Fence, doubts: readonly EdgeDoubt[]): Promise<void> {
    const partition = tenantPartition(fence.tenantId);
    const groups = doubts.map((doubt) => ({
      partition,
      operations: [{ kind: 'delete', row: rowFor(doubt) } as const],
    }));
    await writeGroups(this.rows, this.options, fence, groups);
  }
}

function rowFor({ asked, id }: EdgeDoubt): RowKey {
  return rowOf(PREFIX, asked, id);
}
