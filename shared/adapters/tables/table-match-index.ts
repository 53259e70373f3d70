import { createHash } from 'node:crypto';
import { bucketOf } from '../../core/bucket.js';
import type { MatchIndex, MatchIndexEntry } from '../../ports/matches.js';
import type { Fence } from '../../ports/scope.js';
import { eachBounded } from './bounded.js';
import { readDense, writeDense } from './dense-json.js';
import type { RowOperation, TableGateway } from './gateway.js';
import { ascending, rowOf, rowsUnder, setupPartition } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { transactionBatches } from './transaction-batches.js';

/** Never to be changed: it decides in which row an entry lies. With 200,000 users a row holds about 1,000 entries. */
const SHARDS = 1024;
/** Of an id of 128 characters, so many are safely less than a row holds. */
const ENTRIES_PER_ROW = 2_000;
/** Characters of the digest that stands for a value: two that share one cost a look, no more. */
const DIGEST = 12;

/** `{digest}u{directoryId}` or `{digest}r{recordId}`. */
type Packed = string;

/**
 * Entries packed by the hundreds into rows `{shard}|{page}` of the setup's partition, so that all can be replaced at
 * once. Entries are added before the rows that they find, and go when everybody is matched anew.
 */
export class TableMatchIndex implements MatchIndex {
  private readonly rows: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'MatchIndex', options);
  }

  async find(tenantId: string, setupId: string, values: readonly string[]) {
    const digests = new Set(values.map(digestOf));
    const directoryIds = new Set<string>();
    const recordIds = new Set<string>();
    await this.rows.eachRead([...new Set([...digests].map(shardOf))], async (shard) => {
      for (const entry of await this.shard(tenantId, setupId, shard)) {
        if (!digests.has(entry.slice(0, DIGEST))) continue;
        (entry[DIGEST] === 'u' ? directoryIds : recordIds).add(entry.slice(DIGEST + 1));
      }
    });
    return { directoryIds, recordIds };
  }

  async add(fence: Fence, setupId: string, entries: readonly MatchIndexEntry[]): Promise<void> {
    const shards = [...packed(entries)];
    await eachBounded(shards, this.options.writeConcurrency, async ([shard, added]) => {
      const known = await this.shard(fence.tenantId, setupId, shard);
      const all = new Set([...known, ...added]);
      if (all.size > known.length) await this.write(fence, setupId, pagesOf(shard, [...all]));
    });
  }

  async replace(fence: Fence, setupId: string, entries: Iterable<MatchIndexEntry>): Promise<void> {
    const pages = [...packed(entries)].flatMap(([shard, all]) => pagesOf(shard, [...all]));
    await this.write(fence, setupId, pages);
    const kept = new Set<string>(pages.map(({ row }) => row));
    const partition = setupPartition(fence.tenantId, setupId);
    const gone: RowOperation[] = [];
    for await (const page of this.rows.pages({ in: partition, columns: [] }))
      for (const { row } of page) if (!kept.has(row)) gone.push({ kind: 'delete', row });
    await this.write(fence, setupId, gone);
  }

  private async shard(tenantId: string, setupId: string, shard: number): Promise<Packed[]> {
    const query = { in: setupPartition(tenantId, setupId), rows: rowsUnder(ascending(shard)) };
    const entries: Packed[] = [];
    for await (const page of this.rows.pages(query))
      for (const { columns } of page) entries.push(...(readDense(columns) as Packed[]));
    return entries;
  }

  private async write(fence: Fence, setupId: string, operations: readonly RowOperation[]): Promise<void> {
    const partition = setupPartition(fence.tenantId, setupId);
    await eachBounded(transactionBatches(operations), this.options.writeConcurrency, async (batch) => {
      fence.assertHeld();
      await this.gateway.transact('MatchIndex', partition, batch);
    });
  }
}

function pagesOf(shard: number, entries: readonly Packed[]): RowOperation[] {
  const pages: RowOperation[] = [];
  for (let from = 0; from < entries.length; from += ENTRIES_PER_ROW) {
    const row = rowOf(ascending(shard), ascending(from / ENTRIES_PER_ROW));
    pages.push({ kind: 'put', row, columns: writeDense(entries.slice(from, from + ENTRIES_PER_ROW)) });
  }
  return pages;
}

function packed(entries: Iterable<MatchIndexEntry>): Map<number, Set<Packed>> {
  const shards = new Map<number, Set<Packed>>();
  for (const { value, kind, id } of entries) {
    const digest = digestOf(value);
    const known = shards.get(shardOf(digest));
    const entry = `${digest}${kind === 'user' ? 'u' : 'r'}${id}`;
    if (known === undefined) shards.set(shardOf(digest), new Set([entry]));
    else known.add(entry);
  }
  return shards;
}

function digestOf(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, DIGEST);
}

function shardOf(digest: string): number {
  return bucketOf(digest, SHARDS);
}
