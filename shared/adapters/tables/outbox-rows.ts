import { placeOf, type OutboxEntry } from '../../core/people/outbox-entry.js';
import type { Fence } from '../../ports/scope.js';
import { INTENT } from './grant-intents.js';
import { documentColumns } from './document-columns.js';
import type { RowOperation, StoredRow, TableGateway } from './gateway.js';
import { bucketPartition, partsOf, rowOf, rowsUnder, tenantPartition, type RowKey } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { removeRange, writeGroups } from './row-groups.js';

/** Tables with outbox rows beside those they tell of. */
export type OutboxTable = 'People' | 'Hosts';
export const OUTBOX_TABLES: readonly OutboxTable[] = ['People', 'Hosts'];

/** Before the rows of entries; no setup is named so. */
const PREFIX = '_outbox';

export const ENTRY_ROWS = rowsUnder(PREFIX);

const entryColumns = documentColumns<OutboxEntry>({
  entryId: 'plain',
  kind: 'plain',
  subject: 'plain',
  setupId: 'plain',
  before: 'plain',
  after: 'plain',
  changed: 'json',
  runId: 'plain',
  reason: 'plain',
  at: 'plain',
});

export function entryRow(entry: OutboxEntry): RowKey {
  return rowOf(PREFIX, ...placeOf(entry).parts);
}

export function putEntry(entry: OutboxEntry): RowOperation {
  return { kind: 'put', row: entryRow(entry), columns: entryColumns.write(entry) };
}

export function entryFrom({ columns }: StoredRow): OutboxEntry {
  return entryColumns.read(columns);
}

/** A partition in which entries may lie. */
export interface OutboxPlace {
  readonly table: OutboxTable;
  readonly bucket: number;
}

/**
 * The rows `outbox|{table}|{bucket}` of `Pending`: where entries may lie, so that nobody looks through all buckets.
 * Written before the first entry of a bucket and removed after the last is gone.
 */
export class OutboxPlaces {
  private readonly rows: PartitionedRows;

  constructor(
    gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'Pending', options);
  }

  async announce(fence: Fence, table: OutboxTable, buckets: Iterable<number>): Promise<void> {
    const partition = tenantPartition(fence.tenantId);
    const places = [...new Set(buckets)].map((bucket) => ({ partition, row: placeRow({ table, bucket }) }));
    await this.rows.put(
      fence,
      places.map((address) => ({ ...address, columns: {} })),
    );
  }

  /** The places, and the rows of interrupted writes (`GrantIntents`). */
  async list(tenantId: string): Promise<{ places: readonly OutboxPlace[]; intents: readonly RowKey[] }> {
    const query = { in: tenantPartition(tenantId), rows: rowsUnder('outbox'), columns: [] };
    const places: OutboxPlace[] = [];
    const intents: RowKey[] = [];
    for await (const page of this.rows.pages(query)) {
      places.push(...page.flatMap(placeFrom));
      intents.push(...page.map(({ row }) => row).filter((row) => partsOf(row)[1] === INTENT[1]));
    }
    return { places, intents };
  }

  async forget(fence: Fence, places: readonly OutboxPlace[]): Promise<void> {
    const partition = tenantPartition(fence.tenantId);
    const operations = places.map((place) => ({ kind: 'delete', row: placeRow(place) }) as const);
    await writeGroups(
      this.rows,
      this.options,
      fence,
      operations.map((operation) => ({ partition, operations: [operation] })),
    );
  }
}

/** Removes the entries of one bucket of one setup. */
export async function clearEntries(
  rows: PartitionedRows,
  options: RowAccessOptions,
  fence: Fence,
  setupId: string,
  bucket: number,
): Promise<void> {
  await removeRange(rows, options, fence, {
    in: bucketPartition(fence, bucket),
    rows: rowsUnder(PREFIX, setupId),
  });
}

function placeRow({ table, bucket }: OutboxPlace): RowKey {
  return rowOf('outbox', table, String(bucket));
}

function placeFrom({ row }: StoredRow): OutboxPlace[] {
  const [, name, bucket] = partsOf(row);
  const table = OUTBOX_TABLES.find((known) => known === name);
  return table === undefined ? [] : [{ table, bucket: Number(bucket) }];
}
