import type { TenantSight } from '../../core/access.js';
import type { CatalogEntry } from '../../core/catalog/catalog.js';
import type { Stored } from '../../ports/registry.js';
import { organizationInSight } from './organization-in-sight.js';
import type { CatalogPorts } from './ports.js';

export type CatalogKey = Pick<CatalogEntry, 'organizationId' | 'kind' | 'id'>;

export type ReadCatalogEntryOutcome =
  | { readonly kind: 'found'; readonly entry: Stored<CatalogEntry> }
  | { readonly kind: 'organizationNotFound' }
  | { readonly kind: 'notFound' };

export async function readCatalogEntry(
  ports: Pick<CatalogPorts, 'organizations' | 'tenants' | 'catalogEntries'>,
  { organizationId, kind, id }: CatalogKey,
  sight: TenantSight,
): Promise<ReadCatalogEntryOutcome> {
  if (!(await organizationInSight(ports, organizationId, sight))) return { kind: 'organizationNotFound' };
  const entry = await ports.catalogEntries.get(organizationId, kind, id);
  return entry === null ? { kind: 'notFound' } : { kind: 'found', entry };
}
