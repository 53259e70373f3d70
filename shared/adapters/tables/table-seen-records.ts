import { NotFound } from '../../core/failures.js';
import type { Resource } from '../../core/resource.js';
import type { SeenChunk } from '../../core/seen.js';
import type { Fence } from '../../ports/scope.js';
import type { SeenRecords } from '../../ports/sync-state.js';
import type { RowAddress, StoredRow, TableGateway } from './gateway.js';
import { firstRow } from './first-row.js';
import { ascending, partitionsBehind, partitionsUnder, partsOf, rowOf, seenPartition } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { packSeenChunk, unpackSeenChunk } from './seen-text.js';
import { joinColumns, piecesOf, splitColumns } from './wide-columns.js';

/** Characters per row: 800 KB as the service counts, below its limit of 1 MiB. */
const ROW_CHARACTERS = 400_000;

/** A partition per round; a chunk is one row, or several where its text does not fit into one. */
export class TableSeenRecords implements SeenRecords {
  private readonly rows: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'Seen', options);
  }

  async put(
    fence: Fence,
    resource: Resource,
    roundId: string,
    chunk: number,
    seen: SeenChunk,
  ): Promise<void> {
    const partition = seenPartition(fence.tenantId, resource, roundId);
    const pieces = piecesOf(packSeenChunk(seen), ROW_CHARACTERS);
    // The first row says how many there are; written last, it is only there when the chunk is whole.
    for (const [part, text] of [...pieces.entries()].reverse()) {
      fence.assertHeld();
      const columns = splitColumns({ text, ...(part === 0 && { parts: pieces.length }) });
      await this.gateway.put('Seen', { partition, row: rowOf(ascending(chunk), ascending(part)), columns });
    }
  }

  async *read(
    tenantId: string,
    resource: Resource,
    roundId: string,
    chunks: number,
  ): AsyncIterable<SeenChunk> {
    const partition = seenPartition(tenantId, resource, roundId);
    const range = { from: '', before: ascending(chunks) };
    let chunk = 0;
    let expected = 1;
    let texts: string[] = [];
    for await (const page of this.rows.pages({ in: partition, rows: range })) {
      for (const row of page) {
        const at = positionOf(row);
        // A part left over from an earlier, longer writing of a chunk that is whole already.
        if (at.chunk < chunk) continue;
        if (at.chunk !== chunk || at.part !== texts.length) throw missing(roundId, chunk);
        const { text, parts } = joinColumns(row.columns);
        if (at.part === 0) expected = Number(parts);
        texts.push(String(text));
        if (texts.length < expected) continue;
        yield unpackSeenChunk(texts.join(''));
        texts = [];
        chunk++;
      }
    }
    if (chunk < chunks) throw missing(roundId, chunk);
  }

  async discard(fence: Fence, resource: Resource, roundId: string): Promise<void> {
    const partition = seenPartition(fence.tenantId, resource, roundId);
    const addresses: RowAddress[] = [];
    for await (const page of this.rows.pages({ in: partition, columns: [] })) addresses.push(...page);
    await this.rows.remove(fence, addresses);
  }

  async rounds(tenantId: string): Promise<readonly { resource: Resource; roundId: string }[]> {
    const found: { resource: Resource; roundId: string }[] = [];
    let range = partitionsUnder(tenantId);
    for (;;) {
      const first = await firstRow(this.rows.gateway, 'Seen', { in: range });
      if (first === null) return found;
      const [, resource, roundId = ''] = partsOf(first.partition);
      found.push({ resource: resource as Resource, roundId });
      range = partitionsBehind(range, first.partition, 3);
    }
  }
}

function positionOf({ row }: StoredRow): { chunk: number; part: number } {
  const [chunk, part] = partsOf(row);
  return { chunk: Number(chunk), part: Number(part) };
}

/** Reading on without a chunk would make what it saw look gone. */
function missing(roundId: string, chunk: number): NotFound {
  return new NotFound(`Chunk ${chunk} of what round ${roundId} saw is not there`);
}
