import type { RowPage, RowQuery, StoredRow, TableGateway } from './gateway.js';
import type { TableName } from './tables.js';

/** Characters of rows after which a page ends, whatever number of rows was asked for. */
const MOST_CHARACTERS = 2 * 1024 * 1024;

export interface RowSizes {
  /** Rows read in one request: a page may be longer than `MOST_CHARACTERS` by so many rows. */
  readonly atOnce: number;
  /** Characters of a row as it is answered; by default those of its columns. */
  readonly sizeOf?: (row: StoredRow) => number;
}

/**
 * Returns a page of a list whose rows may be large, bounded by characters as well as by rows. A page has at least the
 * rows of one request, so that following its position always makes progress.
 */
export async function boundedPage(
  gateway: Pick<TableGateway, 'query'>,
  table: TableName,
  query: RowQuery,
  { atOnce, sizeOf = storedCharacters }: RowSizes,
): Promise<RowPage> {
  const rows: StoredRow[] = [];
  let [characters, after] = [0, query.after];
  for (;;) {
    const limit = Math.min(atOnce, query.limit - rows.length);
    const { rows: found, next } = await gateway.query(table, { ...query, limit, after });
    for (const row of found) characters += sizeOf(row);
    rows.push(...found);
    after = next;
    const isFull = rows.length >= query.limit || characters >= MOST_CHARACTERS;
    if (after === null || isFull || found.length === 0) return { rows, next: after };
  }
}

function storedCharacters({ columns }: StoredRow): number {
  return Object.values(columns).reduce<number>((sum, value) => sum + String(value).length, 0);
}
