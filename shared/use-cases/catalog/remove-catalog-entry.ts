import type { CatalogEntry } from '../../core/catalog/catalog.js';
import { usesOf, type CatalogUse } from '../../core/catalog/uses-of.js';
import { RowConflict } from '../../core/failures.js';
import type { ListPage } from '../../ports/mirror.js';
import type { Stored } from '../../ports/registry.js';
import type { CatalogPorts } from './ports.js';
import type { CatalogKey } from './read-catalog-entry.js';
import { setupsOfOrganization } from './setups-of-organization.js';

export type RemoveCatalogEntryOutcome =
  | { readonly kind: 'removed' }
  | { readonly kind: 'organizationNotFound' }
  | { readonly kind: 'preconditionFailed' }
  | {
      readonly kind: 'inUse';
      /** Places in setups. */
      readonly uses: readonly CatalogUse[];
      /** Organizational units below it. */
      readonly units: readonly string[];
    };

const TRIES = 8;
const ENTRIES_PER_PAGE = 1000;

/**
 * Takes something out of the catalog that nothing uses; one that is not there is no fault. Where a setup comes to use it
 * in the same moment, it is put back.
 * @param accepts whether the caller's precondition holds for that ETag; null where it made none
 * @throws RowConflict where others kept changing it
 */
export async function removeCatalogEntry(
  ports: CatalogPorts,
  { organizationId, kind, id }: CatalogKey,
  accepts: ((tag: string) => boolean) | null,
): Promise<RemoveCatalogEntryOutcome> {
  const { organizations, catalogEntries } = ports;
  if ((await organizations.get(organizationId)) === null) return { kind: 'organizationNotFound' };
  for (let tries = 1; ; tries += 1) {
    const stored = await catalogEntries.get(organizationId, kind, id);
    if (accepts !== null && (stored === null || !accepts(stored.tag))) return { kind: 'preconditionFailed' };
    if (stored === null) return { kind: 'removed' };
    const used = await usedBy(ports, stored.value);
    if (used !== null) return used;
    try {
      await catalogEntries.remove(stored);
      const late = await usedBy(ports, stored.value);
      if (late === null) return { kind: 'removed' };
      await catalogEntries.insert(stored.value);
      return late;
    } catch (failure) {
      if (!(failure instanceof RowConflict) || tries === TRIES) throw failure;
    }
  }
}

async function usedBy(
  ports: CatalogPorts,
  entry: CatalogEntry,
): Promise<Extract<RemoveCatalogEntryOutcome, { kind: 'inUse' }> | null> {
  const uses = usesOf(entry, await setupsOfOrganization(ports, entry.organizationId));
  const units = await unitsBelow(ports, entry);
  return uses.length + units.length > 0 ? { kind: 'inUse', uses, units } : null;
}

async function unitsBelow({ catalogEntries }: CatalogPorts, entry: CatalogEntry): Promise<string[]> {
  if (entry.kind !== 'organizationalUnit') return [];
  const below: string[] = [];
  let after: string | null = null;
  do {
    const page: ListPage<Stored<CatalogEntry>> = await catalogEntries.list(entry.organizationId, entry.kind, {
      after,
      limit: ENTRIES_PER_PAGE,
    });
    below.push(...page.rows.filter(({ value }) => value.parentId === entry.id).map(({ value }) => value.id));
    after = page.next;
  } while (after !== null);
  return below;
}
