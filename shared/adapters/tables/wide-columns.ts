import type { Columns, ColumnValue } from './gateway.js';

/** Characters per column: 30 KiB as the service counts (UTF-16), below its limit of 64 KiB for a property. */
const COLUMN_CHARACTERS = 15_000;

/** `name`, then `name__2`, `name__3` … */
const CONTINUED = /^(.+)__(\d+)$/;

/** Leaves out null and undefined, and spreads text that is too long for one column over several. */
export function splitColumns(values: Readonly<Record<string, ColumnValue | null | undefined>>): Columns {
  const columns: Record<string, ColumnValue> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === undefined) continue;
    if (typeof value !== 'string' || value.length <= COLUMN_CHARACTERS) {
      columns[name] = value;
      continue;
    }
    for (const [index, piece] of piecesOf(value, COLUMN_CHARACTERS).entries()) {
      columns[index === 0 ? name : `${name}__${index + 1}`] = piece;
    }
  }
  return columns;
}

/** Puts together what `splitColumns` spread. */
export function joinColumns(columns: Columns): Columns {
  const names = Object.keys(columns);
  if (!names.some((name) => name.includes('__'))) return columns;
  const joined: Record<string, ColumnValue> = {};
  for (const name of names) {
    if (CONTINUED.test(name)) continue;
    let value = columns[name] as ColumnValue;
    for (let part = 2; typeof columns[`${name}__${part}`] === 'string'; part++) {
      value = `${value}${columns[`${name}__${part}`] ?? ''}`;
    }
    joined[name] = value;
  }
  return joined;
}

/** Cuts text into pieces of at most `length` characters, never between the halves of a surrogate pair. */
export function piecesOf(text: string, length: number): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length;) {
    let to = Math.min(from + length, text.length);
    const last = text.charCodeAt(to - 1);
    if (to < text.length && last >= 0xd800 && last <= 0xdbff) to--;
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}
