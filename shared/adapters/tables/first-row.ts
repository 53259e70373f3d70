import type { RowPage, RowQuery, StoredRow, TableGateway } from './gateway.js';
import type { TableName } from './tables.js';

/** The first row that a query covers, its keys alone; null if there is none. A page may be empty and not the last. */
export async function firstRow(
  gateway: TableGateway,
  table: TableName,
  query: Pick<RowQuery, 'in' | 'rows'>,
): Promise<StoredRow | null> {
  let after: string | null = null;
  do {
    const page: RowPage = await gateway.query(table, { ...query, columns: [], limit: 1, after });
    const [first] = page.rows;
    if (first !== undefined) return first;
    after = page.next;
  } while (after !== null);
  return null;
}
