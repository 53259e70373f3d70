/**
 * How much one row of Table Storage takes: 1 MiB, two bytes a character, and 252 properties
 * (https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model). Azurite measures
 * the body of the request instead. What is judged here is less than both, and leaves room for keys and what else
 * stands in the row.
 */
export const MOST_ROW_BYTES = 960_000;
/** Values of a directory object that get a column of their own: a long text takes several columns. */
export const MOST_ROW_VALUES = 200;

/** What no UTF-16 unit takes more of. */
const MOST_BYTES_OF_A_UNIT = 6;

/** Bytes that a text takes at most in a row (UTF-16), and in the JSON of the request that writes it (UTF-8). */
export function storedBytes(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (!isSurrogate(unit)) bytes += bytesOfUnit(unit);
    else if (isPair(unit, text.charCodeAt(at + 1))) {
      bytes += 4;
      at += 1;
    } else bytes += MOST_BYTES_OF_A_UNIT;
  }
  return bytes;
}

/** Whether a text takes more than so many bytes; most texts are answered by their length. */
export function takesMoreThan(text: string, bytes: number): boolean {
  return text.length * MOST_BYTES_OF_A_UNIT > bytes && storedBytes(text) > bytes;
}

/** JSON writes a control character as six ASCII ones, a quote and a backslash as two. */
function bytesOfUnit(unit: number): number {
  if (unit < 0x20) return MOST_BYTES_OF_A_UNIT;
  return unit < 0x800 ? 2 : 3;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

function isPair(high: number, low: number): boolean {
  return high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
}
