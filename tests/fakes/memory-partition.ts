import type { RowQuery, StoredRow } from '../../shared/adapters/tables/gateway.js';
import type { RowKey } from '../../shared/adapters/tables/keys.js';

/** The rows of one partition; their order is worked out only when somebody asks for it. */
export class MemoryPartition {
  readonly #rows = new Map<RowKey, StoredRow>();
  #order: RowKey[] | null = [];

  get(row: RowKey): StoredRow | undefined {
    return this.#rows.get(row);
  }

  set(stored: StoredRow): void {
    if (!this.#rows.has(stored.row)) this.#order = null;
    this.#rows.set(stored.row, stored);
  }

  delete(row: RowKey): void {
    if (this.#rows.delete(row)) this.#order = null;
  }

  /** At most `limit` rows that match, in key order, beginning with the row `from`. */
  select(rows: RowQuery['rows'], from: RowKey | null, limit: number): StoredRow[] {
    if (rows !== undefined && 'keys' in rows) return this.#selectKeys(rows.keys, from, limit);
    const start = [rows?.from ?? '', from ?? ''].reduce((a, b) => (a > b ? a : b));
    const order = (this.#order ??= [...this.#rows.keys()].sort());
    const found: StoredRow[] = [];
    for (let at = firstAtLeast(order, start); at < order.length && found.length < limit; at++) {
      const key = order[at] as RowKey;
      if (rows !== undefined && key >= rows.before) break;
      found.push(this.#rows.get(key) as StoredRow);
    }
    return found;
  }

  #selectKeys(keys: readonly RowKey[], from: RowKey | null, limit: number): StoredRow[] {
    const wanted = [...new Set(keys)].sort().filter((key) => from === null || key >= from);
    return wanted.flatMap((key) => this.#rows.get(key) ?? []).slice(0, limit);
  }
}

function firstAtLeast(order: readonly RowKey[], start: string): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((order[middle] as RowKey) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
