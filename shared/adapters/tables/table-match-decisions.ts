import { RowConflict } from '../../core/failures.js';
import {
  NO_DECISION,
  type MatchDecision,
  type MatchDecisions,
  type StoredDecision,
} from '../../ports/matches.js';
import type { Fence } from '../../ports/scope.js';
import { documentColumns } from './document-columns.js';
import type { RowOperation, TableGateway } from './gateway.js';
import { partsOf, rowOf, rowsUnder, setupPartition, type RowKey } from './keys.js';

const decisionColumns = documentColumns<MatchDecision>({
  choice: 'json',
  apart: 'json',
  recordError: 'plain',
});

/**
 * In the setup's partition a row `user|{directoryId}` per decision, `record|{recordId}` for the record that it claims,
 * and `news|{directoryId}` until a job has taken it over, all written in one transaction.
 */
export class TableMatchDecisions implements MatchDecisions {
  constructor(private readonly gateway: TableGateway) {}

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

  async save(
    tenantId: string,
    setupId: string,
    directoryId: string,
    { decision, tag }: StoredDecision,
    next: MatchDecision,
  ): Promise<void> {
    const [before, after] = [decision.choice?.recordId, next.choice?.recordId];
    const columns = decisionColumns.write(next);
    const row = userRow(directoryId);
    const operations: RowOperation[] = [
      tag === null ? { kind: 'insert', row, columns } : { kind: 'update', row, columns, tag },
      { kind: 'put', row: newsRow(directoryId), columns: {} },
    ];
    if (before !== undefined && before !== after) operations.push({ kind: 'delete', row: recordRow(before) });
    if (after !== undefined && before !== after)
      operations.push({ kind: 'insert', row: recordRow(after), columns: { directoryId } });
    await this.gateway.transact('MatchDecisions', setupPartition(tenantId, setupId), operations);
  }

  async news(tenantId: string, setupId: string, limit: number): Promise<readonly string[]> {
    const { rows } = await this.gateway.query('MatchDecisions', {
      ...{ in: setupPartition(tenantId, setupId), rows: rowsUnder('news'), columns: [] },
      ...{ limit, after: null },
    });
    return rows.map(({ row }) => partsOf(row)[1] ?? '');
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
