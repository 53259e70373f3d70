import type { ProductRecord } from '../core/matching/product-record.js';
import type { ListPage, ListRequest } from './mirror.js';
import type { Fence } from './scope.js';

/**
 * Records of the operator's product by setup, as the last uploads left them; only the lease holder writes them.
 * Every method may throw Unavailable or Throttled; fenced ones also LeaseLost.
 */
export interface Records {
  read(
    tenantId: string,
    setupId: string,
    recordIds: readonly string[],
  ): Promise<ReadonlyMap<string, ProductRecord>>;
  /** In the order of the keys. */
  list(tenantId: string, setupId: string, request: ListRequest): Promise<ListPage<ProductRecord>>;
  /** All of a setup, page by page, each with the upload that it came by last. */
  scan(tenantId: string, setupId: string): AsyncIterable<readonly UploadedRecord[]>;
  /** Each takes the place of what stood there under its id. */
  write(fence: Fence, setupId: string, uploadId: string, records: readonly ProductRecord[]): Promise<void>;
  /** Absent ones are no fault. */
  remove(fence: Fence, setupId: string, recordIds: readonly string[]): Promise<void>;
}

export interface UploadedRecord {
  readonly record: ProductRecord;
  readonly uploadId: string;
}

export const UPLOAD_MODES = ['merge', 'replace'] as const;

/** A list of records on its way in. Instants are ISO 8601 UTC. */
export interface RecordUpload {
  readonly tenantId: string;
  readonly setupId: string;
  /** Later uploads have greater ids. */
  readonly uploadId: string;
  /** merge: records that the list does not name stay; replace: they go. */
  readonly mode: (typeof UPLOAD_MODES)[number];
  /**
   * receiving: its rows are being checked and kept aside; waiting: all are good, and a job is to take them over;
   * matching: they are the setup's records now, and are being matched; applied: everything is done.
   */
  readonly status: 'receiving' | 'waiting' | 'matching' | 'applied';
  /** Rows, in so many chunks. */
  readonly rows: number;
  readonly chunks: number;
  /** So many of the chunks, from the first on, are records of the setup already. */
  readonly written: number;
  readonly receivedAt: string;
  readonly appliedAt: string | null;
}

/**
 * Lists on their way in. Whoever receives one writes it without a lease, since nobody else knows its id; from
 * `waiting` on it is the lease holder's. Every method may throw Unavailable or Throttled.
 */
export interface RecordUploads {
  get(tenantId: string, setupId: string, uploadId: string): Promise<RecordUpload | null>;
  save(upload: RecordUpload): Promise<void>;
  /** Of all setups of a tenant, those that are gone included. */
  all(tenantId: string): Promise<readonly RecordUpload[]>;
  /** Ids of the uploads of a tenant that have chunks, whether there is an upload of that id or not. */
  chunkedUploads(tenantId: string): Promise<readonly string[]>;
  /** Those not applied, in the order of their ids. */
  open(tenantId: string, setupId: string): Promise<readonly RecordUpload[]>;
  putChunk(upload: RecordUpload, chunk: number, records: readonly ProductRecord[]): Promise<void>;
  /** None for a chunk that was discarded. */
  readChunk(upload: RecordUpload, chunk: number): Promise<readonly ProductRecord[]>;
  discardChunks(upload: Pick<RecordUpload, 'tenantId' | 'uploadId'>): Promise<void>;
  /** The upload and its chunks, for what was given up. */
  remove(upload: RecordUpload): Promise<void>;
}
