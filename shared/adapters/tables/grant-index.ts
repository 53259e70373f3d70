import { bucketOf } from '../../core/bucket.js';
import type { GrantKey } from '../../core/people/grant-keys.js';
import { personIdOf } from '../../core/people/person.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Fence } from '../../ports/scope.js';
import { MAX_PAGE, type RowAddress, type TableGateway } from './gateway.js';
import { grantPartition, partsOf, rowOf, rowsUnder, type TenantPartition } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { removeRange, writeGroups } from './row-groups.js';

/** What somebody is found by: a grant of a person, or the reception of a host. */
export interface IndexKey {
  readonly kind: GrantKey['kind'] | 'host';
  readonly id: string;
}

export interface IndexEntry extends IndexKey {
  readonly setupId: string;
  readonly directoryId: string;
}

/**
 * Partitions over which the rows of a setup are spread by grant: one alone takes 2,000 rows a second
 * (https://learn.microsoft.com/azure/storage/tables/scalability-targets). Not above the fewest buckets of a tenant,
 * since each is cleared with the bucket of its number.
 */
const SHARDS = 8;

/**
 * Finds people and hosts by what they were given. An entry is written before the row that it leads to says so, and
 * removed after it stops: entries may be stale, never missing.
 */
export class GrantIndex {
  private readonly rows: PartitionedRows;

  constructor(
    gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'Grants', options);
  }

  async enter(fence: Fence, entries: readonly IndexEntry[]): Promise<void> {
    await this.rows.put(
      fence,
      entries.map((entry) => {
        const { kind, id, setupId, directoryId } = entry;
        const columns = { kind, grantId: id, directoryId, personId: personIdOf(setupId, directoryId) };
        return { ...addressOf(fence.tenantId, entry), columns };
      }),
    );
  }

  async leave(fence: Fence, entries: readonly IndexEntry[]): Promise<void> {
    const unique = new Map(
      entries.map((entry) => {
        const { partition, row } = addressOf(fence.tenantId, entry);
        return [
          `${partition} ${row}`,
          { partition, operations: [{ kind: 'delete', row } as const] },
        ] as const;
      }),
    );
    await writeGroups(this.rows, this.options, fence, [...unique.values()]);
  }

  /** Directory ids, in their order, without regard to whether their rows agree. */
  async page(
    tenantId: string,
    setupId: string,
    { kind, id }: IndexKey,
    { limit, after }: ListRequest,
  ): Promise<ListPage<string>> {
    const { rows, next } = await this.rows.gateway.query('Grants', {
      in: partitionOf(tenantId, setupId, { kind, id }),
      rows: rowsUnder(kind, id),
      columns: [],
      limit: Math.min(limit, MAX_PAGE),
      after,
    });
    return { rows: rows.map(({ row }) => partsOf(row)[2] ?? ''), next };
  }

  async count(tenantId: string, setupId: string, { kind, id }: IndexKey): Promise<number> {
    const query = {
      in: partitionOf(tenantId, setupId, { kind, id }),
      rows: rowsUnder(kind, id),
      columns: [],
    };
    let found = 0;
    for await (const page of this.rows.pages(query)) found += page.length;
    return found;
  }

  /** Removes a part of a setup's entries of these kinds: all of them once that was done for each of its buckets. */
  async clear(
    fence: Fence,
    setupId: string,
    kinds: readonly IndexKey['kind'][],
    bucket: number,
  ): Promise<void> {
    if (bucket >= SHARDS) return;
    const partition = grantPartition(fence.tenantId, setupId, bucket);
    for (const kind of kinds)
      await removeRange(this.rows, this.options, fence, { in: partition, rows: rowsUnder(kind) });
  }
}

function addressOf(tenantId: string, entry: IndexEntry): RowAddress {
  const { kind, id, setupId, directoryId } = entry;
  return { partition: partitionOf(tenantId, setupId, entry), row: rowOf(kind, id, directoryId) };
}

function partitionOf(tenantId: string, setupId: string, { kind, id }: IndexKey): TenantPartition {
  return grantPartition(tenantId, setupId, bucketOf(`${kind}|${id}`, SHARDS));
}
