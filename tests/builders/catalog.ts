import type { Catalog, CatalogEntry } from '../../shared/core/catalog/catalog.js';

/** A catalog with these roles, each with its module, and nothing else. */
export function aCatalog(roles: Readonly<Record<string, string>> = {}): Catalog {
  return {
    find: (kind, id): CatalogEntry | null =>
      kind === 'role' && Object.hasOwn(roles, id)
        ? { organizationId: 'org-1', kind, id, designation: id, module: roles[id] ?? null, parentId: null }
        : null,
  };
}
