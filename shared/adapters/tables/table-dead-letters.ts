import type { DeadLetter } from '../../core/dead-letter.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import { MOST_COUNTED, type DeadLetters } from '../../ports/sync-state.js';
import { documentColumns } from './document-columns.js';
import { MAX_PAGE, type RowAddress, type RowPage, type RowQuery, type TableGateway } from './gateway.js';
import {
  decodeKeyPart,
  EVERY_PARTITION,
  rowOf,
  tenantPartition,
  UNKNOWN_PARTITION,
  type Partition,
} from './keys.js';

const letterColumns = documentColumns<DeadLetter>({
  tenantId: 'plain',
  id: 'plain',
  kind: 'plain',
  reason: 'plain',
  body: 'plain',
  messageId: 'plain',
  setAsideAt: 'plain',
});

/** A row per letter in the partition of its tenant, or in `unknown`. */
export class TableDeadLetters implements DeadLetters {
  constructor(private readonly gateway: TableGateway) {}

  async put(letter: DeadLetter): Promise<void> {
    await this.gateway.put('DeadLetters', { ...addressOf(letter), columns: letterColumns.write(letter) });
  }

  async list(tenantId: string | null, request: ListRequest): Promise<ListPage<DeadLetter>> {
    return await this.page({ in: partitionOf(tenantId) }, request);
  }

  async listAll(request: ListRequest): Promise<ListPage<DeadLetter>> {
    return await this.page({ in: EVERY_PARTITION }, request);
  }

  /** Looks through the whole table, which is small as long as operators look after it. */
  async find(id: string): Promise<DeadLetter | null> {
    let after: string | null = null;
    do {
      const query = { in: EVERY_PARTITION, rows: { keys: [rowOf(id)] } };
      const { rows, next }: ListPage<DeadLetter> = await this.page(query, { limit: 1, after });
      const [found] = rows;
      if (found !== undefined) return found;
      after = next;
    } while (after !== null);
    return null;
  }

  async count(tenantId: string): Promise<number> {
    let count = 0;
    let after: string | null = null;
    do {
      const page = await this.keys(tenantPartition(tenantId), after);
      count += page.rows.length;
      after = page.next;
    } while (after !== null && count < MOST_COUNTED);
    return Math.min(count, MOST_COUNTED);
  }

  async countAll(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    let after: string | null = null;
    do {
      const page = await this.keys(EVERY_PARTITION, after);
      for (const { partition } of page.rows) {
        if (partition === UNKNOWN_PARTITION) continue;
        const tenantId = decodeKeyPart(partition);
        counts.set(tenantId, Math.min((counts.get(tenantId) ?? 0) + 1, MOST_COUNTED));
      }
      after = page.next;
    } while (after !== null);
    return counts;
  }

  async remove(letter: DeadLetter): Promise<void> {
    await this.gateway.delete('DeadLetters', addressOf(letter), null);
  }

  private async keys(partitions: RowQuery['in'], after: string | null): Promise<RowPage> {
    return await this.gateway.query('DeadLetters', { in: partitions, columns: [], limit: MAX_PAGE, after });
  }

  private async page(
    query: Pick<RowQuery, 'in' | 'rows'>,
    { limit, after }: ListRequest,
  ): Promise<ListPage<DeadLetter>> {
    const page = await this.gateway.query('DeadLetters', {
      ...query,
      limit: Math.min(limit, MAX_PAGE),
      after,
    });
    return { rows: page.rows.map(({ columns }) => letterColumns.read(columns)), next: page.next };
  }
}

function addressOf({ tenantId, id }: DeadLetter): RowAddress {
  return { partition: partitionOf(tenantId), row: rowOf(id) };
}

function partitionOf(tenantId: string | null): Partition {
  return tenantId === null ? UNKNOWN_PARTITION : tenantPartition(tenantId);
}
