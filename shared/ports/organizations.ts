import type { Organization } from '../core/organization.js';
import type { ListPage, ListRequest } from './mirror.js';
import type { Stored } from './registry.js';

/** The operator's customers. Every method may throw Unavailable or Throttled. */
export interface Organizations {
  get(id: string): Promise<Stored<Organization> | null>;
  /** In the order of their ids. */
  list(request: ListRequest): Promise<ListPage<Stored<Organization>>>;
  /** @param tag null where there is none yet. @throws RowConflict where that is no longer so */
  save(organization: Organization, tag: string | null): Promise<Stored<Organization>>;
  /** Absent is no fault. @throws RowConflict where it was changed since `tag` was read */
  remove(id: string, tag: string): Promise<void>;
}
