import type { AccessGrant, Role } from '../core/access.js';
import type { ListPage, ListRequest } from './mirror.js';
import type { Stored } from './registry.js';

/**
 * Who may act on which tenant, besides app roles. Every method may throw Unavailable or Throttled.
 */
export interface AccessGrants {
  get(tenantId: string, principalId: string): Promise<Stored<AccessGrant> | null>;
  /** Of one tenant, in the order of the principals' ids. */
  list(tenantId: string, request: ListRequest): Promise<ListPage<AccessGrant>>;
  /** Everything that one principal holds, by tenant id. Goes through the whole table. */
  ofPrincipal(principalId: string): Promise<ReadonlyMap<string, readonly Role[]>>;
  /** @param tag null where there is no row yet. @throws RowConflict where that is no longer so */
  save(grant: AccessGrant, tag: string | null): Promise<Stored<AccessGrant>>;
  /** @throws RowConflict where it was changed since `tag` was read */
  remove(grant: AccessGrant, tag: string): Promise<void>;
}
