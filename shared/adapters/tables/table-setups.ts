import type { Setup } from '../../core/setup/setup.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Stored } from '../../ports/registry.js';
import type { Setups } from '../../ports/setups.js';
import { boundedPage } from './bounded-page.js';
import { writeDense } from './dense-json.js';
import { documentColumns } from './document-columns.js';
import { MAX_PAGE, type RowAddress, type StoredRow, type TableGateway } from './gateway.js';
import { rowOf, tenantPartition } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { DOCUMENT_SIZES, readSetupDocument } from './stored-document.js';

const headColumns = documentColumns<Omit<Setup, 'document'>>({
  tenantId: 'plain',
  setupId: 'plain',
  state: 'plain',
  version: 'plain',
  createdAt: 'plain',
  changedAt: 'plain',
});

/** A row per setup in the partition of its tenant. */
export class TableSetups implements Setups {
  private readonly rows: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'Setups', options);
  }

  async get(tenantId: string, setupId: string): Promise<Stored<Setup> | null> {
    const stored = await this.gateway.get('Setups', addressOf({ tenantId, setupId }));
    return stored === null ? null : setupFrom(stored);
  }

  async list(tenantId: string, { limit, after }: ListRequest): Promise<ListPage<Stored<Setup>>> {
    const query = { in: tenantPartition(tenantId), limit: Math.min(limit, MAX_PAGE), after };
    const { rows, next } = await boundedPage(this.gateway, 'Setups', query, DOCUMENT_SIZES);
    return { rows: rows.map(setupFrom), next };
  }

  async all(tenantId: string): Promise<readonly Setup[]> {
    const found: Setup[] = [];
    for await (const page of this.rows.pages({ in: tenantPartition(tenantId) }))
      found.push(...page.map((row) => setupFrom(row).value));
    return found;
  }

  async insert(setup: Setup): Promise<Stored<Setup>> {
    return { value: setup, tag: await this.gateway.insert('Setups', rowFrom(setup)) };
  }

  async replace(stored: Stored<Setup>, next: Setup): Promise<Stored<Setup>> {
    return { value: next, tag: await this.gateway.update('Setups', rowFrom(next), stored.tag) };
  }

  async remove({ value, tag }: Stored<Setup>): Promise<void> {
    await this.gateway.delete('Setups', addressOf(value), tag);
  }
}

function addressOf({ tenantId, setupId }: Pick<Setup, 'tenantId' | 'setupId'>): RowAddress {
  return { partition: tenantPartition(tenantId), row: rowOf(setupId) };
}

function rowFrom({ document, ...head }: Setup) {
  const { designation, organizationId } = document;
  const columns = {
    ...headColumns.write(head),
    // For whoever reads the table: the document may lie there compressed.
    ...{ designation, organizationId },
    ...writeDense(document),
  };
  return { ...addressOf(head), columns };
}

function setupFrom({ columns, tag }: StoredRow): Stored<Setup> {
  const document = readSetupDocument(columns);
  return { value: { ...headColumns.read(columns), document }, tag };
}
