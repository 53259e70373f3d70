import { mergeAttributes, sameAttributes } from './merge-attributes.js';
import type { AttributeValue, MirrorGroup } from './mirror-rows.js';
import type { Resource } from './resource.js';
import type { Warning } from './round.js';
import { MOST_ROW_BYTES, MOST_ROW_VALUES, storedBytes } from './row-size.js';

/** What a row of the mirror says of an object's attributes. */
type Mirrored = Pick<MirrorGroup, 'attributes' | 'tooLarge'>;

/** What a column takes beside its name and value. */
const COLUMN_BYTES = 16;
/** A name stands in its column and in a list of columns, and may be written there with more characters. */
const NAME_TIMES = 4;

/**
 * The attributes after Graph printed some of them. Where they are more than a row holds, the largest values are left
 * out and named, until Graph prints them smaller: what is not named is exactly what Graph said.
 */
export function afterPrint(
  before: Mirrored | null,
  printed: Readonly<Record<string, AttributeValue>>,
): Mirrored {
  const merged = mergeAttributes(before?.attributes ?? {}, printed);
  const unknown = (before?.tooLarge ?? []).filter((name) => !Object.hasOwn(printed, name));
  const left = largestBeyondRow(merged);
  if (left.size === 0 && unknown.length === 0) return { attributes: merged };
  const attributes = Object.fromEntries(Object.entries(merged).filter(([name]) => !left.has(name)));
  return { attributes, tooLarge: [...new Set([...unknown, ...left])].sort() };
}

/** What is left of a row when only these attributes are read any more. */
export function onlyAttributes(row: Mirrored, names: ReadonlySet<string>): Mirrored {
  const kept = Object.entries(row.attributes).filter(([name]) => names.has(name));
  const tooLarge = (row.tooLarge ?? []).filter((name) => names.has(name));
  return { attributes: Object.fromEntries(kept), ...(tooLarge.length > 0 && { tooLarge }) };
}

export function isSameMirrored(a: Mirrored, b: Mirrored): boolean {
  return (
    sameAttributes(a.attributes, b.attributes) && (a.tooLarge ?? []).join() === (b.tooLarge ?? []).join()
  );
}

/** Of values of one size the later by name: whatever order Graph prints them in, the same are left out. */
function largestBeyondRow(attributes: Mirrored['attributes']): ReadonlySet<string> {
  const values = Object.entries(attributes).map(([name, value]) => ({ name, bytes: bytesOf(name, value) }));
  let bytes = values.reduce((sum, value) => sum + value.bytes, 0);
  let count = values.length;
  const left = new Set<string>();
  if (isWithin(bytes, count)) return left;
  for (const value of values.sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? 1 : -1))) {
    left.add(value.name);
    bytes += nameBytes(value.name) - value.bytes;
    count -= 1;
    if (isWithin(bytes, count)) break;
  }
  return left;
}

function isWithin(bytes: number, count: number): boolean {
  return bytes <= MOST_ROW_BYTES && count <= MOST_ROW_VALUES;
}

function bytesOf(name: string, value: AttributeValue): number {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return nameBytes(name) + storedBytes(text) + COLUMN_BYTES;
}

function nameBytes(name: string): number {
  return NAME_TIMES * storedBytes(name);
}

const KINDS: Readonly<Record<Resource, string>> = { users: 'user', groups: 'group' };

/** What a round reports of rows that it wrote without a value. */
export function warningsOfTooLarge(resource: Resource, written: readonly MirrorGroup[]): readonly Warning[] {
  const without = written.filter(({ tooLarge }) => tooLarge !== undefined);
  const [first] = without;
  if (first === undefined) return [];
  const message =
    `The ${KINDS[resource]} ${first.id} has more in ${(first.tooLarge ?? []).join(', ')} than the mirror holds: ` +
    'the value is left out, and what depends on it stays as it was. Shorten it in the directory.';
  return [{ code: 'ValueTooLarge', message, count: without.length }];
}
