import type { AttributeValue } from './mirror-rows.js';

type Stored = Readonly<Record<string, Exclude<AttributeValue, null>>>;

/**
 * The one merge rule that is right for both delta modes: a present value is written, a present null clears,
 * what is absent is kept. Source: api-reference/v1.0/api/user-delta.md (`Prefer: return=minimal`).
 */
export function mergeAttributes(stored: Stored, printed: Readonly<Record<string, AttributeValue>>): Stored {
  const merged: Record<string, Exclude<AttributeValue, null>> = { ...stored };
  for (const [name, value] of Object.entries(printed)) {
    if (value === null) Reflect.deleteProperty(merged, name);
    else merged[name] = value;
  }
  return merged;
}

/** Deep equality of attribute values; the order of a collection counts, the order of properties does not. */
function sameValue(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return sameList(a, b);
  return sameAttributes(a as Record<string, AttributeValue>, b as Record<string, AttributeValue>);
}

function sameList(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((value, index) => sameValue(value as AttributeValue, b[index] as AttributeValue));
}

export function sameAttributes(
  a: Readonly<Record<string, AttributeValue>>,
  b: Readonly<Record<string, AttributeValue>>,
): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => name in b && sameValue(a[name], b[name]))
  );
}
