import type { MirrorUser } from '../../core/mirror-rows.js';
import type { Fence, TenantScope } from '../../ports/scope.js';
import { MAX_PAGE, type RowPage } from './gateway.js';
import { decodeKeyPart, rowOf, tenantPartition } from './keys.js';
import type { PartitionedRows } from './partitioned-rows.js';

/**
 * Finds a tenant's soft-deleted users without reading all users. An entry is written before its user row says
 * `softDeleted` and removed after the row stops saying so: entries may be stale, never missing.
 */
export class DeletedUserIndex {
  constructor(private readonly rows: PartitionedRows) {}

  /** To be called before the rows of these users are written. An entry that is there keeps since when it is. */
  async enter(fence: Fence, users: readonly MirrorUser[]): Promise<void> {
    const partition = tenantPartition(fence.tenantId);
    const deleted = users.filter(({ presence }) => presence === 'softDeleted');
    await this.rows.insert(
      fence,
      deleted.map(({ id }) => ({ partition, row: rowOf(id), columns: {} })),
    );
  }

  /** To be called after the rows of these users stopped being soft-deleted, or were removed. */
  async leave(fence: Fence, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const partition = tenantPartition(fence.tenantId);
    const entries = await this.page(fence, { after: null, limit: MAX_PAGE });
    const known = new Set<string>(entries.rows.map(({ row }) => row));
    const candidates = ids.map((id) => ({ partition, row: rowOf(id) }));
    // One request tells all entries of most tenants; only beyond it each id must be asked for.
    const stale = entries.next === null ? candidates.filter(({ row }) => known.has(row)) : candidates;
    await this.rows.remove(fence, stale);
  }

  async *ids(scope: TenantScope): AsyncIterable<readonly string[]> {
    for await (const page of this.rows.pages({ in: tenantPartition(scope.tenantId), columns: [] })) {
      yield page.map(({ row }) => decodeKeyPart(row));
    }
  }

  async page(
    scope: TenantScope,
    request: { readonly after: string | null; readonly limit: number },
  ): Promise<RowPage> {
    return await this.rows.gateway.query(this.rows.table, {
      in: tenantPartition(scope.tenantId),
      columns: [],
      limit: Math.min(request.limit, MAX_PAGE),
      after: request.after,
    });
  }
}
