import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Override, Overrides } from '../../ports/removals.js';
import type { Fence } from '../../ports/scope.js';
import { documentColumns } from './document-columns.js';
import { MAX_PAGE, type RowAddress, type StoredRow, type TableGateway } from './gateway.js';
import { rowOf, setupPartition } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { removeRange, writeGroups } from './row-groups.js';

const overrideColumns = documentColumns<Override>({
  overrideId: 'plain',
  setupId: 'plain',
  directoryId: 'plain',
  kind: 'plain',
  inputHash: 'plain',
  decidedBy: 'plain',
  decidedAt: 'plain',
});

/** A row per person in the partition of the setup. */
export class TableOverrides implements Overrides {
  private readonly rows: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'Overrides', options);
  }

  async read(
    tenantId: string,
    setupId: string,
    directoryIds: readonly string[],
  ): Promise<ReadonlyMap<string, Override>> {
    const stored = await this.rows.read(directoryIds.map((id) => addressOf(tenantId, setupId, id)));
    return new Map(stored.map(overrideFrom).map((override) => [override.directoryId, override]));
  }

  async list(tenantId: string, setupId: string, { limit, after }: ListRequest): Promise<ListPage<Override>> {
    const page = await this.gateway.query('Overrides', {
      in: setupPartition(tenantId, setupId),
      limit: Math.min(limit, MAX_PAGE),
      after,
    });
    return { rows: page.rows.map(overrideFrom), next: page.next };
  }

  async get(tenantId: string, setupId: string, overrideId: string): Promise<Override | null> {
    const stored = await this.gateway.get('Overrides', addressOf(tenantId, setupId, overrideId));
    return stored === null ? null : overrideFrom(stored);
  }

  async put(fence: Fence, overrides: readonly Override[]): Promise<void> {
    await this.rows.put(
      fence,
      overrides.map((override) => ({
        ...addressOf(fence.tenantId, override.setupId, override.directoryId),
        columns: overrideColumns.write(override),
      })),
    );
  }

  async remove(fence: Fence, setupId: string, overrideIds: readonly string[]): Promise<void> {
    const groups = [...new Set(overrideIds)].map((id) => {
      const { partition, row } = addressOf(fence.tenantId, setupId, id);
      return { partition, operations: [{ kind: 'delete', row } as const] };
    });
    await writeGroups(this.rows, this.options, fence, groups);
  }

  async clear(fence: Fence, setupId: string): Promise<void> {
    await removeRange(this.rows, this.options, fence, { in: setupPartition(fence.tenantId, setupId) });
  }
}

function addressOf(tenantId: string, setupId: string, directoryId: string): RowAddress {
  return { partition: setupPartition(tenantId, setupId), row: rowOf(directoryId) };
}

function overrideFrom({ columns }: StoredRow): Override {
  return overrideColumns.read(columns);
}
