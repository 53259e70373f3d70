import { RowConflict } from '../../core/failures.js';
import { NOTHING_HEARD, type Hearing } from '../../core/hearing.js';
import { RESOURCES, type Resource } from '../../core/resource.js';
import { emptyResourceState, type ResourceState, type Round } from '../../core/round.js';
import { SEARCH_INDEX_BUILT, searchIndexFrom, type SearchIndexState } from '../../core/search-index.js';
import { BASE_ATTRIBUTES } from '../../core/selection.js';
import type { Fence } from '../../ports/scope.js';
import type { SyncStates, Want } from '../../ports/sync-state.js';
import { documentColumns } from './document-columns.js';
import { MAX_PAGE, type Columns, type RowAddress, type TableGateway } from './gateway.js';
import { partsOf, rowOf, rowsUnder, tenantPartition } from './keys.js';
import { retryConflict } from './retry-conflict.js';

const stateColumns = documentColumns<ResourceState>({
  resource: 'plain',
  pristine: 'plain',
  deltaLink: 'plain',
  attributes: 'json',
  references: 'plain',
  seesHidden: 'plain',
  round: 'json',
  last: 'json',
  provenAt: 'plain',
  hearing: 'json',
  searchIndex: 'json',
});

type Later = 'attributes' | 'references' | 'proven' | 'seesHidden';

type Stored = Omit<
  ResourceState,
  'attributes' | 'references' | 'seesHidden' | 'round' | 'hearing' | 'searchIndex'
> & {
  readonly hearing: Hearing | null;
  readonly searchIndex: SearchIndexState | null;
  readonly attributes: readonly string[] | null;
  readonly references: boolean | null;
  readonly seesHidden: boolean | null;
  readonly round: (Omit<Round, Later> & Partial<Pick<Round, Later>>) | null;
};

/** Two rows per resource: `state|{resource}` of the lease holder, `want|{resource}` of everybody. */
export class TableSyncStates implements SyncStates {
  constructor(private readonly gateway: TableGateway) {}

  async read(tenantId: string): Promise<Record<Resource, ResourceState>> {
    const { rows } = await this.gateway.query('SyncState', {
      in: tenantPartition(tenantId),
      rows: rowsUnder('state'),
      limit: MAX_PAGE,
      after: null,
    });
    const stored = new Map(
      rows.map(({ columns }) => stateFrom(columns)).map((state) => [state.resource, state]),
    );
    const stateOf = (resource: Resource): ResourceState =>
      stored.get(resource) ?? emptyResourceState(resource);
    return { users: stateOf('users'), groups: stateOf('groups') };
  }

  async save(fence: Fence, state: ResourceState): Promise<void> {
    fence.assertHeld();
    const address = { partition: tenantPartition(fence.tenantId), row: rowOf('state', state.resource) };
    await this.gateway.put('SyncState', { ...address, columns: stateColumns.write(state) });
  }

  async wants(tenantId: string): Promise<readonly Want[]> {
    const { rows } = await this.gateway.query('SyncState', {
      in: tenantPartition(tenantId),
      rows: rowsUnder('want'),
      limit: MAX_PAGE,
      after: null,
    });
    return rows.flatMap(({ row, columns, tag }) => {
      const resource = RESOURCES.find((known) => known === partsOf(row)[1]);
      const { full, since } = columns;
      return resource === undefined ? [] : [{ resource, full: full === true, since: String(since), tag }];
    });
  }

  async want(
    tenantId: string,
    resource: Resource,
    options: { readonly full: boolean; readonly since: string },
  ): Promise<void> {
    const address = wantAddress(tenantId, resource);
    await retryConflict(async () => {
      const stored = await this.gateway.get('SyncState', address);
      // Writing anew, even the same, changes the ETag: a round that began before no longer clears the want.
      if (stored === null) {
        await this.gateway.insert('SyncState', { ...address, columns: { ...options } });
        return;
      }
      const full = options.full || stored.columns['full'] === true;
      await this.gateway.update('SyncState', { ...address, columns: { ...options, full } }, stored.tag);
    });
  }

  async clearWant(tenantId: string, resource: Resource, tag: string): Promise<boolean> {
    try {
      return await this.gateway.delete('SyncState', wantAddress(tenantId, resource), tag);
    } catch (failure) {
      if (failure instanceof RowConflict) return false;
      throw failure;
    }
  }
}

/** Rows of versions that read the base attributes alone, and the members of all groups, do not tell so, nor what was heard. */
function stateFrom(columns: Columns): ResourceState {
  const stored: Stored = stateColumns.read(columns);
  // Those versions did not read what groups hide.
  const base = BASE_ATTRIBUTES[stored.resource].filter((name) => name !== 'visibility');
  const attributes = stored.attributes ?? (stored.deltaLink === null ? [] : base);
  const before = { references: true, proven: false, attributes: base, seesHidden: false };
  const round = stored.round === null ? null : { ...before, ...stored.round };
  return {
    ...stored,
    attributes,
    references: stored.references ?? true,
    seesHidden: stored.seesHidden ?? false,
    round,
    hearing: stored.hearing ?? NOTHING_HEARD,
    searchIndex: stored.resource === 'users' ? searchIndexFrom(stored.searchIndex) : SEARCH_INDEX_BUILT,
  };
}

function wantAddress(tenantId: string, resource: Resource): RowAddress {
  return { partition: tenantPartition(tenantId), row: rowOf('want', resource) };
}
