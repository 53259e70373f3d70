import type { ConsentRequest } from '../core/consent-request.js';
import type { Stored } from './registry.js';

/** Links that ask for consent; only fingerprints of their tokens ever come here. A null tenant is one not known. */
export interface ConsentRequests {
  /** @throws RowConflict where there is one of that id */
  create(request: ConsentRequest): Promise<Stored<ConsentRequest>>;
  get(tenantId: string | null, requestId: string): Promise<Stored<ConsentRequest> | null>;
  /** @throws RowConflict where it was changed since `tag` was read, or is gone */
  save(request: ConsentRequest, tag: string): Promise<Stored<ConsentRequest>>;
  /** Absent is no fault. */
  remove(tenantId: string | null, requestId: string): Promise<void>;
  /** Removes those that expired before the instant (ISO 8601 UTC). */
  removeExpiredBefore(tenantId: string | null, instant: string): Promise<void>;
}
