import type { MatchUser, Tie } from '../../core/matching/product-record.js';
import { NO_DECISION, type MatchDecision, type Matches, type MatchRow } from '../../ports/matches.js';
import type { Fence, TenantScope } from '../../ports/scope.js';
import { documentColumns } from './document-columns.js';
import type { StoredRow, TableGateway } from './gateway.js';
import { bucketPartition, objectPartition, rowOf, rowsUnder } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';

interface MatchColumns {
  readonly directoryId: string;
  readonly recordId: string | null;
  readonly matchedBy: Tie['matchedBy'] | null;
  readonly isInConflict: true | null;
  readonly isSoftDeleted: true | null;
  readonly formerRecordId: string | null;
  /** Rows of before aliases were kept have none. */
  readonly user: (Omit<MatchUser, 'aliases'> & Partial<Pick<MatchUser, 'aliases'>>) | null;
  readonly decision: MatchDecision | null;
}

const matchColumns = documentColumns<MatchColumns>({
  directoryId: 'plain',
  recordId: 'plain',
  matchedBy: 'plain',
  isInConflict: 'plain',
  isSoftDeleted: 'plain',
  formerRecordId: 'plain',
  user: 'json',
  decision: 'json',
});

/** A row `{setupId}|{directoryId}` per user in the bucket of the directory id. */
export class TableMatches implements Matches {
  private readonly rows: PartitionedRows;

  constructor(gateway: TableGateway, options: RowAccessOptions) {
    this.rows = new PartitionedRows(gateway, 'Matches', options);
  }

  async read(
    scope: TenantScope,
    setupId: string,
    directoryIds: readonly string[],
  ): Promise<ReadonlyMap<string, MatchRow>> {
    const found = await this.rows.read(directoryIds.map((id) => addressOf(scope, setupId, id)));
    return new Map(found.map(matchFrom).map((row) => [row.directoryId, row]));
  }

  async *scan(scope: TenantScope, setupId: string): AsyncIterable<readonly MatchRow[]> {
    for (let bucket = 0; bucket < scope.bucketCount; bucket++) {
      const query = { in: bucketPartition(scope, bucket), rows: rowsUnder(setupId) };
      for await (const page of this.rows.pages(query)) yield page.map(matchFrom);
    }
  }

  async write(fence: Fence, setupId: string, rows: readonly MatchRow[]): Promise<void> {
    const kept = rows.filter((row) => !saysNothing(row));
    await this.rows.put(
      fence,
      kept.map((row) => ({ ...addressOf(fence, setupId, row.directoryId), columns: columnsOf(row) })),
    );
    const gone = rows.filter(saysNothing);
    await this.rows.remove(
      fence,
      gone.map(({ directoryId }) => addressOf(fence, setupId, directoryId)),
    );
  }
}

function addressOf(scope: TenantScope, setupId: string, directoryId: string) {
  return { partition: objectPartition(scope, directoryId), row: rowOf(setupId, directoryId) };
}

function saysNothing({ user, tie, formerRecordId, decision }: MatchRow): boolean {
  return user === null && tie === null && formerRecordId === null && isNoDecision(decision);
}

function isNoDecision({ choice, apart, lost, recordError }: MatchDecision): boolean {
  return choice === null && apart.length === 0 && lost === null && recordError === null;
}

function columnsOf({ directoryId, user, tie, decision, ...row }: MatchRow) {
  return matchColumns.write({
    directoryId,
    recordId: tie?.recordId ?? null,
    matchedBy: tie?.matchedBy ?? null,
    isInConflict: row.isInConflict ? true : null,
    isSoftDeleted: row.isSoftDeleted ? true : null,
    formerRecordId: row.formerRecordId,
    user,
    decision: isNoDecision(decision) ? null : decision,
  });
}

function matchFrom({ columns }: StoredRow): MatchRow {
  const { directoryId, recordId, matchedBy, user, decision, ...row } = matchColumns.read(columns);
  const tie = recordId === null || matchedBy === null ? null : { directoryId, recordId, matchedBy };
  return {
    directoryId,
    user: user === null ? null : { ...user, aliases: user.aliases ?? [] },
    tie,
    isInConflict: row.isInConflict ?? false,
    isSoftDeleted: row.isSoftDeleted ?? false,
    formerRecordId: row.formerRecordId,
    // Decisions of before some of it was decided lack that.
    decision: { ...NO_DECISION, ...decision },
  };
}
