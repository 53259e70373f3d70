import { RowConflict } from '../../core/failures.js';
import {
  NO_DECISION,
  type DecisionChange,
  type MatchDecision,
  type MatchDecisions,
  type StoredDecision,
  type WaitingDecision,
} from '../../ports/matches.js';
import type { Fence } from '../../ports/scope.js';
import { documentColumns } from './document-columns.js';
import type { RowOperation, TableGateway } from './gateway.js';
import { partsOf, rowOf, rowsUnder, setupPartition, type RowKey, type TenantPartition } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { retryConflict } from './retry-conflict.js';

const decisionColumns = documentColumns<MatchDecision>({
  choice: 'json',
  apart: 'json',
  lost: 'plain',
  recordError: 'plain',
});

/**
 * In the setup's partition a row `user|{directoryId}` per decision, `record|{recordId}` for the record that it claims,
 * and `news|{directoryId}` until a job has taken it over, all written in one transaction.
 */
export class TableMatchDecisions implements MatchDecisions {
  private readonly rows: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'MatchDecisions', options);
  }

  async read(tenantId: string, setupId: string, directoryId: string): Promise<StoredDecision> {
    const partition = setupPartition(tenantId, setupId);
    const stored = await this.gateway.get('MatchDecisions', { partition, row: userRow(directoryId) });
    if (stored === null) return { decision: NO_DECISION, tag: null };
    return { decision: decisionColumns.read(stored.columns), tag: stored.tag };
  }

  async userOf(tenantId: string, setupId: string, recordId: string): Promise<string | null> {
    const partition = setupPartition(tenantId, setupId);
    const stored = await this.gateway.get('MatchDecisions', { partition, row: recordRow(recordId) });
    return stored === null ? null : String(stored.columns['directoryId']);
  }

  async save(tenantId: string, setupId: string, changes: readonly DecisionChange[]): Promise<void> {
    const partition = setupPartition(tenantId, setupId);
    const users = changes.flatMap(({ directoryId, stored: { tag }, next }): RowOperation[] => {
      const [row, columns] = [userRow(directoryId), decisionColumns.write(next)];
      const write: RowOperation =
        tag === null ? { kind: 'insert', row, columns } : { kind: 'update', row, columns, tag };
      return [write, { kind: 'put', row: newsRow(directoryId), columns: {} }];
    });
    await this.gateway.transact('MatchDecisions', partition, [...users, ...claimsOf(changes)]);
  }

  async forget(fence: Fence, setupId: string, directoryIds: readonly string[]): Promise<void> {
    for (const directoryId of directoryIds)
      await retryConflict(async () => {
        fence.assertHeld();
        await this.forgetOne(setupPartition(fence.tenantId, setupId), directoryId);
      });
  }

  async news(tenantId: string, setupId: string, limit: number): Promise<readonly string[]> {
    const { rows } = await this.gateway.query('MatchDecisions', {
      ...{ in: setupPartition(tenantId, setupId), rows: rowsUnder('news'), columns: [] },
      ...{ limit, after: null },
    });
    return rows.map(({ row }) => partsOf(row)[1] ?? '');
  }

  async *waiting(tenantId: string, setupId: string): AsyncIterable<readonly WaitingDecision[]> {
    const partition = setupPartition(tenantId, setupId);
    for await (const news of this.rows.pages({ in: partition, rows: rowsUnder('news'), columns: [] })) {
      const addresses = news.map(({ row }) => ({ partition, row: userRow(partsOf(row)[1] ?? '') }));
      const decided = await this.rows.read(addresses);
      yield decided.map(({ row, columns }) => ({
        directoryId: partsOf(row)[1] ?? '',
        decision: decisionColumns.read(columns),
      }));
    }
  }

  async takenOver(
    fence: Fence,
    setupId: string,
    read: readonly { readonly directoryId: string; readonly tag: string | null }[],
  ): Promise<void> {
    const partition = setupPartition(fence.tenantId, setupId);
    for (const { directoryId, tag } of read) {
      fence.assertHeld();
      const row = userRow(directoryId);
      const stored = tag === null ? null : await this.gateway.get('MatchDecisions', { partition, row });
      if (stored === null || stored.tag !== tag) continue;
      try {
        await this.gateway.transact('MatchDecisions', partition, [
          // As it is: written again only so that its version is checked.
          { kind: 'update', row, columns: stored.columns, tag: stored.tag },
          { kind: 'delete', row: newsRow(directoryId) },
        ]);
      } catch (failure) {
        // Decided anew meanwhile: it is news again.
        if (!(failure instanceof RowConflict)) throw failure;
      }
    }
  }

  private async forgetOne(partition: TenantPartition, directoryId: string): Promise<void> {
    const row = userRow(directoryId);
    const stored = await this.gateway.get('MatchDecisions', { partition, row });
    if (stored === null) return;
    const claimed = decisionColumns.read(stored.columns).choice?.recordId;
    const news = await this.gateway.get('MatchDecisions', { partition, row: newsRow(directoryId) });
    const operations: RowOperation[] = [
      // A transaction checks no version of what it removes: the row goes by itself, once nothing hangs on it.
      { kind: 'update', row, columns: decisionColumns.write(NO_DECISION), tag: stored.tag },
      ...(claimed === undefined ? [] : [{ kind: 'delete', row: recordRow(claimed) } as const]),
      ...(news === null ? [] : [{ kind: 'delete', row: newsRow(directoryId) } as const]),
    ];
    await this.gateway.transact('MatchDecisions', partition, operations);
    const left = await this.gateway.get('MatchDecisions', { partition, row });
    if (left !== null && saysNothing(decisionColumns.read(left.columns)))
      await this.gateway.delete('MatchDecisions', { partition, row }, left.tag);
  }
}

function saysNothing({ choice, apart, lost, recordError }: MatchDecision): boolean {
  return choice === null && apart.length === 0 && lost === null && recordError === null;
}

/** The rows of records that change hands, each once. */
function claimsOf(changes: readonly DecisionChange[]): RowOperation[] {
  const before = claimsIn(changes.map(({ directoryId, stored }) => [directoryId, stored.decision]));
  const after = claimsIn(changes.map(({ directoryId, next }) => [directoryId, next]));
  const operations: RowOperation[] = [];
  for (const recordId of before.keys())
    if (!after.has(recordId)) operations.push({ kind: 'delete', row: recordRow(recordId) });
  for (const [recordId, directoryId] of after) {
    const row = recordRow(recordId);
    const holder = before.get(recordId);
    if (holder === undefined) operations.push({ kind: 'insert', row, columns: { directoryId } });
    else if (holder !== directoryId) operations.push({ kind: 'put', row, columns: { directoryId } });
  }
  return operations;
}

/** By record, the user whom it was chosen or made for. */
function claimsIn(decisions: readonly (readonly [string, MatchDecision])[]): Map<string, string> {
  return new Map(
    decisions.flatMap(([directoryId, { choice }]) =>
      choice === null ? [] : [[choice.recordId, directoryId] as const],
    ),
  );
}

function userRow(directoryId: string): RowKey {
  return rowOf('user', directoryId);
}

function recordRow(recordId: string): RowKey {
  return rowOf('record', recordId);
}

function newsRow(directoryId: string): RowKey {
  return rowOf('news', directoryId);
}
