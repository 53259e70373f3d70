import { bucketOf } from '../../core/bucket.js';
import type { ProductRecord } from '../../core/matching/product-record.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Records, UploadedRecord } from '../../ports/records.js';
import type { Fence } from '../../ports/scope.js';
import { boundedPage } from './bounded-page.js';
import { documentColumns } from './document-columns.js';
import { MAX_PAGE, type RowAddress, type StoredRow, type TableGateway } from './gateway.js';
import { grantPartition, rowOf, setupShards } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';

/** Never to be changed: it decides in which partition a stored row lies. */
const SHARDS = 64;

const recordColumns = documentColumns<ProductRecord & { readonly uploadId: string }>({
  recordId: 'plain',
  entraId: 'plain',
  mail: 'plain',
  initials: 'plain',
  displayName: 'plain',
  phones: 'json',
  jobTitle: 'plain',
  country: 'plain',
  values: 'json',
  uploadId: 'plain',
});

/** A row per record, spread over 64 partitions of its setup by the id. */
export class TableRecords implements Records {
  private readonly rows: PartitionedRows;

  constructor(gateway: TableGateway, options: RowAccessOptions) {
    this.rows = new PartitionedRows(gateway, 'Records', options);
  }

  async read(
    tenantId: string,
    setupId: string,
    recordIds: readonly string[],
  ): Promise<ReadonlyMap<string, ProductRecord>> {
    const found = await this.rows.read(recordIds.map((id) => addressOf(tenantId, setupId, id)));
    return new Map(found.map((row) => [recordFrom(row).record.recordId, recordFrom(row).record]));
  }

  async list(
    tenantId: string,
    setupId: string,
    { limit, after }: ListRequest,
  ): Promise<ListPage<ProductRecord>> {
    const query = { in: setupShards(tenantId, setupId), limit: Math.min(limit, MAX_PAGE), after };
    const { rows, next } = await boundedPage(this.rows.gateway, 'Records', query, { atOnce: 50 });
    return { rows: rows.map((row) => recordFrom(row).record), next };
  }

  async *scan(tenantId: string, setupId: string): AsyncIterable<readonly UploadedRecord[]> {
    for await (const page of this.rows.pages({ in: setupShards(tenantId, setupId) }))
      yield page.map(recordFrom);
  }

  async write(
    fence: Fence,
    setupId: string,
    uploadId: string,
    records: readonly ProductRecord[],
  ): Promise<void> {
    const rows = records.map((record) => ({
      ...addressOf(fence.tenantId, setupId, record.recordId),
      columns: recordColumns.write({ ...record, uploadId }),
    }));
    await this.rows.put(fence, rows);
  }

  async remove(fence: Fence, setupId: string, recordIds: readonly string[]): Promise<void> {
    await this.rows.remove(
      fence,
      recordIds.map((id) => addressOf(fence.tenantId, setupId, id)),
    );
  }
}

function addressOf(tenantId: string, setupId: string, recordId: string): RowAddress {
  return { partition: grantPartition(tenantId, setupId, bucketOf(recordId, SHARDS)), row: rowOf(recordId) };
}

function recordFrom({ columns }: StoredRow): UploadedRecord {
  const { uploadId, ...record } = recordColumns.read(columns);
  return { record, uploadId };
}
