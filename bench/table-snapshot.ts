import type { TableClient } from '@azure/data-tables';
import { tenantPartitions } from './tenant-partitions.js';

/** The tables that hold the mirror; its rows are only ever written because a directory changed. */
export const MIRROR_TABLES = ['Users', 'Groups', 'Memberships', 'MemberOf', 'DeletedUsers'] as const;
/** What is derived from the mirror. */
export const DERIVED_TABLES = ['GroupCounts'] as const;

/** Every row's ETag, which is another after each write, even of the same content. */
export type TableSnapshot = ReadonlyMap<string, string>;

/** Of one tenant's rows in these tables. */
export async function takeSnapshot(
  table: (name: string) => TableClient,
  tenantId: string,
  names: readonly string[],
): Promise<TableSnapshot> {
  const tags = new Map<string, string>();
  const partitions = await tenantPartitions(table('Tenants'), tenantId);
  for (const name of names) {
    for (const partition of partitions) {
      const queryOptions = { filter: `PartitionKey eq '${partition}'`, select: ['rowKey'] };
      for await (const row of table(name).listEntities({ queryOptions })) {
        tags.set(`${name} ${partition} ${row.rowKey ?? ''}`, row.etag);
      }
    }
  }
  return tags;
}

/** What the product reads of one setup: its people, and every other row that a change of them leads to. */
export interface ProductSnapshot {
  readonly people: TableSnapshot;
  readonly others: TableSnapshot;
}

/**
 * Outbox rows that wait are among the others; those that were relayed are gone, and stand in the journal. Of
 * that, this month's table is read, which is there once anything was journaled.
 */
export async function takeProductSnapshot(
  table: (name: string) => TableClient,
  tenantId: string,
  setupId: string,
): Promise<ProductSnapshot> {
  const people = new Map<string, string>();
  const others = new Map<string, string>();
  const journal = `Journal${new Date().toISOString().slice(0, 7).replace('-', '')}`;
  for (const name of ['People', 'Hosts', 'Grants', journal]) {
    const filter = `PartitionKey ge '${tenantId}' and PartitionKey lt '${tenantId}}'`;
    const rows = table(name).listEntities({ queryOptions: { filter, select: ['partitionKey', 'rowKey'] } });
    for await (const { partitionKey = '', rowKey = '', etag } of rows) {
      const isPerson = name === 'People' && rowKey.startsWith(`${setupId}|`);
      (isPerson ? people : others).set(`${name} ${partitionKey} ${rowKey}`, etag);
    }
  }
  return { people, others };
}

/** How many rows were written, anew or again, or removed from one snapshot to the next. */
export function countWritten(before: TableSnapshot, after: TableSnapshot): number {
  let written = 0;
  for (const [row, tag] of after) if (before.get(row) !== tag) written += 1;
  for (const row of before.keys()) if (!after.has(row)) written += 1;
  return written;
}
