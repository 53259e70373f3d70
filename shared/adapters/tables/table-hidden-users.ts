import type { HiddenUser } from '../../core/hidden-users.js';
import type { HiddenUsers } from '../../ports/hidden-users.js';
import type { Fence, TenantScope } from '../../ports/scope.js';
import { documentColumns } from './document-columns.js';
import type { TableGateway } from './gateway.js';
import { decodeKeyPart, rowOf, tenantPartition } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';

const columnsOf = documentColumns<Omit<HiddenUser, 'id'>>({ since: 'plain', askedAt: 'plain' });

/** Columns of the rows of `DeletedUsers`. */
export class TableHiddenUsers implements HiddenUsers {
  private readonly rows: PartitionedRows;

  constructor(gateway: TableGateway, options: RowAccessOptions) {
    this.rows = new PartitionedRows(gateway, 'DeletedUsers', options);
  }

  async *scan(scope: TenantScope): AsyncIterable<readonly HiddenUser[]> {
    for await (const page of this.rows.pages({ in: tenantPartition(scope.tenantId) }))
      yield page.map(({ row, columns }) => ({ id: decodeKeyPart(row), ...columnsOf.read(columns) }));
  }

  async save(fence: Fence, users: readonly HiddenUser[]): Promise<void> {
    const partition = tenantPartition(fence.tenantId);
    await this.rows.put(
      fence,
      users.map(({ id, ...times }) => ({ partition, row: rowOf(id), columns: columnsOf.write(times) })),
    );
  }
}
