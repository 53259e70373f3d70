import { RowConflict } from '../../core/failures.js';
import type { Tenant } from '../../core/tenant.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { storedTenant, type StoredTenant } from './stored-tenant.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Stored, Tenants } from '../../ports/registry.js';
import { documentColumns } from './document-columns.js';
import { MAX_PAGE, type KeyedRow, type RowAddress, type StoredRow, type TableGateway } from './gateway.js';
import { DISCONNECTIONS_PARTITION, rowOf, TENANTS_PARTITION } from './keys.js';

const tenantColumns = documentColumns<StoredTenant>({
  tenantId: 'plain',
  displayName: 'plain',
  cloud: 'plain',
  state: 'json',
  organizationIds: 'json',
  owner: 'json',
  timeZone: 'plain',
  nightlyAt: 'plain',
  pollEveryMinutes: 'plain',
  paused: 'plain',
  groupMembers: 'plain',
  credential: 'json',
  bundles: 'json',
  consents: 'json',
  createdAt: 'plain',
  connectedAt: 'plain',
  bucketCount: 'plain',
  lastSyncedAt: 'plain',
  lastOutage: 'json',
  health: 'json',
});

/** A registry table: a row per tenant, all in one partition. */
export class TableTenants implements Tenants {
  private readonly rows: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'Tenants', options);
  }

  async get(tenantId: string): Promise<Stored<Tenant> | null> {
    const stored = await this.gateway.get('Tenants', addressOf(tenantId));
    return stored === null ? null : tenantFrom(stored);
  }

  async list(request: ListRequest): Promise<ListPage<Stored<Tenant>>> {
    const page = await this.gateway.query('Tenants', {
      in: TENANTS_PARTITION,
      limit: Math.min(request.limit, MAX_PAGE),
      after: request.after,
    });
    return { rows: page.rows.map(tenantFrom), next: page.next };
  }

  async readMany(tenantIds: readonly string[]): Promise<ReadonlyMap<string, Tenant>> {
    const rows = await this.rows.read(tenantIds.map(addressOf));
    const found = rows.map((row) => tenantFrom(row).value);
    return new Map(found.map((tenant) => [tenant.tenantId, tenant]));
  }

  async create(tenant: Tenant): Promise<Stored<Tenant>> {
    // Until its removal has ended a tenant counts as there, although its row goes a little before.
    const removal = await this.gateway.get('Disconnections', {
      partition: DISCONNECTIONS_PARTITION,
      row: rowOf(tenant.tenantId),
    });
    if (removal?.columns['status'] === 'Running')
      throw new RowConflict(`Tenant ${tenant.tenantId} is being disconnected`);
    return { value: tenant, tag: await this.gateway.insert('Tenants', tenantRow(tenant)) };
  }

  async save(tenant: Tenant, tag: string): Promise<Stored<Tenant>> {
    return { value: tenant, tag: await this.gateway.update('Tenants', tenantRow(tenant), tag) };
  }

  async remove(tenantId: string, tag: string): Promise<void> {
    await this.gateway.delete('Tenants', addressOf(tenantId), tag);
  }
}

function addressOf(tenantId: string): RowAddress {
  return { partition: TENANTS_PARTITION, row: rowOf(tenantId) };
}

function tenantRow(tenant: Tenant): KeyedRow {
  return { ...addressOf(tenant.tenantId), columns: tenantColumns.write(tenant) };
}

function tenantFrom({ columns, tag }: StoredRow): Stored<Tenant> {
  return { value: storedTenant(tenantColumns.read(columns)), tag };
}
