import type { ProductRecord } from '../../core/matching/product-record.js';
import type { RecordUpload, RecordUploads } from '../../ports/records.js';
import { eachBounded } from './bounded.js';
import { readDense, writeDense } from './dense-json.js';
import { documentColumns } from './document-columns.js';
import type { RowAddress, TableGateway } from './gateway.js';
import { firstRow } from './first-row.js';
import {
  ascending,
  partitionsBehind,
  partitionsUnder,
  partsOf,
  rowOf,
  rowsUnder,
  setupPartition,
  tenantPartition,
} from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';

const uploadColumns = documentColumns<RecordUpload>({
  tenantId: 'plain',
  setupId: 'plain',
  uploadId: 'plain',
  mode: 'plain',
  status: 'plain',
  rows: 'plain',
  chunks: 'plain',
  written: 'plain',
  receivedAt: 'plain',
  appliedAt: 'plain',
});

/** A row per upload in the partition of its tenant, its rows in chunks in a partition of its own. */
export class TableRecordUploads implements RecordUploads {
  private readonly uploads: PartitionedRows;
  private readonly chunks: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {
    this.uploads = new PartitionedRows(gateway, 'RecordUploads', options);
    this.chunks = new PartitionedRows(gateway, 'UploadChunks', options);
  }

  async get(tenantId: string, setupId: string, uploadId: string): Promise<RecordUpload | null> {
    const stored = await this.gateway.get('RecordUploads', addressOf({ tenantId, setupId, uploadId }));
    return stored === null ? null : uploadColumns.read(stored.columns);
  }

  async save(upload: RecordUpload): Promise<void> {
    await this.gateway.put('RecordUploads', { ...addressOf(upload), columns: uploadColumns.write(upload) });
  }

  async all(tenantId: string): Promise<readonly RecordUpload[]> {
    const found: RecordUpload[] = [];
    for await (const page of this.uploads.pages({ in: tenantPartition(tenantId) }))
      found.push(...page.map(({ columns }) => uploadColumns.read(columns)));
    return found;
  }

  async chunkedUploads(tenantId: string): Promise<readonly string[]> {
    const found: string[] = [];
    let range = partitionsUnder(tenantId);
    for (;;) {
      const first = await firstRow(this.gateway, 'UploadChunks', { in: range });
      if (first === null) return found;
      found.push(partsOf(first.partition)[1] ?? '');
      range = partitionsBehind(range, first.partition, 2);
    }
  }

  async open(tenantId: string, setupId: string): Promise<readonly RecordUpload[]> {
    const found: RecordUpload[] = [];
    const query = { in: tenantPartition(tenantId), rows: rowsUnder(setupId) };
    for await (const page of this.uploads.pages(query))
      found.push(...page.map(({ columns }) => uploadColumns.read(columns)));
    return found.filter(({ status }) => status !== 'applied');
  }

  async putChunk(upload: RecordUpload, chunk: number, records: readonly ProductRecord[]): Promise<void> {
    const columns = writeDense(records);
    await this.gateway.put('UploadChunks', { ...chunkAddress(upload, chunk), columns });
  }

  async readChunk(upload: RecordUpload, chunk: number): Promise<readonly ProductRecord[]> {
    const stored = await this.gateway.get('UploadChunks', chunkAddress(upload, chunk));
    return stored === null ? [] : (readDense(stored.columns) as readonly ProductRecord[]);
  }

  async discardChunks(upload: Pick<UploadKey, 'tenantId' | 'uploadId'>): Promise<void> {
    const { partition } = chunkAddress(upload, 0);
    for await (const page of this.chunks.pages({ in: partition, columns: [] }))
      await eachBounded(page, this.options.writeConcurrency, async (row) => {
        await this.gateway.delete('UploadChunks', row, null);
      });
  }

  async remove(upload: RecordUpload): Promise<void> {
    await this.discardChunks(upload);
    await this.gateway.delete('RecordUploads', addressOf(upload), null);
  }
}

type UploadKey = Pick<RecordUpload, 'tenantId' | 'setupId' | 'uploadId'>;

function addressOf({ tenantId, setupId, uploadId }: UploadKey): RowAddress {
  return { partition: tenantPartition(tenantId), row: rowOf(setupId, uploadId) };
}

/** Ids of uploads are unique over the setups of a tenant. */
function chunkAddress(
  { tenantId, uploadId }: Pick<UploadKey, 'tenantId' | 'uploadId'>,
  chunk: number,
): RowAddress {
  return { partition: setupPartition(tenantId, uploadId), row: rowOf(ascending(chunk)) };
}
