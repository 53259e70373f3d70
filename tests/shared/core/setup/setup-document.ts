import type { Catalog, CatalogEntry } from '../../../../shared/core/catalog/catalog.js';
import type { GrantRule, SetupDocument } from '../../../../shared/core/setup/setup.js';
import type { SetupSurroundings } from '../../../../shared/core/setup/validate-setup.js';

/** A document without faults, which parts take the place in. */
export function setupDocument(parts: Partial<SetupDocument> = {}): SetupDocument {
  return {
    designation: 'Staff',
    organizationId: 'contoso',
    customerType: null,
    resourceTypes: ['users'],
    scope: {
      kind: 'directory',
      groupIds: [],
      groupTypes: 'security',
      includeDisabled: false,
      includeGuests: false,
      filter: null,
      excludeGroupIds: [],
    },
    attributes: { preset: null, fields: [], mailFallback: null, initialsFrom: null, connection: null },
    match: ['entraId'],
    create: true,
    update: true,
    remove: { whenLeft: { mode: 'disable', afterDays: 0 }, whenDeleted: { mode: 'delete', afterDays: 30 } },
    grants: [],
    segments: { fromGroups: 'none', groupIds: [], rules: [] },
    removalGuard: { maxCount: 500, maxShare: 0.2, minCount: 0, withinHours: 24 },
    ...parts,
  };
}

export function grant(parts: Partial<GrantRule> = {}): GrantRule {
  return {
    source: { kind: 'group', groupId: 'sales' },
    roles: [],
    memberships: [],
    hostsOf: [],
    organizationalUnits: [],
    ...parts,
  };
}

export function catalogEntry(parts: Pick<CatalogEntry, 'kind' | 'id'> & Partial<CatalogEntry>): CatalogEntry {
  return { organizationId: 'contoso', designation: parts.id, module: null, parentId: null, ...parts };
}

export function catalogOf(entries: readonly CatalogEntry[]): Catalog {
  return { find: (kind, id) => entries.find((entry) => entry.kind === kind && entry.id === id) ?? null };
}

/** One of each kind: `planner`, `halfway` (a role without module), `4711`, `kitchen`, `front`, `hq`, `school`. */
export const surroundings: SetupSurroundings = {
  catalog: catalogOf([
    catalogEntry({ kind: 'role', id: 'planner', module: 'meetings' }),
    catalogEntry({ kind: 'role', id: 'halfway' }),
    catalogEntry({ kind: 'costCenter', id: '4711' }),
    catalogEntry({ kind: 'deliveryProvider', id: 'kitchen' }),
    catalogEntry({ kind: 'reception', id: 'front' }),
    catalogEntry({ kind: 'organizationalUnit', id: 'hq' }),
    catalogEntry({ kind: 'customerType', id: 'school' }),
  ]),
  groups: () => 'suitable',
  organization: 'known',
};
