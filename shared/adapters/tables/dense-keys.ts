import { MAX_KEYS_PER_QUERY, MAX_PAGE, type RowPage, type StoredRow, type TableGateway } from './gateway.js';
import { upTo, type Partition, type RowKey } from './keys.js';
import type { TableName } from './tables.js';

/**
 * Asks which of many keys of one partition are there, by the range they span, as long as that finds more per
 * request than a filter that names them could. Answers the rows found and the keys not asked for.
 * @param columns those that the rows are read with: none, unless rows are small
 */
export async function findDenseKeys(
  gateway: TableGateway,
  table: TableName,
  partition: Partition,
  keys: readonly RowKey[],
  columns?: readonly string[],
): Promise<{ readonly found: readonly StoredRow[]; readonly rest: readonly RowKey[] }> {
  const wanted = new Set(keys);
  const found: StoredRow[] = [];
  let rest: RowKey[] = [...keys].sort();
  for (;;) {
    const [first] = rest;
    const last = rest.at(-1);
    if (first === undefined || last === undefined || rest.length <= MAX_KEYS_PER_QUERY)
      return { found, rest };
    const page: RowPage = await gateway.query(table, {
      in: partition,
      rows: upTo(first, last),
      ...(columns && { columns }),
      limit: MAX_PAGE,
      after: null,
    });
    const hits = page.rows.filter(({ row }) => wanted.has(row));
    found.push(...hits);
    if (page.next === null) return { found, rest: [] };
    const end = page.rows.at(-1)?.row;
    if (end !== undefined) rest = rest.filter((key) => key > end);
    if (hits.length <= MAX_KEYS_PER_QUERY) return { found, rest };
  }
}
