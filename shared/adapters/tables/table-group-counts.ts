import type { GroupCounts } from '../../ports/mirror.js';
import type { Fence, TenantScope } from '../../ports/scope.js';
import type { RowAddress, StoredRow, TableGateway } from './gateway.js';
import { bucketPartition, decodeKeyPart, objectPartition, rowOf } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';

/** A row per group that has anybody, in the bucket of the group. */
export class TableGroupCounts implements GroupCounts {
  private readonly rows: PartitionedRows;

  constructor(gateway: TableGateway, options: RowAccessOptions) {
    this.rows = new PartitionedRows(gateway, 'GroupCounts', options);
  }

  async read(scope: TenantScope, groupIds: readonly string[]): Promise<Map<string, number>> {
    return countsOf(await this.rows.read(groupIds.map((id) => address(scope, id))));
  }

  async write(fence: Fence, counts: ReadonlyMap<string, number>): Promise<void> {
    const entries = [...counts].map(([id, count]) => ({
      ...address(fence, id),
      columns: { peopleCount: count },
    }));
    await this.rows.put(
      fence,
      entries.filter(({ columns }) => columns.peopleCount !== 0),
    );
    await this.rows.remove(
      fence,
      entries.filter(({ columns }) => columns.peopleCount === 0),
    );
  }

  async scan(scope: TenantScope, bucket: number): Promise<Map<string, number>> {
    const found: StoredRow[] = [];
    for await (const page of this.rows.pages({ in: bucketPartition(scope, bucket) })) found.push(...page);
    return countsOf(found);
  }
}

function address(scope: TenantScope, groupId: string): RowAddress {
  return { partition: objectPartition(scope, groupId), row: rowOf(groupId) };
}

function countsOf(rows: readonly StoredRow[]): Map<string, number> {
  return new Map(rows.map(({ row, columns }) => [decodeKeyPart(row), Number(columns['peopleCount'])]));
}
