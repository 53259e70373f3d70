import type { Disconnection } from '../core/disconnection.js';
import type { ListPage, ListRequest } from './mirror.js';
import type { Stored } from './registry.js';

/** The last disconnection of each tenant, kept beyond the tenant itself. */
export interface Disconnections {
  get(tenantId: string): Promise<Stored<Disconnection> | null>;
  /** Over all tenants. */
  list(request: ListRequest): Promise<ListPage<Stored<Disconnection>>>;
  /**
   * Replaces the row read under `tag`; null where there was none.
   * @throws RowConflict where it was changed since, or is there already
   */
  save(operation: Disconnection, tag: string | null): Promise<Stored<Disconnection>>;
  /** Absent is no fault. @throws RowConflict where it was changed since `tag` was read */
  remove(tenantId: string, tag: string): Promise<void>;
}
