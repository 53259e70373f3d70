import type { HolderChange, RoleHolder, RoleListState } from '../../core/role-assignment.js';
import type { RoleAssignments } from '../../ports/role-assignments.js';
import type { Fence, TenantScope } from '../../ports/scope.js';
import { documentColumns } from './document-columns.js';
import type { KeyedRow, RowAddress, StoredRow, TableGateway } from './gateway.js';
import { objectPartition, partsOf, rowOf, rowsUnder, tenantPartition, type RowRange } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';

const holderColumns = documentColumns<RoleHolder>({
  principalId: 'plain',
  principalType: 'plain',
  roles: 'json',
});
const listColumns = documentColumns<RoleListState>({
  key: 'plain',
  roles: 'json',
  readAt: 'plain',
  askedAt: 'plain',
  outcome: 'plain',
});

/**
 * A row per principal in its bucket says what it holds. In the tenant's own partition lie an index of it by role,
 * written first and removed last, and the states of the lists.
 */
export class TableRoleAssignments implements RoleAssignments {
  private readonly rows: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'RoleAssignments', options);
  }

  async holders(scope: TenantScope, principalIds: readonly string[]): Promise<Map<string, RoleHolder>> {
    const rows = await this.rows.read(principalIds.map((id) => holderAddress(scope, id)));
    return new Map(
      rows.map(({ columns }) => holderColumns.read(columns)).map((each) => [each.principalId, each]),
    );
  }

  async holdersOf(scope: TenantScope, role: string): Promise<string[]> {
    const rows = await this.ofTenant(scope.tenantId, rowsUnder('role', role));
    return rows.map(({ row }) => partsOf(row)[2] ?? '');
  }

  async groups(scope: TenantScope): Promise<RoleHolder[]> {
    const rows = await this.ofTenant(scope.tenantId, rowsUnder('group'));
    const ids = rows.map(({ row }) => partsOf(row)[1] ?? '');
    return ids.length === 0 ? [] : [...(await this.holders(scope, ids)).values()];
  }

  async write(fence: Fence, changes: readonly HolderChange[]): Promise<void> {
    const after = changes.flatMap((change) => change.after ?? []);
    const gone = changes.flatMap(({ before, after: now }) =>
      before !== null && now === null ? [before] : [],
    );
    await this.rows.put(
      fence,
      after.flatMap((holder) => indexRows(fence, holder)).map((address) => ({ ...address, columns: {} })),
    );
    await this.rows.put(
      fence,
      after.map((holder): KeyedRow => {
        return { ...holderAddress(fence, holder.principalId), columns: holderColumns.write(holder) };
      }),
    );
    await this.rows.remove(
      fence,
      gone.map(({ principalId }) => holderAddress(fence, principalId)),
    );
    await this.rows.remove(
      fence,
      changes.flatMap((change) => formerIndexRows(fence, change)),
    );
  }

  async lists(tenantId: string): Promise<readonly RoleListState[]> {
    const rows = await this.ofTenant(tenantId, rowsUnder('list'));
    return rows.map(({ columns }) => listColumns.read(columns));
  }

  async saveList(fence: Fence, state: RoleListState): Promise<void> {
    fence.assertHeld();
    const address = listAddress(fence.tenantId, state.key);
    await this.gateway.put('RoleAssignments', { ...address, columns: listColumns.write(state) });
  }

  async forgetList(fence: Fence, key: string): Promise<void> {
    await this.rows.remove(fence, [listAddress(fence.tenantId, key)]);
  }

  private async ofTenant(tenantId: string, rows: RowRange): Promise<StoredRow[]> {
    const found: StoredRow[] = [];
    for await (const page of this.rows.pages({ in: tenantPartition(tenantId), rows })) found.push(...page);
    return found;
  }
}

function holderAddress(scope: TenantScope, principalId: string): RowAddress {
  return { partition: objectPartition(scope, principalId), row: rowOf(principalId) };
}

function listAddress(tenantId: string, key: string): RowAddress {
  return { partition: tenantPartition(tenantId), row: rowOf('list', key) };
}

function indexRows(scope: TenantScope, holder: RoleHolder): RowAddress[] {
  const partition = tenantPartition(scope.tenantId);
  const byRole = holder.roles.map((role) => ({ partition, row: rowOf('role', role, holder.principalId) }));
  if (holder.principalType !== 'group') return byRole;
  return [...byRole, { partition, row: rowOf('group', holder.principalId) }];
}

/** Those of what the principal held before and does not hold any more. */
function formerIndexRows(scope: TenantScope, { before, after }: HolderChange): RowAddress[] {
  if (before === null) return [];
  const current = new Set(after === null ? [] : indexRows(scope, after).map(({ row }) => row));
  return indexRows(scope, before).filter(({ row }) => !current.has(row));
}
