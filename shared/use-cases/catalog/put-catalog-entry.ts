import type { CatalogEntry } from '../../core/catalog/catalog.js';
import { usesOf } from '../../core/catalog/uses-of.js';
import { RowConflict } from '../../core/failures.js';
import type { Stored } from '../../ports/registry.js';
import type { CatalogPorts } from './ports.js';
import { setupsOfOrganization } from './setups-of-organization.js';

export type PutCatalogEntryOutcome =
  | { readonly kind: 'saved'; readonly entry: Stored<CatalogEntry> }
  | { readonly kind: 'organizationNotFound' }
  | { readonly kind: 'parentUnknown' }
  /** The unit would lie below itself. */
  | { readonly kind: 'parentBelow' }
  | { readonly kind: 'preconditionFailed' };

const TRIES = 8;

/**
 * Registers something of the operator's for an organization, or replaces it; the people of started setups that give it
 * follow where they show what changed.
 * @param accepts whether the caller's precondition holds for that ETag; null where it made none
 * @throws RowConflict where others kept changing it
 */
export async function putCatalogEntry(
  ports: CatalogPorts,
  entry: CatalogEntry,
  accepts: ((tag: string) => boolean) | null,
): Promise<PutCatalogEntryOutcome> {
  const { organizations, catalogEntries } = ports;
  if ((await organizations.get(entry.organizationId)) === null) return { kind: 'organizationNotFound' };
  for (let tries = 1; ; tries += 1) {
    const before = await catalogEntries.get(entry.organizationId, entry.kind, entry.id);
    if (accepts !== null && (before === null || !accepts(before.tag))) return { kind: 'preconditionFailed' };
    const parent = await parentFault(ports, entry);
    if (parent !== null) return { kind: parent };
    try {
      const saved =
        before === null ? await catalogEntries.insert(entry) : await catalogEntries.replace(before, entry);
      // Said even where nothing shows: whoever was cut short here asks again with the same entry.
      if (before !== null && entry.kind === 'role') await tellSetups(ports, entry);
      return { kind: 'saved', entry: saved };
    } catch (failure) {
      if (!(failure instanceof RowConflict) || tries === TRIES) throw failure;
    }
  }
}

/** Follows the parents upwards, so that a unit never lies below itself. */
async function parentFault(
  { catalogEntries }: CatalogPorts,
  { organizationId, kind, id, parentId }: CatalogEntry,
): Promise<'parentUnknown' | 'parentBelow' | null> {
  if (parentId === null) return null;
  const catalog = await catalogEntries.whole(organizationId);
  let above = catalog.find(kind, parentId);
  if (above === null && parentId !== id) return 'parentUnknown';
  if (parentId === id) return 'parentBelow';
  const seen = new Set<string>();
  while (above !== null && !seen.has(above.id)) {
    if (above.id === id) return 'parentBelow';
    seen.add(above.id);
    above = above.parentId === null ? null : catalog.find(kind, above.parentId);
  }
  return null;
}

/** A person shows the module of each role. */
async function tellSetups(ports: CatalogPorts, entry: CatalogEntry): Promise<void> {
  const using = await setupsOfOrganization(ports, entry.organizationId);
  for (const setup of using)
    if (setup.state === 'started' && usesOf(entry, [setup]).length > 0)
      await ports.setupWork.requested(setup.tenantId, setup.setupId);
}
