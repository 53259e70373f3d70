import type { ListPage } from './mirror.js';
import type { SyncStates } from './sync-state.js';

/** A page of a list that may be searched. */
export interface SearchedPage<Row> extends ListPage<Row> {
  /**
   * Of a search: false while rows that an earlier version of the code wrote are entered into the index, so that others
   * may be there. Null without a search, which needs no index.
   */
  readonly complete: boolean | null;
}

/** Reads a page of a search, and says whether the index had everybody before it was read. */
export async function searched<Row>(
  { syncStates }: { readonly syncStates: Pick<SyncStates, 'read'> },
  tenantId: string,
  read: () => Promise<ListPage<Row>>,
): Promise<SearchedPage<Row>> {
  const { users } = await syncStates.read(tenantId);
  return { ...(await read()), complete: users.searchIndex.nextBucket === null };
}
