import type { Report, Reports } from '../../ports/reports.js';
import type { Fence, TenantScope } from '../../ports/scope.js';
import type { RowAddress, TableGateway } from './gateway.js';
import { bucketPartition, objectPartition, partsOf, rowOf, rowsUnder } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';

/** A row `{managerId}|{reportId}` each, in the bucket of the manager. */
export class TableReports implements Reports {
  private readonly rows: PartitionedRows;

  constructor(gateway: TableGateway, options: RowAccessOptions) {
    this.rows = new PartitionedRows(gateway, 'Reports', options);
  }

  async enter(fence: Fence, reports: readonly Report[]): Promise<void> {
    const rows = reports.map((report) => ({ ...addressOf(fence, report), columns: {} }));
    await this.rows.put(fence, rows);
  }

  async *scan(scope: TenantScope, bucket: number): AsyncIterable<readonly Report[]> {
    for await (const page of this.rows.pages({ in: bucketPartition(scope, bucket), columns: [] })) {
      yield page.map(({ row }) => {
        const [managerId = '', reportId = ''] = partsOf(row);
        return { managerId, reportId };
      });
    }
  }

  async leave(fence: Fence, reports: readonly Report[]): Promise<void> {
    await this.rows.remove(
      fence,
      reports.map((report) => addressOf(fence, report)),
    );
  }

  async of(scope: TenantScope, managerIds: readonly string[]): Promise<Set<string>> {
    const found = new Set<string>();
    await this.rows.eachRead([...new Set(managerIds)], async (managerId) => {
      const query = { in: objectPartition(scope, managerId), rows: rowsUnder(managerId), columns: [] };
      for await (const page of this.rows.pages(query))
        for (const { row } of page) found.add(partsOf(row)[1] ?? '');
    });
    return found;
  }
}

function addressOf(scope: TenantScope, { managerId, reportId }: Report): RowAddress {
  return { partition: objectPartition(scope, managerId), row: rowOf(managerId, reportId) };
}
