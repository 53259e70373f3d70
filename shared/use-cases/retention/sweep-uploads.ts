import { keptSince } from '../../core/retention.js';
import type { RecordUpload } from '../../ports/records.js';
import { holdOn, type Sweep } from './sweep.js';

/**
 * Removes uploads that were given up or applied long ago, and those of setups that are gone, then chunks without an
 * upload. The chunks are listed first: an upload is saved before its first chunk.
 */
export async function sweepUploads(sweep: Sweep): Promise<void> {
  const { recordUploads, setups } = sweep.ports;
  const { tenantId } = sweep.fence;
  const chunked = await recordUploads.chunkedUploads(tenantId);
  const uploads = await recordUploads.all(tenantId);
  const setupIds = new Set((await setups.all(tenantId)).map(({ setupId }) => setupId));
  const isOver = (upload: RecordUpload): boolean => !setupIds.has(upload.setupId) || isOld(upload, sweep.now);
  for (const upload of uploads.filter(isOver)) {
    await holdOn(sweep);
    await recordUploads.remove(upload);
  }
  const withChunks = new Set(uploads.filter(({ status }) => status !== 'applied').map((one) => one.uploadId));
  for (const uploadId of chunked) {
    if (withChunks.has(uploadId)) continue;
    await holdOn(sweep);
    await recordUploads.discardChunks({ tenantId, uploadId });
  }
}

function isOld({ status, receivedAt, appliedAt }: RecordUpload, now: number): boolean {
  switch (status) {
    case 'receiving':
      return receivedAt < keptSince('receivingUpload', now);
    case 'applied':
      return (appliedAt ?? receivedAt) < keptSince('appliedUpload', now);
    case 'waiting':
    case 'matching':
      return false;
  }
}
