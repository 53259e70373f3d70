import type { TenantSight } from '../../core/access.js';
import type { CatalogEntry, CatalogKind } from '../../core/catalog/catalog.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Stored } from '../../ports/registry.js';
import { organizationInSight } from './organization-in-sight.js';
import type { CatalogPorts } from './ports.js';

/** What is registered for an organization, of one kind or all; null where there is no such organization in sight. */
export async function listCatalog(
  ports: Pick<CatalogPorts, 'organizations' | 'tenants' | 'catalogEntries'>,
  list: { readonly organizationId: string; readonly kind: CatalogKind | null; readonly sight: TenantSight },
  request: ListRequest,
): Promise<ListPage<Stored<CatalogEntry>> | null> {
  const { organizationId, kind, sight } = list;
  if (!(await organizationInSight(ports, organizationId, sight))) return null;
  return await ports.catalogEntries.list(organizationId, kind, request);
}
