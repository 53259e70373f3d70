import type { Organization } from '../../core/organization.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Organizations } from '../../ports/organizations.js';
import type { Stored } from '../../ports/registry.js';
import { boundedPage } from './bounded-page.js';
import { documentColumns } from './document-columns.js';
import { MAX_PAGE, type RowAddress, type StoredRow, type TableGateway } from './gateway.js';
import { ORGANIZATIONS_PARTITION, rowOf } from './keys.js';

const organizationColumns = documentColumns<Organization>({
  id: 'plain',
  designation: 'plain',
  externalId: 'plain',
  region: 'plain',
});

/** A registry table: a row per organization, all in one partition. */
export class TableOrganizations implements Organizations {
  constructor(private readonly gateway: TableGateway) {}

  async get(id: string): Promise<Stored<Organization> | null> {
    const stored = await this.gateway.get('Organizations', addressOf(id));
    return stored === null ? null : organizationFrom(stored);
  }

  async list({ limit, after }: ListRequest): Promise<ListPage<Stored<Organization>>> {
    const query = { in: ORGANIZATIONS_PARTITION, limit: Math.min(limit, MAX_PAGE), after };
    const { rows, next } = await boundedPage(this.gateway, 'Organizations', query, { atOnce: 50 });
    return { rows: rows.map(organizationFrom), next };
  }

  async save(organization: Organization, tag: string | null): Promise<Stored<Organization>> {
    const row = { ...addressOf(organization.id), columns: organizationColumns.write(organization) };
    const saved =
      tag === null
        ? await this.gateway.insert('Organizations', row)
        : await this.gateway.update('Organizations', row, tag);
    return { value: organization, tag: saved };
  }

  async remove(id: string, tag: string): Promise<void> {
    await this.gateway.delete('Organizations', addressOf(id), tag);
  }
}

function addressOf(id: string): RowAddress {
  return { partition: ORGANIZATIONS_PARTITION, row: rowOf(id) };
}

function organizationFrom({ columns, tag }: StoredRow): Stored<Organization> {
  return { value: organizationColumns.read(columns), tag };
}
