import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Fence, TenantScope } from '../../ports/scope.js';
import { MAX_PAGE, type Columns, type KeyedRow, type RowAddress, type StoredRow } from './gateway.js';
import { allBuckets, bucketPartition, decodeKeyPart, objectPartition, rowOf } from './keys.js';
import type { PartitionedRows } from './partitioned-rows.js';

/** How one kind of directory object lies in columns. */
export interface ObjectForm<Row extends { readonly id: string }> {
  readonly write: (row: Row) => Columns;
  readonly read: (id: string, columns: Columns) => Row;
}

/** Users or groups: a row each, spread over the tenant's buckets by id. */
export class DirectoryObjects<Row extends { readonly id: string }> {
  constructor(
    private readonly rows: PartitionedRows,
    private readonly form: ObjectForm<Row>,
  ) {}

  async read(scope: TenantScope, ids: readonly string[]): Promise<Map<string, Row>> {
    const stored = await this.rows.read(ids.map((id) => address(scope, id)));
    return new Map(stored.map((row) => this.restored(row)).map((row) => [row.id, row]));
  }

  async create(fence: Fence, objects: readonly Row[]): Promise<string[]> {
    const existing = await this.rows.insert(
      fence,
      objects.map((object) => this.keyed(fence, object)),
    );
    return existing.map(({ row }) => decodeKeyPart(row));
  }

  async write(fence: Fence, objects: readonly Row[]): Promise<void> {
    await this.rows.put(
      fence,
      objects.map((object) => this.keyed(fence, object)),
    );
  }

  async remove(fence: Fence, ids: readonly string[]): Promise<void> {
    await this.rows.remove(
      fence,
      ids.map((id) => address(fence, id)),
    );
  }

  async *scan(scope: TenantScope, bucket: number): AsyncIterable<readonly Row[]> {
    for await (const page of this.rows.pages({ in: bucketPartition(scope, bucket) })) {
      yield page.map((row) => this.restored(row));
    }
  }

  /** Of rows whose column `presence` says so. */
  async countLive(scope: TenantScope): Promise<number> {
    let live = 0;
    const presences = this.rows.pages({ in: allBuckets(scope), columns: ['presence'] });
    for await (const page of presences)
      for (const { columns } of page) if (columns['presence'] !== 'softDeleted') live += 1;
    return live;
  }

  /** All buckets, one after the other. */
  async list(scope: TenantScope, request: ListRequest): Promise<ListPage<Row>> {
    const page = await this.rows.gateway.query(this.rows.table, {
      in: allBuckets(scope),
      limit: Math.min(request.limit, MAX_PAGE),
      after: request.after,
    });
    return { rows: page.rows.map((row) => this.restored(row)), next: page.next };
  }

  private keyed(scope: TenantScope, object: Row): KeyedRow {
    return { ...address(scope, object.id), columns: this.form.write(object) };
  }

  private restored({ row, columns }: StoredRow): Row {
    return this.form.read(decodeKeyPart(row), columns);
  }
}

function address(scope: TenantScope, id: string): RowAddress {
  return { partition: objectPartition(scope, id), row: rowOf(id) };
}
