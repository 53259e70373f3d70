import { createHash } from 'node:crypto';
import type { MatchConflict } from '../../core/matching/match-conflict.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { MatchConflicts } from '../../ports/matches.js';
import type { Fence } from '../../ports/scope.js';
import { boundedPage } from './bounded-page.js';
import { denseText, readDense, writeDense } from './dense-json.js';
import { MAX_PAGE, type RowAddress, type TableGateway } from './gateway.js';
import { rowOf, setupPartition } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';

type ConflictKey = Pick<MatchConflict, 'key' | 'value' | 'directoryIds'>;

/** A row per conflict in the setup's partition, named by a digest: a value may be longer than a key. */
export class TableMatchConflicts implements MatchConflicts {
  private readonly rows: PartitionedRows;

  constructor(gateway: TableGateway, options: RowAccessOptions) {
    this.rows = new PartitionedRows(gateway, 'MatchConflicts', options);
  }

  async list(
    tenantId: string,
    setupId: string,
    { limit, after }: ListRequest,
  ): Promise<ListPage<MatchConflict>> {
    const query = { in: setupPartition(tenantId, setupId), limit: Math.min(limit, MAX_PAGE), after };
    const { rows, next } = await boundedPage(this.rows.gateway, 'MatchConflicts', query, {
      ...{ atOnce: 50, sizeOf: ({ columns: stored }) => denseText(stored).length },
    });
    return { rows: rows.map(({ columns }) => readDense(columns) as MatchConflict), next };
  }

  async *all(tenantId: string, setupId: string): AsyncIterable<readonly MatchConflict[]> {
    for await (const page of this.rows.pages({ in: setupPartition(tenantId, setupId) }))
      yield page.map(({ columns }) => readDense(columns) as MatchConflict);
  }

  async put(fence: Fence, setupId: string, conflicts: readonly MatchConflict[]): Promise<void> {
    await this.rows.put(
      fence,
      conflicts.map((conflict) => ({
        ...addressOf(fence, setupId, conflict),
        columns: writeDense(conflict),
      })),
    );
  }

  async remove(fence: Fence, setupId: string, conflicts: readonly ConflictKey[]): Promise<void> {
    await this.rows.remove(
      fence,
      conflicts.map((conflict) => addressOf(fence, setupId, conflict)),
    );
  }
}

/** Where an operator parted some, a value may have several conflicts: the first user tells them apart. */
function addressOf(fence: Fence, setupId: string, { key, value, directoryIds }: ConflictKey): RowAddress {
  const digest = createHash('sha256')
    .update(JSON.stringify([value, directoryIds[0]]))
    .digest('hex')
    .slice(0, 32);
  return { partition: setupPartition(fence.tenantId, setupId), row: rowOf(key, digest) };
}
