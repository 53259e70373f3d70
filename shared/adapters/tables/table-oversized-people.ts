import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { OversizedPeople, OversizedPerson } from '../../ports/oversized-people.js';
import type { Fence } from '../../ports/scope.js';
import { documentColumns } from './document-columns.js';
import { MAX_PAGE, type RowAddress, type TableGateway } from './gateway.js';
import { rowOf, setupPartition } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { removeRange, writeGroups } from './row-groups.js';

const oversizedColumns = documentColumns<OversizedPerson>({
  setupId: 'plain',
  directoryId: 'plain',
  what: 'plain',
  bytes: 'plain',
});

/** A row per user in the partition of the setup. */
export class TableOversizedPeople implements OversizedPeople {
  private readonly rows: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'OversizedPeople', options);
  }

  async get(tenantId: string, setupId: string, directoryId: string): Promise<OversizedPerson | null> {
    const stored = await this.gateway.get('OversizedPeople', addressOf(tenantId, setupId, directoryId));
    return stored === null ? null : oversizedColumns.read(stored.columns);
  }

  async list(
    tenantId: string,
    setupId: string,
    { limit, after }: ListRequest,
  ): Promise<ListPage<OversizedPerson>> {
    const page = await this.gateway.query('OversizedPeople', {
      in: setupPartition(tenantId, setupId),
      limit: Math.min(limit, MAX_PAGE),
      after,
    });
    return { rows: page.rows.map(({ columns }) => oversizedColumns.read(columns)), next: page.next };
  }

  async put(fence: Fence, people: readonly OversizedPerson[]): Promise<void> {
    await this.rows.put(
      fence,
      people.map((person) => ({
        ...addressOf(fence.tenantId, person.setupId, person.directoryId),
        columns: oversizedColumns.write(person),
      })),
    );
  }

  async remove(fence: Fence, setupId: string, directoryIds: readonly string[]): Promise<void> {
    const groups = [...new Set(directoryIds)].map((id) => {
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
