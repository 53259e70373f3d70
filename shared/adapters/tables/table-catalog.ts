import type { Catalog, CatalogEntry, CatalogKind } from '../../core/catalog/catalog.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Stored } from '../../ports/registry.js';
import type { CatalogEntries } from '../../ports/setups.js';
import { documentColumns } from './document-columns.js';
import { MAX_PAGE, type RowAddress, type StoredRow, type TableGateway } from './gateway.js';
import { organizationPartition, rowOf, rowsUnder } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';

const entryColumns = documentColumns<CatalogEntry>({
  organizationId: 'plain',
  kind: 'plain',
  id: 'plain',
  designation: 'plain',
  module: 'plain',
  parentId: 'plain',
});

/** A registry table: a partition per organization, a row per entry, ordered by kind. */
export class TableCatalog implements CatalogEntries {
  private readonly rows: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'Catalog', options);
  }

  async get(organizationId: string, kind: CatalogKind, id: string): Promise<Stored<CatalogEntry> | null> {
    const stored = await this.gateway.get('Catalog', addressOf({ organizationId, kind, id }));
    return stored === null ? null : entryFrom(stored);
  }

  async list(
    organizationId: string,
    kind: CatalogKind | null,
    { limit, after }: ListRequest,
  ): Promise<ListPage<Stored<CatalogEntry>>> {
    const { rows, next } = await this.gateway.query('Catalog', {
      in: organizationPartition(organizationId),
      ...(kind === null ? {} : { rows: rowsUnder(kind) }),
      limit: Math.min(limit, MAX_PAGE),
      after,
    });
    return { rows: rows.map(entryFrom), next };
  }

  async whole(organizationId: string): Promise<Catalog> {
    const entries = new Map<string, CatalogEntry>();
    for await (const page of this.rows.pages({ in: organizationPartition(organizationId) }))
      for (const row of page) {
        const entry = entryFrom(row).value;
        entries.set(rowOf(entry.kind, entry.id), entry);
      }
    return { find: (kind, id) => entries.get(rowOf(kind, id)) ?? null };
  }

  async insert(entry: CatalogEntry): Promise<Stored<CatalogEntry>> {
    return { value: entry, tag: await this.gateway.insert('Catalog', rowFrom(entry)) };
  }

  async replace(stored: Stored<CatalogEntry>, next: CatalogEntry): Promise<Stored<CatalogEntry>> {
    return { value: next, tag: await this.gateway.update('Catalog', rowFrom(next), stored.tag) };
  }

  async remove({ value, tag }: Stored<CatalogEntry>): Promise<void> {
    await this.gateway.delete('Catalog', addressOf(value), tag);
  }
}

function addressOf(entry: Pick<CatalogEntry, 'organizationId' | 'kind' | 'id'>): RowAddress {
  return { partition: organizationPartition(entry.organizationId), row: rowOf(entry.kind, entry.id) };
}

function rowFrom(entry: CatalogEntry) {
  return { ...addressOf(entry), columns: entryColumns.write(entry) };
}

function entryFrom({ columns, tag }: StoredRow): Stored<CatalogEntry> {
  return { value: entryColumns.read(columns), tag };
}
