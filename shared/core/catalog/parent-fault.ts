import type { Catalog, CatalogEntry } from './catalog.js';

/** Units above a unit, itself counted; campus, region and department take a handful. */
const MOST_LEVELS = 50;

/** unknown: no organizational unit has that id; below: the unit would lie below itself. */
export type ParentFault = 'unknown' | 'below' | 'tooDeep';

/**
 * What is wrong with the parent of an entry; null where nothing is, or where it has none. What lies below the entry
 * already is not counted, so that a chain may get deeper by moving it.
 */
export function parentFaultOf(
  { kind, id, parentId }: Pick<CatalogEntry, 'kind' | 'id' | 'parentId'>,
  catalog: Catalog,
): ParentFault | null {
  let aboveId = parentId;
  for (let level = 1; aboveId !== null; level += 1) {
    if (aboveId === id) return 'below';
    const above = catalog.find(kind, aboveId);
    if (above === null) return level === 1 ? 'unknown' : null;
    if (level === MOST_LEVELS) return 'tooDeep';
    aboveId = above.parentId;
  }
  return null;
}
