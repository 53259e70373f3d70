import { matchesSearch, searchWordsOf, type Searchable } from '../../core/search-words.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Fence, TenantScope } from '../../ports/scope.js';
import { MAX_PAGE, type TableGateway } from './gateway.js';
import { partsOf, rowOf, rowsBeginning, searchIndex, searchPartition, searchPartitions } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { removeRange, writeGroups, type RowGroup } from './row-groups.js';

/** Of whom an index is: the users of the mirror, or the people of one setup. */
export type Searched = { readonly kind: 'users' } | { readonly kind: 'people'; readonly setupId: string };

/** A row before and after a write; null where there is none. */
export interface SearchChange {
  readonly id: string;
  readonly before: Searchable | null;
  readonly after: Searchable | null;
}

/**
 * Finds users and people by the beginning of a word. Entries follow just before the rows that they lead to, so that a
 * crash in between, after which the write is repeated, leaves none behind: whoever reads verifies them by the row.
 */
export class SearchIndex {
  private readonly rows: PartitionedRows;

  constructor(
    gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'SearchWords', options);
  }

  /** To be called before the rows are written or removed. */
  async follow(fence: Fence, searched: Searched, changes: readonly SearchChange[]): Promise<void> {
    const groups = changes.flatMap(({ id, before, after }): RowGroup[] => {
      const dropped = new Set(before === null ? [] : searchWordsOf(before));
      const added = new Set(after === null ? [] : searchWordsOf(after));
      const differing = [...dropped, ...added].filter((word) => dropped.has(word) !== added.has(word));
      return differing.map((word) => {
        const partition = searchPartition(fence, indexOf(searched), word);
        const row = rowOf(word, id);
        return added.has(word)
          ? { partition, operations: [{ kind: 'put', row, columns: {} }] }
          : { partition, operations: [{ kind: 'delete', row }] };
      });
    });
    await writeGroups(this.rows, this.options, fence, groups);
  }

  /**
   * Candidates for the tokens of a search, each once: what of them fits now, `fitting` tells by their rows.
   * @param tokens at least one
   */
  async page<Row>(
    scope: TenantScope,
    searched: Searched,
    tokens: readonly string[],
    request: ListRequest,
    fitting: (ids: readonly string[]) => Promise<ReadonlyMap<string, { row: Row; searchable: Searchable }>>,
  ): Promise<ListPage<Row>> {
    const token = tokens.reduce((longest, each) => (each.length > longest.length ? each : longest));
    const { rows, next } = await this.rows.gateway.query('SearchWords', {
      in: searchPartitions(scope, indexOf(searched), token),
      rows: rowsBeginning(token),
      columns: [],
      limit: Math.min(request.limit, MAX_PAGE),
      after: request.after,
    });
    const entries = rows.map(({ row }) => partsOf(row)).map(([word = '', id = '']) => ({ word, id }));
    const found = await fitting([...new Set(entries.map(({ id }) => id))]);
    const value = entries.flatMap(({ word, id }) => {
      const candidate = found.get(id);
      if (candidate === undefined) return [];
      const words = searchWordsOf(candidate.searchable);
      // Somebody whose name has two such words is found by the first alone.
      const isFirst = words.find((each) => each.startsWith(token)) === word;
      return isFirst && matchesSearch(words, tokens) ? [candidate.row] : [];
    });
    return { rows: value, next };
  }

  /** Removes every entry of these. */
  async clear(fence: Fence, searched: Searched): Promise<void> {
    const query = { in: searchIndex(fence.tenantId, indexOf(searched)) };
    await removeRange(this.rows, this.options, fence, query);
  }
}

function indexOf(searched: Searched): readonly string[] {
  switch (searched.kind) {
    case 'users':
      return ['users'];
    case 'people':
      return ['people', searched.setupId];
  }
}
