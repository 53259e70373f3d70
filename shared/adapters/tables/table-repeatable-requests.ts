import { RowConflict } from '../../core/failures.js';
import type {
  RepeatableRequest,
  RepeatableRequests,
  StoredRequest,
} from '../../ports/repeatable-requests.js';
import { documentColumns } from './document-columns.js';
import { MAX_PAGE, type RowAddress, type RowPage, type StoredRow, type TableGateway } from './gateway.js';
import { EVERY_PARTITION, REQUESTS_PARTITION, rowOf, tenantPartition } from './keys.js';

const requestColumns = documentColumns<RepeatableRequest>({
  tenantId: 'plain',
  name: 'plain',
  content: 'plain',
  claimedAt: 'plain',
  expiresAt: 'plain',
  answer: 'plain',
});

/** A row per request in the partition of its tenant, or in `requests`. */
export class TableRepeatableRequests implements RepeatableRequests {
  constructor(private readonly gateway: TableGateway) {}

  async get(tenantId: string | null, name: string): Promise<StoredRequest | null> {
    const stored = await this.gateway.get('Repeatability', addressOf({ tenantId, name }));
    return stored === null ? null : { request: requestColumns.read(stored.columns), tag: stored.tag };
  }

  async save(request: RepeatableRequest, tag: string | null): Promise<StoredRequest> {
    const row = { ...addressOf(request), columns: requestColumns.write(request) };
    const saved =
      tag === null
        ? await this.gateway.insert('Repeatability', row)
        : await this.gateway.update('Repeatability', row, tag);
    return { request, tag: saved };
  }

  async forget({ request, tag }: StoredRequest): Promise<void> {
    await this.remove(addressOf(request), tag);
  }

  async forgetExpired(before: string): Promise<number> {
    let forgotten = 0;
    let after: string | null = null;
    do {
      const query = { in: EVERY_PARTITION, columns: ['expiresAt'], limit: MAX_PAGE, after };
      const page: RowPage = await this.gateway.query('Repeatability', query);
      for (const row of page.rows.filter((each) => expired(each, before))) {
        await this.remove(row, row.tag);
        forgotten += 1;
      }
      after = page.next;
    } while (after !== null);
    return forgotten;
  }

  private async remove(address: RowAddress, tag: string): Promise<void> {
    try {
      await this.gateway.delete('Repeatability', address, tag);
    } catch (failure) {
      if (!(failure instanceof RowConflict)) throw failure;
    }
  }
}

function addressOf({ tenantId, name }: Pick<RepeatableRequest, 'tenantId' | 'name'>): RowAddress {
  const partition = tenantId === null ? REQUESTS_PARTITION : tenantPartition(tenantId);
  return { partition, row: rowOf(name) };
}

/** ISO 8601 in UTC sorts as time does. */
function expired({ columns }: StoredRow, before: string): boolean {
  return String(columns.expiresAt) < before;
}
