import type { ProductRecord } from '../../core/matching/product-record.js';
import type { RecordUpload } from '../../ports/records.js';
import type { MatchingApiPorts } from './api-ports.js';
import { obstacleToWrite, type WriteObstacle } from './may-write.js';

/** Records of a chunk, and characters of their JSON: a row holds 1 MiB, half a million characters. */
const CHUNK = { records: 1_000, characters: 200_000 };

export type ReceiveRecordsOutcome =
  { readonly kind: 'received'; readonly upload: RecordUpload } | { readonly kind: WriteObstacle };

/**
 * Keeps a list aside, chunk by chunk as it comes in, and has a job take it over. All of its rows or none: if `rows`
 * throws, or tenant or setup are removed before it is complete, nothing is left of the upload.
 */
export async function receiveRecords(
  ports: MatchingApiPorts,
  { tenantId, setupId, mode }: Pick<RecordUpload, 'tenantId' | 'setupId' | 'mode'>,
  rows: AsyncIterable<ProductRecord>,
): Promise<ReceiveRecordsOutcome> {
  const place = { tenantId, setupId };
  const obstacle = await obstacleToWrite(ports, place);
  if (obstacle !== null) return { kind: obstacle };
  const now = ports.clock.now();
  const upload: RecordUpload = {
    ...{ ...place, mode, rows: 0, chunks: 0, written: 0, status: 'receiving', appliedAt: null },
    uploadId: `${String(now).padStart(14, '0')}-${ports.chance.newId()}`,
    receivedAt: new Date(now).toISOString(),
  };
  await ports.recordUploads.save(upload);
  let received: RecordUpload;
  try {
    received = { ...upload, status: 'waiting', ...(await keepAside(ports, upload, rows)) };
  } catch (failure) {
    await ports.recordUploads.remove(upload);
    if (failure instanceof Obstructed) return { kind: failure.obstacle };
    throw failure;
  }
  await ports.recordUploads.save(received);
  const since = await obstacleToWrite(ports, place);
  if (since !== null) {
    await ports.recordUploads.remove(received);
    return { kind: since };
  }
  await ports.setupWork.requested(tenantId, setupId);
  return { kind: 'received', upload: received };
}

class Obstructed extends Error {
  constructor(readonly obstacle: WriteObstacle) {
    super(obstacle);
  }
}

/** @throws Obstructed */
async function keepAside(
  ports: MatchingApiPorts,
  upload: RecordUpload,
  rows: AsyncIterable<ProductRecord>,
): Promise<Pick<RecordUpload, 'rows' | 'chunks'>> {
  const total = { rows: 0, chunks: 0 };
  let chunk: ProductRecord[] = [];
  let characters = 0;
  const look = async (): Promise<void> => {
    const obstacle = await obstacleToWrite(ports, upload);
    if (obstacle !== null) throw new Obstructed(obstacle);
  };
  const put = async (): Promise<void> => {
    await look();
    await ports.recordUploads.putChunk(upload, total.chunks, chunk);
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
  await look();
  return total;
}
