import type { MatchConflict } from '../../core/matching/match-conflict.js';
import type { ProductRecord } from '../../core/matching/product-record.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { RecordUpload } from '../../ports/records.js';
import { setupPlace, type MatchingApiPorts } from './api-ports.js';

/** Null where there is no such setup. */
export async function listRecords(
  ports: MatchingApiPorts,
  tenantId: string,
  setupId: string,
  request: ListRequest,
): Promise<ListPage<ProductRecord> | null> {
  if ((await setupPlace(ports, tenantId, setupId)) === null) return null;
  return await ports.records.list(tenantId, setupId, request);
}

/** Null where there is no such setup. */
export async function listConflicts(
  ports: MatchingApiPorts,
  tenantId: string,
  setupId: string,
  request: ListRequest,
): Promise<ListPage<MatchConflict> | null> {
  if ((await setupPlace(ports, tenantId, setupId)) === null) return null;
  return await ports.matchConflicts.list(tenantId, setupId, request);
}

/** Null where the setup has no such upload. */
export async function readUpload(
  ports: MatchingApiPorts,
  tenantId: string,
  setupId: string,
  uploadId: string,
): Promise<RecordUpload | null> {
  return await ports.recordUploads.get(tenantId, setupId, uploadId);
}
