import type { Catalog, CatalogEntry, CatalogKind } from '../core/catalog/catalog.js';
import type { Setup, SetupTemplate } from '../core/setup/setup.js';
import type { ListPage, ListRequest } from './mirror.js';
import type { Stored } from './registry.js';

/**
 * Setups, written at once by whoever edits them; what follows from an edit is a job's. Every method may throw
 * Unavailable or Throttled.
 */
export interface Setups {
  get(tenantId: string, setupId: string): Promise<Stored<Setup> | null>;
  /** In the order of their ids. */
  list(tenantId: string, request: ListRequest): Promise<ListPage<Stored<Setup>>>;
  /** All of a tenant, for its jobs. */
  all(tenantId: string): Promise<readonly Setup[]>;
  /** @throws RowConflict where it is there already */
  insert(setup: Setup): Promise<Stored<Setup>>;
  /** @throws RowConflict where it was changed since it was read */
  replace(stored: Stored<Setup>, next: Setup): Promise<Stored<Setup>>;
  /** @throws RowConflict where it was changed since it was read */
  remove(stored: Stored<Setup>): Promise<void>;
}

/** What setups may be copied from; a registry table. Every method may throw Unavailable or Throttled. */
export interface SetupTemplates {
  get(templateId: string): Promise<Stored<SetupTemplate> | null>;
  /** In the order of their ids. */
  list(request: ListRequest): Promise<ListPage<Stored<SetupTemplate>>>;
  /**
   * @param tag null where none stands there
   * @throws RowConflict where it was changed since `tag` was read
   */
  save(template: SetupTemplate, tag: string | null): Promise<Stored<SetupTemplate>>;
  /** Absent is no fault. @throws RowConflict where it was changed since `tag` was read */
  remove(templateId: string, tag: string): Promise<void>;
}

/** The operator's own things by organization; a registry table, which holds no person. */
export interface CatalogEntries {
  get(organizationId: string, kind: CatalogKind, id: string): Promise<Stored<CatalogEntry> | null>;
  list(
    organizationId: string,
    kind: CatalogKind | null,
    request: ListRequest,
  ): Promise<ListPage<Stored<CatalogEntry>>>;
  /** Everything of an organization, for derivation and validation. */
  whole(organizationId: string): Promise<Catalog>;
  /** @throws RowConflict where it is there already */
  insert(entry: CatalogEntry): Promise<Stored<CatalogEntry>>;
  /** @throws RowConflict where it was changed since it was read */
  replace(stored: Stored<CatalogEntry>, next: CatalogEntry): Promise<Stored<CatalogEntry>>;
  /** @throws RowConflict where it was changed since it was read */
  remove(stored: Stored<CatalogEntry>): Promise<void>;
}
