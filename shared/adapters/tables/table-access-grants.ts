import type { AccessGrant, Role } from '../../core/access.js';
import type { AccessGrants } from '../../ports/access-grants.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Stored } from '../../ports/registry.js';
import { documentColumns } from './document-columns.js';
import { MAX_PAGE, type RowAddress, type StoredRow, type TableGateway } from './gateway.js';
import { EVERY_PARTITION, rowOf, tenantPartition } from './keys.js';

const grantColumns = documentColumns<AccessGrant>({
  tenantId: 'plain',
  principalId: 'plain',
  roles: 'json',
  grantedAt: 'plain',
  grantedBy: 'plain',
});

/** A row per principal in the partition of the tenant. */
export class TableAccessGrants implements AccessGrants {
  constructor(private readonly gateway: TableGateway) {}

  async get(tenantId: string, principalId: string): Promise<Stored<AccessGrant> | null> {
    const stored = await this.gateway.get('Access', addressOf({ tenantId, principalId }));
    return stored === null ? null : grantFrom(stored);
  }

  async list(tenantId: string, { limit, after }: ListRequest): Promise<ListPage<AccessGrant>> {
    const query = { in: tenantPartition(tenantId), limit: Math.min(limit, MAX_PAGE), after };
    const { rows, next } = await this.gateway.query('Access', query);
    return { rows: rows.map((row) => grantFrom(row).value), next };
  }

  async ofPrincipal(principalId: string): Promise<ReadonlyMap<string, readonly Role[]>> {
    const held = new Map<string, readonly Role[]>();
    let after: string | null = null;
    do {
      const query = { in: EVERY_PARTITION, rows: { keys: [rowOf(principalId)] }, limit: MAX_PAGE, after };
      const page: Awaited<ReturnType<TableGateway['query']>> = await this.gateway.query('Access', query);
      for (const row of page.rows) {
        const { tenantId, roles } = grantFrom(row).value;
        held.set(tenantId, roles);
      }
      after = page.next;
    } while (after !== null);
    return held;
  }

  async save(grant: AccessGrant, tag: string | null): Promise<Stored<AccessGrant>> {
    const row = { ...addressOf(grant), columns: grantColumns.write(grant) };
    const saved =
      tag === null ? await this.gateway.insert('Access', row) : await this.gateway.update('Access', row, tag);
    return { value: grant, tag: saved };
  }

  async remove(grant: AccessGrant, tag: string): Promise<void> {
    await this.gateway.delete('Access', addressOf(grant), tag);
  }
}

function addressOf({ tenantId, principalId }: Pick<AccessGrant, 'tenantId' | 'principalId'>): RowAddress {
  return { partition: tenantPartition(tenantId), row: rowOf(principalId) };
}

function grantFrom({ columns, tag }: StoredRow): Stored<AccessGrant> {
  return { value: grantColumns.read(columns), tag };
}
