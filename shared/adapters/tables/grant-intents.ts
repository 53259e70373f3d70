import { grantKeysOf } from '../../core/people/grant-keys.js';
import type { Fence } from '../../ports/scope.js';
import { readDense, writeDense } from './dense-json.js';
import type { TableGateway } from './gateway.js';
import { GrantIndex, type IndexEntry } from './grant-index.js';
import { rowOf, tenantPartition, type RowKey } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { personAddress, personColumns } from './people-rows.js';
import { writeGroups } from './row-groups.js';

/** Beside the places of outbox rows, so that one look finds both. */
export const INTENT = ['outbox', 'granted'] as const;
/** Compressed, as many fit a row of 1 MiB with room to spare. */
const ENTRIES_IN_ROW = 4_000;

/**
 * The rows `outbox|granted|{id}` of `Pending`: entries that find people by grants which are about to be written. Kept
 * until the people are, so that entries of people who were never written, after a crash or a fault, are found and
 * removed: what counts by the entries would count too many otherwise.
 */
export class GrantIntents {
  private readonly pending: PartitionedRows;
  private readonly people: PartitionedRows;
  private readonly grants: GrantIndex;

  constructor(
    gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {
    this.pending = new PartitionedRows(gateway, 'Pending', options);
    this.people = new PartitionedRows(gateway, 'People', options);
    this.grants = new GrantIndex(gateway, options);
  }

  /** @param id another one for each write */
  async announce(fence: Fence, id: string, entries: readonly IndexEntry[]): Promise<readonly RowKey[]> {
    const partition = tenantPartition(fence.tenantId);
    const rows: RowKey[] = [];
    for (let from = 0; from < entries.length; from += ENTRIES_IN_ROW) {
      const row = rowOf(...INTENT, id, String(from));
      const columns = writeDense(entries.slice(from, from + ENTRIES_IN_ROW));
      await this.pending.put(fence, [{ partition, row, columns }]);
      rows.push(row);
    }
    return rows;
  }

  /** To be called once the people are written. */
  async forget(fence: Fence, rows: readonly RowKey[]): Promise<void> {
    const partition = tenantPartition(fence.tenantId);
    const groups = rows.map((row) => ({ partition, operations: [{ kind: 'delete', row } as const] }));
    await writeGroups(this.pending, this.options, fence, groups);
  }

  /** Removes the entries of interrupted writes whose people do not say what they say. Not while people are written. */
  async settle(fence: Fence, rows: readonly RowKey[]): Promise<void> {
    const partition = tenantPartition(fence.tenantId);
    for (const row of rows) {
      const [stored] = await this.pending.read([{ partition, row }]);
      if (stored === undefined) continue;
      const entries = readDense(stored.columns) as readonly IndexEntry[];
      await this.grants.leave(fence, await this.unfounded(fence, entries));
      await this.forget(fence, [row]);
    }
  }

  private async unfounded(fence: Fence, entries: readonly IndexEntry[]): Promise<readonly IndexEntry[]> {
    const addressOf = ({ setupId, directoryId }: IndexEntry) => personAddress(fence, setupId, directoryId);
    const addresses = new Map(entries.map((entry) => [addressOf(entry).row, addressOf(entry)]));
    const stored = await this.people.read([...addresses.values()]);
    const people = new Map(stored.map(({ row, columns }) => [row, personColumns.read(columns)]));
    return entries.filter((entry) => {
      const person = people.get(addressOf(entry).row);
      return !(person === undefined ? [] : grantKeysOf(person)).some(
        ({ kind, id }) => kind === entry.kind && id === entry.id,
      );
    });
  }
}
