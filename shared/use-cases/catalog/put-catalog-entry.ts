import type { CatalogEntry } from '../../core/catalog/catalog.js';
import { parentFaultOf, type ParentFault } from '../../core/catalog/parent-fault.js';
import { usesOf } from '../../core/catalog/uses-of.js';
import { RowConflict } from '../../core/failures.js';
import type { Stored } from '../../ports/registry.js';
import type { CatalogPorts } from './ports.js';
import { setupsOfOrganization } from './setups-of-organization.js';

export type PutCatalogEntryOutcome =
  | { readonly kind: 'saved'; readonly entry: Stored<CatalogEntry> }
  | { readonly kind: 'organizationNotFound' }
  | { readonly kind: 'parentRefused'; readonly fault: ParentFault }
  | { readonly kind: 'preconditionFailed' };

const TRIES = 8;

/**
 * Registers something of the operator's for an organization, or replaces it; the people of started setups that give it
 * follow where they show what changed.
 * The parents are looked at again once it is saved: two that become each other's in one moment are both refused.
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
    const fault = entry.parentId === null ? null : await faultAbove(ports, entry);
    if (fault !== null) return { kind: 'parentRefused', fault };
    try {
      const saved =
        before === null ? await catalogEntries.insert(entry) : await catalogEntries.replace(before, entry);
      const late = entry.parentId === null ? null : await faultAbove(ports, entry);
      if (late !== null) {
        await (before === null ? catalogEntries.remove(saved) : catalogEntries.replace(saved, before.value));
        return { kind: 'parentRefused', fault: late };
      }
      // Said even where nothing shows: whoever was cut short here asks again with the same entry.
      if (before !== null && entry.kind === 'role') await tellSetups(ports, entry);
      return { kind: 'saved', entry: saved };
    } catch (failure) {
      if (!(failure instanceof RowConflict) || tries === TRIES) throw failure;
    }
  }
}

async function faultAbove(
  { catalogEntries }: CatalogPorts,
  entry: CatalogEntry,
): Promise<ParentFault | null> {
  return parentFaultOf(entry, await catalogEntries.whole(entry.organizationId));
}

/** A person shows the module of each role. */
async function tellSetups(ports: CatalogPorts, entry: CatalogEntry): Promise<void> {
  const using = await setupsOfOrganization(ports, entry.organizationId);
  for (const setup of using)
    if (setup.state === 'started' && usesOf(entry, [setup]).length > 0)
      await ports.setupWork.requested(setup.tenantId, setup.setupId);
}
