import type { ConsentRequest } from '../../core/consent-request.js';
import type { ConsentRequests } from '../../ports/consent-requests.js';
import type { Stored } from '../../ports/registry.js';
import { documentColumns } from './document-columns.js';
import { MAX_PAGE, type RowAddress, type TableGateway } from './gateway.js';
import { rowOf, tenantPartition, UNKNOWN_PARTITION, type Partition } from './keys.js';

const requestColumns = documentColumns<ConsentRequest>({
  tenantId: 'plain',
  requestId: 'plain',
  cloud: 'plain',
  askedBy: 'plain',
  asks: 'json',
  customer: 'json',
  signIn: 'json',
  identifiedAs: 'plain',
  createdAt: 'plain',
  expiresAt: 'plain',
});

/** A row per link in the partition of its tenant; in `unknown` where a sign-in is to tell. */
export class TableConsentRequests implements ConsentRequests {
  constructor(private readonly gateway: TableGateway) {}

  async create(request: ConsentRequest): Promise<Stored<ConsentRequest>> {
    const columns = requestColumns.write(request);
    const tag = await this.gateway.insert('ConsentRequests', { ...addressOf(request), columns });
    return { value: request, tag };
  }

  async get(tenantId: string | null, requestId: string): Promise<Stored<ConsentRequest> | null> {
    const stored = await this.gateway.get('ConsentRequests', addressOf({ tenantId, requestId }));
    return stored === null ? null : { value: requestColumns.read(stored.columns), tag: stored.tag };
  }

  async save(request: ConsentRequest, tag: string): Promise<Stored<ConsentRequest>> {
    const columns = requestColumns.write(request);
    const saved = await this.gateway.update('ConsentRequests', { ...addressOf(request), columns }, tag);
    return { value: request, tag: saved };
  }

  async remove(tenantId: string | null, requestId: string): Promise<void> {
    await this.gateway.delete('ConsentRequests', addressOf({ tenantId, requestId }), null);
  }

  async removeExpiredBefore(tenantId: string | null, instant: string): Promise<void> {
    const limit = Date.parse(instant);
    const query = { in: partitionOf(tenantId), columns: ['expiresAt'], limit: MAX_PAGE };
    let after: string | null = null;
    do {
      const page = await this.gateway.query('ConsentRequests', { ...query, after });
      const expired = page.rows.filter(({ columns }) => Date.parse(String(columns['expiresAt'])) < limit);
      for (const { partition, row } of expired)
        await this.gateway.delete('ConsentRequests', { partition, row }, null);
      after = page.next;
    } while (after !== null);
  }
}

function addressOf({ tenantId, requestId }: Pick<ConsentRequest, 'tenantId' | 'requestId'>): RowAddress {
  return { partition: partitionOf(tenantId), row: rowOf(requestId) };
}

function partitionOf(tenantId: string | null): Partition {
  return tenantId === null ? UNKNOWN_PARTITION : tenantPartition(tenantId);
}
