import type { Disconnection } from '../../core/disconnection.js';
import type { Disconnections } from '../../ports/disconnections.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Stored } from '../../ports/registry.js';
import { documentColumns } from './document-columns.js';
import { MAX_PAGE, type RowAddress, type StoredRow, type TableGateway } from './gateway.js';
import { DISCONNECTIONS_PARTITION, rowOf } from './keys.js';

const operationColumns = documentColumns<Disconnection>({
  tenantId: 'plain',
  status: 'plain',
  stage: 'plain',
  waitsUntil: 'plain',
  startedAt: 'plain',
  endedAt: 'plain',
  removed: 'json',
  subscriptionsEnded: 'plain',
  secret: 'json',
  warnings: 'json',
  error: 'json',
  watchHash: 'plain',
});

/** A registry table: a row per tenant that is or was being disconnected. */
export class TableDisconnections implements Disconnections {
  constructor(private readonly gateway: TableGateway) {}

  async get(tenantId: string): Promise<Stored<Disconnection> | null> {
    const stored = await this.gateway.get('Disconnections', addressOf(tenantId));
    return stored === null ? null : operationFrom(stored);
  }

  async list(request: ListRequest): Promise<ListPage<Stored<Disconnection>>> {
    const page = await this.gateway.query('Disconnections', {
      in: DISCONNECTIONS_PARTITION,
      limit: Math.min(request.limit, MAX_PAGE),
      after: request.after,
    });
    return { rows: page.rows.map(operationFrom), next: page.next };
  }

  async save(operation: Disconnection, tag: string | null): Promise<Stored<Disconnection>> {
    const row = { ...addressOf(operation.tenantId), columns: operationColumns.write(operation) };
    const saved =
      tag === null
        ? await this.gateway.insert('Disconnections', row)
        : await this.gateway.update('Disconnections', row, tag);
    return { value: operation, tag: saved };
  }

  async remove(tenantId: string, tag: string): Promise<void> {
    await this.gateway.delete('Disconnections', addressOf(tenantId), tag);
  }
}

function addressOf(tenantId: string): RowAddress {
  return { partition: DISCONNECTIONS_PARTITION, row: rowOf(tenantId) };
}

function operationFrom({ columns, tag }: StoredRow): Stored<Disconnection> {
  return { value: operationColumns.read(columns), tag };
}
