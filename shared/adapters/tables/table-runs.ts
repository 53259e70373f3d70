import { RowConflict } from '../../core/failures.js';
import { isActive, type Run } from '../../core/run.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { RunRequest, Runs, Stored } from '../../ports/registry.js';
import type { Fence } from '../../ports/scope.js';
import { documentColumns } from './document-columns.js';
import {
  MAX_PAGE,
  type Columns,
  type RowAddress,
  type RowOperation,
  type StoredRow,
  type TableGateway,
} from './gateway.js';
import { descending, partsOf, rowOf, rowsUnder, tenantPartition } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { removeEndedRuns } from './ended-runs.js';
import { retryConflict } from './retry-conflict.js';

const runColumns = documentColumns<Run>({
  tenantId: 'plain',
  runId: 'plain',
  trigger: 'plain',
  status: 'plain',
  jobs: 'json',
  full: 'plain',
  requestedAt: 'plain',
  startedAt: 'plain',
  endedAt: 'plain',
  parts: 'json',
  progress: 'json',
  counts: 'json',
  warnings: 'json',
  error: 'json',
});

/**
 * Three kinds of rows in the tenant's partition, so that each question is one request or two:
 * `run|{runId}` the run itself; `time|{newest first}|{runId}` its place in the list; `active|{activeKey}` while
 * the run is not over, naming it, and `active|held|{runId}` while removals of it are held.
 */
export class TableRuns implements Runs {
  private readonly rows: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'Runs', options);
  }

  async request(run: Run, activeKey: string): Promise<RunRequest> {
    const partition = tenantPartition(run.tenantId);
    return await retryConflict<RunRequest>(async () => {
      const earlier = await this.earlier(run, activeKey);
      if (earlier !== null) return { kind: 'active', run: earlier };
      const active = isActive(run);
      const { runId } = run;
      await this.gateway.transact('Runs', partition, [
        { kind: 'insert', row: rowOf('run', runId), columns: columnsOf(run, active ? activeKey : null) },
        { kind: 'insert', row: rowOf('time', placeOf(run), runId), columns: {} },
        ...(active ? [{ kind: 'insert', row: rowOf('active', activeKey), columns: { runId } } as const] : []),
        ...heldMark(run),
      ]);
      return { kind: 'created', run };
    });
  }

  async get(tenantId: string, runId: string): Promise<Stored<Run> | null> {
    const stored = await this.gateway.get('Runs', addressOf(tenantId, runId));
    return stored === null ? null : runFrom(stored);
  }

  async active(tenantId: string): Promise<readonly Stored<Run>[]> {
    return (await this.open(tenantId)).active;
  }

  async open(tenantId: string): Promise<{ active: readonly Stored<Run>[]; held: readonly string[] }> {
    const runIds: string[] = [];
    const held: string[] = [];
    const query = { in: tenantPartition(tenantId), rows: rowsUnder('active') };
    for await (const page of this.rows.pages(query)) {
      for (const { columns } of page)
        (columns['held'] === true ? held : runIds).push(String(columns['runId']));
    }
    const rows = await this.rows.read(runIds.map((runId) => addressOf(tenantId, runId)));
    const active = rows
      .map(runFrom)
      .filter(({ value }) => isActive(value))
      .sort((a, b) => (sortKey(a.value) < sortKey(b.value) ? -1 : 1));
    return { active, held };
  }

  async list(tenantId: string, request: ListRequest): Promise<ListPage<Run>> {
    const places = await this.gateway.query('Runs', {
      in: tenantPartition(tenantId),
      rows: rowsUnder('time'),
      limit: Math.min(request.limit, MAX_PAGE),
      after: request.after,
    });
    const runIds = places.rows.map(({ row }) => partsOf(row)[2] ?? '');
    const rows = await this.rows.read(runIds.map((runId) => addressOf(tenantId, runId)));
    const byId = new Map(rows.map((row) => [partsOf(row.row)[1], runFrom(row).value]));
    return { rows: runIds.flatMap((runId) => byId.get(runId) ?? []), next: places.next };
  }

  async save(run: Run, tag: string): Promise<Stored<Run>> {
    const address = addressOf(run.tenantId, run.runId);
    const stored = await this.gateway.get('Runs', address);
    if (stored?.tag !== tag) throw new RowConflict(`Run ${run.runId} was changed since it was read`);
    const key = stored.columns['activeKey'];
    const activeKey = typeof key === 'string' ? key : null;
    const keepsActive = activeKey !== null && isActive(run);
    const columns = columnsOf(run, keepsActive ? activeKey : null);
    const marks: RowOperation[] = [
      ...(activeKey !== null && !keepsActive
        ? [{ kind: 'delete', row: rowOf('active', activeKey) } as const]
        : []),
      ...heldMark(run, runFrom(stored).value),
    ];
    if (marks.length === 0)
      return { value: run, tag: await this.gateway.update('Runs', { ...address, columns }, tag) };
    const update = { kind: 'update', row: address.row, columns, tag } as const;
    await this.gateway.transact('Runs', address.partition, [update, ...marks]);
    const saved = await this.gateway.get('Runs', address);
    if (saved === null) throw new RowConflict(`Run ${run.runId} is gone`);
    return { value: run, tag: saved.tag };
  }

  async removeEndedBefore(fence: Fence, instant: string): Promise<boolean> {
    return await removeEndedRuns(this.rows, this.options, fence, instant);
  }

  /** The run that a request would repeat: under the same live key, or of the same id. */
  private async earlier(run: Run, activeKey: string): Promise<Run | null> {
    const partition = tenantPartition(run.tenantId);
    const [mark, same] = await Promise.all([
      isActive(run) ? this.gateway.get('Runs', { partition, row: rowOf('active', activeKey) }) : null,
      this.get(run.tenantId, run.runId),
    ]);
    if (same !== null) return same.value;
    if (mark === null) return null;
    const marked = await this.get(run.tenantId, String(mark.columns['runId']));
    // Run and mark change together: a run that is over by now took its mark along after we read it.
    if (marked === null || !isActive(marked.value)) throw new RowConflict('The active run has just ended');
    return marked.value;
  }
}

function addressOf(tenantId: string, runId: string): RowAddress {
  return { partition: tenantPartition(tenantId), row: rowOf('run', runId) };
}

function columnsOf(run: Run, activeKey: string | null): Columns {
  return { ...runColumns.write(run), ...(activeKey !== null && { activeKey }) };
}

function runFrom({ columns, tag }: StoredRow): Stored<Run> {
  return { value: runColumns.read(columns), tag };
}

/** What becomes of the row that names a run with held removals. @param before what the run was; absent for new ones */
function heldMark({ runId, status }: Run, before?: Run): readonly RowOperation[] {
  const row = rowOf('active', 'held', runId);
  if (status === 'Held') return [{ kind: 'put', row, columns: { runId, held: true } }];
  return before?.status === 'Held' ? [{ kind: 'delete', row }] : [];
}

function placeOf(run: Run): string {
  return descending(Date.parse(run.requestedAt));
}

function sortKey(run: Run): string {
  return `${run.requestedAt}|${run.runId}`;
}
