import type { PersonSync } from '../../core/person-sync.js';
import type { PersonSyncs } from '../../ports/person-syncs.js';
import { documentColumns } from './document-columns.js';
import type { RowAddress, TableGateway } from './gateway.js';
import { rowOf, tenantPartition } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';

const columnsOf = documentColumns<PersonSync>({
  tenantId: 'plain',
  requestId: 'plain',
  setupId: 'plain',
  directoryId: 'plain',
  status: 'plain',
  requestedAt: 'plain',
  endedAt: 'plain',
  error: 'json',
  steps: 'json',
  attempts: 'plain',
  secondLookAt: 'plain',
  brought: 'json',
});

/** A row per request in the tenant's partition; the keys sort as they were asked for. */
export class TablePersonSyncs implements PersonSyncs {
  private readonly rows: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'PersonSyncs', options);
  }

  async all(tenantId: string): Promise<readonly PersonSync[]> {
    const found: PersonSync[] = [];
    for await (const page of this.rows.pages({ in: tenantPartition(tenantId) }))
      found.push(...page.map(({ columns }) => columnsOf.read(columns)));
    return found;
  }

  async get(tenantId: string, requestId: string): Promise<PersonSync | null> {
    const stored = await this.gateway.get('PersonSyncs', addressOf({ tenantId, requestId }));
    return stored === null ? null : columnsOf.read(stored.columns);
  }

  async save(sync: PersonSync): Promise<void> {
    await this.gateway.put('PersonSyncs', { ...addressOf(sync), columns: columnsOf.write(sync) });
  }

  async remove(sync: Pick<PersonSync, 'tenantId' | 'requestId'>): Promise<void> {
    await this.gateway.delete('PersonSyncs', addressOf(sync), null);
  }
}

function addressOf({ tenantId, requestId }: Pick<PersonSync, 'tenantId' | 'requestId'>): RowAddress {
  return { partition: tenantPartition(tenantId), row: rowOf(requestId) };
}
