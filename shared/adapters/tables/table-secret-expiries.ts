import { ownerOfSecret, type SecretExpiry } from '../../core/secret-expiry.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { SecretExpiries, Stored } from '../../ports/registry.js';
import { documentColumns } from './document-columns.js';
import { MAX_PAGE, type KeyedRow, type RowAddress, type TableGateway } from './gateway.js';
import { rowOf, SECRETS_PARTITION } from './keys.js';

const expiryColumns = documentColumns<SecretExpiry>({
  tenantId: 'plain',
  bundle: 'plain',
  secretName: 'plain',
  secretVersion: 'plain',
  clientId: 'plain',
  secretId: 'plain',
  expiresOn: 'plain',
  endInGraph: 'plain',
  refusedAt: 'plain',
  state: 'plain',
  checkedAt: 'plain',
  warned: 'json',
});

/** A registry table; a row says no more than what is known of its owner's newest secret. */
export class TableSecretExpiries implements SecretExpiries {
  constructor(private readonly gateway: TableGateway) {}

  async get(owner: string): Promise<Stored<SecretExpiry> | null> {
    const stored = await this.gateway.get('SecretExpiry', addressOf(owner));
    return stored === null ? null : { value: expiryColumns.read(stored.columns), tag: stored.tag };
  }

  async put(expiry: SecretExpiry): Promise<void> {
    await this.gateway.put('SecretExpiry', expiryRow(expiry));
  }

  async save(expiry: SecretExpiry, tag: string | null): Promise<void> {
    if (tag === null) await this.gateway.insert('SecretExpiry', expiryRow(expiry));
    else await this.gateway.update('SecretExpiry', expiryRow(expiry), tag);
  }

  async remove(tenantId: string): Promise<boolean> {
    return await this.gateway.delete('SecretExpiry', addressOf(tenantId), null);
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

function addressOf(owner: string): RowAddress {
  return { partition: SECRETS_PARTITION, row: rowOf(owner) };
}

function expiryRow(expiry: SecretExpiry): KeyedRow {
  return { ...addressOf(ownerOfSecret(expiry)), columns: expiryColumns.write(expiry) };
}
