import { randomUUID } from 'node:crypto';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { CarriedOut, Removals, StagedRemoval } from '../../ports/removals.js';
import type { Fence } from '../../ports/scope.js';
import { documentColumns } from './document-columns.js';
import {
  MAX_OPERATIONS,
  MAX_PAGE,
  type Columns,
  type RowAddress,
  type RowOperation,
  type TableGateway,
} from './gateway.js';
import { ascending, rowOf, rowsFrom, rowsUnder, setupPartition } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { removeRange } from './row-groups.js';
import { groupedBatches } from './transaction-batches.js';

const stagedColumns = documentColumns<StagedRemoval>({
  setupId: 'plain',
  directoryId: 'plain',
  kind: 'plain',
  reason: 'plain',
  losing: 'json',
  since: 'plain',
});

const LIST = rowOf('list');
const NOTED = rowsUnder('carriedOut');

/**
 * In the partition of the setup: `staged|{directoryId}`, `carriedOut|{milliseconds}|{directoryId}`, and `list`, which
 * is written in each transaction that changes a staged one.
 */
export class TableRemovals implements Removals {
  private readonly rows: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'Removals', options);
  }

  async read(
    tenantId: string,
    setupId: string,
    directoryIds: readonly string[],
  ): Promise<ReadonlyMap<string, StagedRemoval>> {
    const stored = await this.rows.read(directoryIds.map((id) => stagedAddress(tenantId, setupId, id)));
    const removals = stored.map(({ columns }) => stagedFrom(columns));
    return new Map(removals.map((removal) => [removal.directoryId, removal]));
  }

  async list(
    tenantId: string,
    setupId: string,
    { limit, after }: ListRequest,
  ): Promise<ListPage<StagedRemoval>> {
    const page = await this.gateway.query('Removals', {
      in: setupPartition(tenantId, setupId),
      rows: rowsUnder('staged'),
      limit: Math.min(limit, MAX_PAGE),
      after,
    });
    return { rows: page.rows.map(({ columns }) => stagedFrom(columns)), next: page.next };
  }

  async tagOf(tenantId: string, setupId: string): Promise<string> {
    const stored = await this.gateway.get('Removals', {
      partition: setupPartition(tenantId, setupId),
      row: LIST,
    });
    return `W/"${stored === null ? '0' : String(stored.columns['state'])}"`;
  }

  async stage(fence: Fence, removals: readonly StagedRemoval[]): Promise<void> {
    const bySetup = new Map<string, Map<string, StagedRemoval>>();
    for (const removal of removals) {
      const known = bySetup.get(removal.setupId) ?? new Map<string, StagedRemoval>();
      bySetup.set(removal.setupId, known.set(removal.directoryId, removal));
    }
    for (const [setupId, ofSetup] of bySetup) {
      const stored = await this.read(fence.tenantId, setupId, [...ofSetup.keys()]);
      const changed = [...ofSetup.values()].filter(
        (removal) => !isSame(stored.get(removal.directoryId), removal),
      );
      const operations = changed.map((removal): RowOperation => ({
        kind: 'put',
        row: rowOf('staged', removal.directoryId),
        columns: stagedColumns.write(removal),
      }));
      await this.change(fence, setupId, operations);
    }
  }

  async drop(fence: Fence, setupId: string, directoryIds: readonly string[]): Promise<void> {
    const addresses = directoryIds.map((id) => stagedAddress(fence.tenantId, setupId, id));
    const present = new Set((await this.rows.read(addresses, [])).map(({ row }) => row));
    await this.change(
      fence,
      setupId,
      [...present].map((row) => ({ kind: 'delete', row })),
    );
  }

  async note(fence: Fence, setupId: string, carriedOut: readonly CarriedOut[]): Promise<void> {
    const partition = setupPartition(fence.tenantId, setupId);
    await this.rows.put(
      fence,
      carriedOut.map(({ directoryId, at, kind }) => ({
        partition,
        row: rowOf('carriedOut', ascending(Date.parse(at)), directoryId),
        columns: { directoryId, at, kind },
      })),
    );
  }

  async countSince(
    tenantId: string,
    setupId: string,
    since: string,
  ): Promise<{ readonly removals: number; readonly losses: number }> {
    const rows = rowsFrom(rowOf('carriedOut', ascending(Date.parse(since))), NOTED);
    const query = { in: setupPartition(tenantId, setupId), rows, columns: ['kind'] };
    const counts = { removals: 0, losses: 0 };
    // Rows of versions that did not count losses have no kind.
    for await (const page of this.rows.pages(query))
      for (const { columns } of page) counts[columns['kind'] === 'loss' ? 'losses' : 'removals'] += 1;
    return counts;
  }

  async forgetBefore(fence: Fence, setupId: string, before: string): Promise<void> {
    const rows = { from: NOTED.from, before: rowOf('carriedOut', ascending(Date.parse(before))) };
    const query = { in: setupPartition(fence.tenantId, setupId), rows };
    await removeRange(this.rows, this.options, fence, query);
  }

  async clear(fence: Fence, setupId: string): Promise<void> {
    await removeRange(this.rows, this.options, fence, { in: setupPartition(fence.tenantId, setupId) });
  }

  /** One transaction after the other: all write the row of the list. */
  private async change(fence: Fence, setupId: string, operations: readonly RowOperation[]): Promise<void> {
    const partition = setupPartition(fence.tenantId, setupId);
    const groups = operations.map((operation) => [operation]);
    for (const batch of groupedBatches(groups, MAX_OPERATIONS - 1)) {
      fence.assertHeld();
      const list: RowOperation = { kind: 'put', row: LIST, columns: { state: randomUUID() } };
      await this.gateway.transact('Removals', partition, [list, ...batch]);
    }
  }
}

function stagedAddress(tenantId: string, setupId: string, directoryId: string): RowAddress {
  return { partition: setupPartition(tenantId, setupId), row: rowOf('staged', directoryId) };
}

function isSame(stored: StagedRemoval | undefined, removal: StagedRemoval): boolean {
  if (stored === undefined) return false;
  const { kind, reason, since, losing } = removal;
  return (
    stored.kind === kind &&
    stored.reason === reason &&
    stored.since === since &&
    JSON.stringify(stored.losing) === JSON.stringify(losing)
  );
}

type Stored = Omit<StagedRemoval, 'losing'> & { readonly losing: readonly string[] | null };

/** Rows of versions that did not hold losses have no column for them. */
function stagedFrom(columns: Columns): StagedRemoval {
  const stored: Stored = stagedColumns.read(columns);
  return { ...stored, losing: stored.losing ?? [] };
}
