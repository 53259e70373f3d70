import type { SecretExpiry } from '../../core/secret-expiry.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { SecretExpiries } from '../../ports/registry.js';
import { documentColumns } from './document-columns.js';
import { MAX_PAGE, type TableGateway } from './gateway.js';
import { rowOf, SECRETS_PARTITION } from './keys.js';

const expiryColumns = documentColumns<SecretExpiry>({
  tenantId: 'plain',
  secretName: 'plain',
  clientId: 'plain',
  secretId: 'plain',
  expiresOn: 'plain',
  state: 'plain',
  checkedAt: 'plain',
});

/** A registry table: a row per tenant, so that a new secret replaces what was said of the old one. */
export class TableSecretExpiries implements SecretExpiries {
  constructor(private readonly gateway: TableGateway) {}

  async put(expiry: SecretExpiry): Promise<void> {
    const address = { partition: SECRETS_PARTITION, row: rowOf(expiry.tenantId) };
    await this.gateway.put('SecretExpiry', { ...address, columns: expiryColumns.write(expiry) });
  }

  async list(request: ListRequest): Promise<ListPage<SecretExpiry>> {
    const page = await this.gateway.query('SecretExpiry', {
      in: SECRETS_PARTITION,
      limit: Math.min(request.limit, MAX_PAGE),
      after: request.after,
    });
    return { rows: page.rows.map(({ columns }) => expiryColumns.read(columns)), next: page.next };
  }
}
