import { MOST_ROW_BYTES, storedBytes, takesMoreThan } from '../row-size.js';
import type { Host, Person } from './person.js';

/** What makes a person, or a host, more than is kept of one. */
export interface TooLarge {
  /** The property that takes most, one within attributes as `attributes.{to}`. */
  readonly what: string;
  /** How much that property takes in a row, at most; null where it is not known. */
  readonly bytes: number | null;
}

/**
 * Of a person but for its segments, of which there may be thousands. A person before and after a change, and the names
 * of what changed, stand together in a row of the outbox and of the journal.
 */
export const MOST_PERSON_BYTES = 300_000;

/** Null for who fits into every row that a change of it is written to. */
export function tooLargeOf(person: Person): TooLarge | null {
  const { segments, ...rest } = person;
  if (takesMoreThan(JSON.stringify(rest), MOST_PERSON_BYTES))
    return largestOf({ ...rest, ...underAttributes(person) }, ['attributes']);
  return takesMoreThan(JSON.stringify(person), MOST_ROW_BYTES)
    ? { what: 'segments', bytes: storedBytes(JSON.stringify(segments)) }
    : null;
}

export function hostTooLarge(host: Host): TooLarge | null {
  return takesMoreThan(JSON.stringify(host), MOST_PERSON_BYTES) ? largestOf(host, []) : null;
}

function underAttributes({ attributes }: Person): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).map(([to, value]) => [`attributes.${to}`, value]));
}

function largestOf(values: object, without: readonly string[]): TooLarge {
  const sizes = Object.entries(values)
    .filter(([name]) => !without.includes(name))
    .map(([what, value]) => ({ what, bytes: storedBytes(JSON.stringify(value)) }));
  return sizes.reduce((largest, one) => (one.bytes > largest.bytes ? one : largest), { what: '', bytes: 0 });
}
