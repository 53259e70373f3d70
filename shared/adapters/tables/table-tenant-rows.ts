import { RowConflict } from '../../core/failures.js';
import type { Fence } from '../../ports/scope.js';
import type { TenantRows } from '../../ports/tenant-rows.js';
import { eachBounded } from './bounded.js';
import { MAX_PAGE, type RowOperation, type RowQuery, type StoredRow, type TableGateway } from './gateway.js';
import {
  everythingOf,
  EVERY_PARTITION,
  rowOf,
  rowsOfTenant,
  SECRETS_PARTITION,
  UNKNOWN_PARTITION,
  type Partition,
} from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import {
  MONTHLY_TABLES,
  REGISTRY_TABLES,
  TABLES,
  type FixedTable,
  type TableFamily,
  type TableName,
} from './tables.js';
import { transactionBatches } from './transaction-batches.js';

/**
 * What a tenant has in all tables, found by its keys alone, so that a new table needs no word here: every table is
 * taken for one under the tenants' keys unless `REGISTRY_TABLES` names it. The tables of all months are one here.
 */
export class TableTenantRows implements TenantRows {
  readonly tables: readonly (FixedTable | TableFamily)[] = [
    ...TABLES.filter((table) => table !== 'Leases' && !REGISTRY_TABLES.includes(table)),
    ...MONTHLY_TABLES,
  ];

  constructor(
    private readonly gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {}

  async clear(fence: Fence, name: string): Promise<{ readonly removed: number; readonly more: boolean }> {
    const query = { in: everythingOf(fence.tenantId), columns: [], limit: MAX_PAGE, after: null };
    for (const table of await this.tablesOf(this.cleared(name))) {
      const { rows, next } = await this.gateway.query(table, query);
      if (rows.length > 0 || next !== null)
        return { removed: await this.remove(fence, table, rows), more: true };
    }
    return { removed: 0, more: false };
  }

  async clearUnknown(fence: Fence, name: string): Promise<number> {
    let removed = 0;
    for (const table of await this.tablesOf(this.cleared(name))) {
      for await (const naming of this.unknownNaming(table, fence.tenantId))
        removed += await this.remove(fence, table, naming);
    }
    return removed;
  }

  async clearRests(tenantId: string, isGone: () => Promise<boolean>): Promise<number> {
    const ofSecret = { in: SECRETS_PARTITION, rows: { keys: [rowOf(tenantId)] } };
    let removed = await this.clearRestsOf('SecretExpiry', ofSecret, isGone);
    for (const name of [...this.tables, 'Leases'] as const) {
      for (const table of await this.tablesOf(name))
        removed += await this.clearRestsOf(table, { in: everythingOf(tenantId) }, isGone);
    }
    return removed;
  }

  async left(tenantId: string): Promise<Readonly<Record<string, number>>> {
    const counted: [string, number][] = [];
    for (const name of [...TABLES, ...MONTHLY_TABLES]) {
      if (name === 'Disconnections') continue;
      let rows = 0;
      for (const table of await this.tablesOf(name)) rows += await this.count(table, tenantId);
      counted.push([name, rows]);
    }
    return Object.fromEntries(counted.filter(([, rows]) => rows > 0));
  }

  private async clearRestsOf(
    table: TableName,
    query: Pick<RowQuery, 'in' | 'rows'>,
    isGone: () => Promise<boolean>,
  ): Promise<number> {
    const { rows } = await this.gateway.query(table, { ...query, columns: [], limit: MAX_PAGE, after: null });
    if (rows.length === 0 || !(await isGone())) return 0;
    let removed = 0;
    await eachBounded(rows, this.options.writeConcurrency, async ({ partition, row, tag }) => {
      try {
        if (await this.gateway.delete(table, { partition, row }, tag)) removed += 1;
      } catch (failure) {
        // It was written again since: the next look finds it.
        if (!(failure instanceof RowConflict)) throw failure;
      }
    });
    return removed;
  }

  private async tablesOf(name: FixedTable | TableFamily): Promise<readonly TableName[]> {
    const family = MONTHLY_TABLES.find((known) => known === name);
    return family === undefined ? [name as FixedTable] : await this.gateway.monthsOf(family);
  }

  private async count(table: TableName, tenantId: string): Promise<number> {
    const rows = new PartitionedRows(this.gateway, table, this.options);
    const registry = REGISTRY_TABLES.some((known) => known === table);
    const query: Pick<RowQuery, 'in' | 'rows'> = registry
      ? { in: EVERY_PARTITION, rows: rowsOfTenant(tenantId) }
      : { in: everythingOf(tenantId) };
    let found = 0;
    for await (const page of rows.pages({ ...query, columns: [] })) found += page.length;
    if (registry) return found;
    for await (const naming of this.unknownNaming(table, tenantId)) found += naming.length;
    return found;
  }

  private cleared(name: string): FixedTable | TableFamily {
    const table = this.tables.find((known) => known === name);
    if (table === undefined) throw new Error(`${name} holds no rows under the keys of tenants`);
    return table;
  }

  /** Rows under no known tenant with the tenant's id in any text. */
  private async *unknownNaming(table: TableName, tenantId: string): AsyncIterable<readonly StoredRow[]> {
    const rows = new PartitionedRows(this.gateway, table, this.options);
    for await (const page of rows.pages({ in: UNKNOWN_PARTITION }))
      yield page.filter(({ columns }) => names(columns, tenantId));
  }

  /** Answers how many were removed here. */
  private async remove(fence: Fence, table: TableName, rows: readonly StoredRow[]): Promise<number> {
    const partitions = new Map<Partition, RowOperation[]>();
    for (const { partition, row } of rows) {
      const operations = partitions.get(partition) ?? [];
      operations.push({ kind: 'delete', row });
      partitions.set(partition, operations);
    }
    const batches = [...partitions].flatMap(([partition, operations]) =>
      transactionBatches(operations).map((batch) => ({ partition, batch })),
    );
    let removed = 0;
    await eachBounded(batches, this.options.writeConcurrency, async ({ partition, batch }) => {
      fence.assertHeld();
      try {
        await this.gateway.transact(table, partition, batch);
        removed += batch.length;
      } catch (failure) {
        // Somebody else removed one of them meanwhile: the next look finds what is left.
        if (!(failure instanceof RowConflict)) throw failure;
      }
    });
    return removed;
  }
}

/** Whether any text of the row has the tenant's id in it. */
function names(columns: StoredRow['columns'], tenantId: string): boolean {
  return Object.values(columns).some(
    (value) => typeof value === 'string' && value.toLowerCase().includes(tenantId),
  );
}
