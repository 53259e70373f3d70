/**
 * Which words the search index of this version has, as core/search-words.ts finds them. With another number every
 * tenant enters its rows again.
 */
const SEARCH_INDEX_VERSION = 1;

/** How far the users of a tenant, and the people of its setups, are in the index by which they are searched. */
export interface SearchIndexState {
  readonly version: number;
  /** The first bucket whose rows may have no entries, since an earlier version wrote them; null if each row has its own. */
  readonly nextBucket: number | null;
}

/** Of a tenant without rows: whatever is written enters its words as well. */
export const SEARCH_INDEX_BUILT: SearchIndexState = { version: SEARCH_INDEX_VERSION, nextBucket: null };

/** @param stored null if the row was written before there was an index, or before it was known how far it is */
export function searchIndexFrom(stored: SearchIndexState | null): SearchIndexState {
  if (stored?.version === SEARCH_INDEX_VERSION) return stored;
  return { version: SEARCH_INDEX_VERSION, nextBucket: 0 };
}

/** @param bucket whose rows have their entries now */
export function bucketIndexed(bucket: number, bucketCount: number): SearchIndexState {
  const nextBucket = bucket + 1 < bucketCount ? bucket + 1 : null;
  return { version: SEARCH_INDEX_VERSION, nextBucket };
}
