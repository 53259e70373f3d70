import type { AdminLink, AdminSession } from '../core/admin-link.js';
import type { ListPage, ListRequest } from './mirror.js';
import type { Stored } from './registry.js';

/** Links of a tenant and the sessions begun with them. Only fingerprints of tokens ever come here. */
export interface AdminLinks {
  create(link: AdminLink): Promise<void>;
  get(tenantId: string, linkId: string): Promise<Stored<AdminLink> | null>;
  /** In the order of their ids. */
  list(tenantId: string, request: ListRequest): Promise<ListPage<AdminLink>>;
  /** @throws RowConflict where it was changed since `tag` was read, or is gone */
  save(link: AdminLink, tag: string): Promise<void>;
  /** Answers false where it was gone already. */
  remove(tenantId: string, linkId: string): Promise<boolean>;
  /**
   * Saves the used link and its session, both or none.
   * @throws RowConflict where somebody else was quicker
   */
  startSession(link: AdminLink, tag: string, session: AdminSession): Promise<void>;
  session(tenantId: string, sessionId: string): Promise<AdminSession | null>;
  endSession(tenantId: string, sessionId: string): Promise<void>;
  /** Removes links and sessions that ended before the instant (ISO 8601 UTC). */
  removeEndedBefore(tenantId: string, instant: string): Promise<void>;
}
