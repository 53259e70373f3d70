import type { RemovalDecision, RemovalDecisions } from '../../ports/removal-decisions.js';
import type { Fence } from '../../ports/scope.js';
import { documentColumns } from './document-columns.js';
import { MAX_PAGE, type RowAddress, type TableGateway } from './gateway.js';
import { rowOf, setupPartition } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { removeRange } from './row-groups.js';

const decisionColumns = documentColumns<RemovalDecision>({
  decisionId: 'plain',
  setupId: 'plain',
  kind: 'plain',
  directoryIds: 'json',
  decidedBy: 'plain',
  decidedAt: 'plain',
});

/** A row per decision in the partition of the setup; the keys sort as the decisions were made. */
export class TableRemovalDecisions implements RemovalDecisions {
  private readonly rows: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'Decisions', options);
  }

  async add(tenantId: string, decision: RemovalDecision): Promise<void> {
    const columns = decisionColumns.write(decision);
    await this.gateway.put('Decisions', { ...addressOf(tenantId, decision), columns });
  }

  async pending(tenantId: string, setupId: string, limit: number): Promise<readonly RemovalDecision[]> {
    let after: string | null = null;
    do {
      const page = await this.gateway.query('Decisions', {
        in: setupPartition(tenantId, setupId),
        limit: Math.min(limit, MAX_PAGE),
        after,
      });
      if (page.rows.length > 0) return page.rows.map(({ columns }) => decisionColumns.read(columns));
      after = page.next;
    } while (after !== null);
    return [];
  }

  async discard(fence: Fence, decision: RemovalDecision): Promise<void> {
    fence.assertHeld();
    await this.gateway.delete('Decisions', addressOf(fence.tenantId, decision), null);
  }

  async clear(fence: Fence, setupId: string): Promise<void> {
    await removeRange(this.rows, this.options, fence, { in: setupPartition(fence.tenantId, setupId) });
  }
}

function addressOf(
  tenantId: string,
  { setupId, decisionId }: Pick<RemovalDecision, 'setupId' | 'decisionId'>,
): RowAddress {
  return { partition: setupPartition(tenantId, setupId), row: rowOf(decisionId) };
}
