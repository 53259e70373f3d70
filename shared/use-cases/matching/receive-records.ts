import type { ProductRecord } from '../../core/matching/product-record.js';
import type { RecordUpload } from '../../ports/records.js';
import { setupPlace, type MatchingApiPorts } from './api-ports.js';

/** Records of a chunk, and characters of their JSON: a row holds 1 MiB, half a million characters. */
const CHUNK = { records: 1_000, characters: 200_000 };

/**
 * Keeps a list aside, chunk by chunk as it comes in, and has a job take it over. All of its rows or none: where `rows`
 * throws, nothing is left of the upload. Null where there is no such setup.
 */
export async function receiveRecords(
  ports: MatchingApiPorts,
  { tenantId, setupId, mode }: Pick<RecordUpload, 'tenantId' | 'setupId' | 'mode'>,
  rows: AsyncIterable<ProductRecord>,
): Promise<RecordUpload | null> {
  if ((await setupPlace(ports, tenantId, setupId)) === null) return null;
  const now = ports.clock.now();
  const upload: RecordUpload = {
    ...{ tenantId, setupId, mode, rows: 0, chunks: 0, written: 0, status: 'receiving', appliedAt: null },
    uploadId: `${String(now).padStart(14, '0')}-${ports.chance.newId()}`,
    receivedAt: new Date(now).toISOString(),
  };
  await ports.recordUploads.save(upload);
  let received: RecordUpload;
  try {
    received = { ...upload, status: 'waiting', ...(await keepAside(ports, upload, rows)) };
  } catch (failure) {
    await ports.recordUploads.remove(upload);
    throw failure;
  }
  await ports.recordUploads.save(received);
  await ports.setupWork.requested(tenantId, setupId);
  return received;
}

async function keepAside(
  { recordUploads }: MatchingApiPorts,
  upload: RecordUpload,
  rows: AsyncIterable<ProductRecord>,
): Promise<Pick<RecordUpload, 'rows' | 'chunks'>> {
  const total = { rows: 0, chunks: 0 };
  let chunk: ProductRecord[] = [];
  let characters = 0;
  const put = async (): Promise<void> => {
    await recordUploads.putChunk(upload, total.chunks, chunk);
    total.chunks += 1;
    chunk = [];
    characters = 0;
  };
  for await (const row of rows) {
    const size = JSON.stringify(row).length;
    if (chunk.length === CHUNK.records || (chunk.length > 0 && characters + size > CHUNK.characters))
      await put();
    chunk.push(row);
    characters += size;
    total.rows += 1;
  }
  if (chunk.length > 0) await put();
  return total;
}
